#include "csv/errors.h"

#include <fmt/format.h>

#include "core/errors.h"

namespace throughline::csv {

using core::Code;
using core::Error;
using core::Invalid;

Error FileNotFound(const std::filesystem::path& path) {
  return {Code::kNotFound, "FILE_NOT_FOUND", fmt::format("There is no file {}.", path.string()),
          ""};
}

Error FileNotReadable(std::string_view file) {
  return {Code::kUnavailable, "FILE_NOT_READABLE", fmt::format("{} cannot be read.", file),
          std::string(file)};
}

Error FieldTooWide(std::string_view file, int64_t line, size_t limit_bytes) {
  return Invalid(
      "FIELD_TOO_WIDE", file,
      fmt::format("{}, line {}: a field is wider than {} bytes.", file, line, limit_bytes));
}

Error RowTooWide(std::string_view file, int64_t line, size_t limit_bytes) {
  return Invalid(
      "ROW_TOO_WIDE", file,
      fmt::format("{}, line {}: the row is wider than {} bytes.", file, line, limit_bytes));
}

Error TooManyColumns(std::string_view file, int64_t line, size_t limit) {
  return Invalid("TOO_MANY_COLUMNS", file,
                 fmt::format("{}, line {}: there are more than {} columns.", file, line, limit));
}

Error TooManyRows(std::string_view file, int64_t limit) {
  return Invalid("TOO_MANY_ROWS", file, fmt::format("{} has more than {} rows.", file, limit));
}

Error ReadingStopped() {
  return {Code::kAborted, "READING_STOPPED", "The reader was asked to stop.", ""};
}

}  // namespace throughline::csv
