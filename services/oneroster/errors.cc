#include "oneroster/errors.h"

#include <fmt/format.h>

namespace throughline::oneroster {
namespace {

using core::Code;
using core::Error;

Error At(const char* reason, std::string_view file, std::string message) {
  return {Code::kInvalidArgument, reason, std::move(message), std::string(file)};
}

}  // namespace

Error FileNotFound(const std::filesystem::path& path) {
  return {Code::kNotFound, "FILE_NOT_FOUND", fmt::format("There is no file {}.", path.string()),
          ""};
}

Error FileNotReadable(std::string_view file) {
  return {Code::kUnavailable, "FILE_NOT_READABLE", fmt::format("{} cannot be read.", file),
          std::string(file)};
}

Error FolderNotWritable(const std::filesystem::path& path) {
  return {Code::kUnavailable, "FOLDER_NOT_WRITABLE",
          fmt::format("The folder {} cannot be written to.", path.string()), ""};
}

Error NotABundle(const std::filesystem::path& path) {
  return {Code::kInvalidArgument, "NOT_A_BUNDLE",
          fmt::format("{} is neither a folder nor a zip archive.", path.string()), ""};
}

Error ManifestMissing() {
  return At("MANIFEST_MISSING", "manifest.csv",
            "The bundle has no manifest.csv, which says what is in it.");
}

Error ManifestInvalid(int64_t line, std::string_view what) {
  return At("MANIFEST_INVALID", "manifest.csv",
            fmt::format("manifest.csv, line {}: {}.", line, what));
}

Error VersionNotSupported() {
  return At("VERSION_NOT_SUPPORTED", "manifest.csv",
            "manifest.csv does not say that oneroster.version is 1.2 or 1.1.");
}

Error FileNotInBundle(std::string_view file) {
  return {Code::kNotFound, "FILE_NOT_IN_BUNDLE", fmt::format("The bundle has no {}.", file),
          std::string(file)};
}

Error HeaderUnusable(std::string_view file) {
  return At("HEADER_UNUSABLE", file,
            fmt::format("{} lacks a column that it must have, or has one twice.", file));
}

Error ArchiveBroken(std::string_view why) {
  return At("ARCHIVE_BROKEN", "", fmt::format("The archive cannot be unpacked: {}.", why));
}

Error TooManyArchiveEntries(int64_t limit) {
  return At("TOO_MANY_ARCHIVE_ENTRIES", "",
            fmt::format("The archive has more than {} entries.", limit));
}

Error UnpackedTooLarge(std::string_view file, int64_t limit_bytes) {
  return At("UNPACKED_TOO_LARGE", file,
            fmt::format("{} unpacks to more than {} bytes.", file, limit_bytes));
}

Error FieldTooWide(std::string_view file, int64_t line, size_t limit_bytes) {
  return At("FIELD_TOO_WIDE", file,
            fmt::format("{}, line {}: a field is wider than {} bytes.", file, line, limit_bytes));
}

Error RowTooWide(std::string_view file, int64_t line, size_t limit_bytes) {
  return At("ROW_TOO_WIDE", file,
            fmt::format("{}, line {}: the row is wider than {} bytes.", file, line, limit_bytes));
}

Error TooManyColumns(std::string_view file, int64_t line, size_t limit) {
  return At("TOO_MANY_COLUMNS", file,
            fmt::format("{}, line {}: there are more than {} columns.", file, line, limit));
}

Error TooManyRows(std::string_view file, int64_t limit) {
  return At("TOO_MANY_ROWS", file, fmt::format("{} has more than {} rows.", file, limit));
}

Error ReadingStopped() {
  return {Code::kAborted, "READING_STOPPED", "The reader was asked to stop.", ""};
}

Error DataUnexpected(std::string_view file, int64_t line, std::string_view what) {
  return At("DATA_UNEXPECTED", file, fmt::format("{}, line {}: {}.", file, line, what));
}

}  // namespace throughline::oneroster
