// Every reason for which a file as a whole cannot be read, by name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace throughline::csv {

core::Error FileNotFound(const std::filesystem::path& path);  // FILE_NOT_FOUND
core::Error FileNotReadable(std::string_view file);           // FILE_NOT_READABLE
core::Error FieldTooWide(std::string_view file, int64_t line, size_t limit_bytes);
core::Error RowTooWide(std::string_view file, int64_t line, size_t limit_bytes);
core::Error TooManyColumns(std::string_view file, int64_t line, size_t limit);
core::Error TooManyRows(std::string_view file, int64_t limit);
core::Error ReadingStopped();  // READING_STOPPED, ABORTED

}  // namespace throughline::csv
