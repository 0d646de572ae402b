// Options for what the districts have declared of their sources.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "gateway/sources/declared_sources.h"

namespace throughline::gateway {

// --sources.
void AddSourcesOption(CLI::App& command, std::string& file);
// Nothing is declared when there is no file. SOURCES_INVALID, too, when it cannot be read.
core::Result<DeclaredSources> ReadSourcesFile(const std::string& file);

}  // namespace throughline::gateway
