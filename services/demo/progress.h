// How far the demo has come: the last day that it lived through, in a file of its data directory.
// A day that was not noted is lived again, which changes nothing.
#pragma once

#include <filesystem>
#include <optional>

#include "core/date.h"
#include "core/result.h"

namespace throughline::demo {

// nullopt: it has not begun. UNAVAILABLE when the file cannot be read.
core::Result<std::optional<core::Date>> ReadDemoProgress(const std::filesystem::path& directory);
// Replaces the file in one step, so that it is whole whenever the program is killed.
core::Result<void> WriteDemoProgress(const std::filesystem::path& directory, core::Date day);

}  // namespace throughline::demo
