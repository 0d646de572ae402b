#include "oneroster/errors.h"

#include <fmt/format.h>

#include "core/errors.h"

namespace throughline::oneroster {

using core::Code;
using core::Error;
using core::Invalid;

Error FolderNotWritable(const std::filesystem::path& path) {
  return {Code::kUnavailable, "FOLDER_NOT_WRITABLE",
          fmt::format("The folder {} cannot be written to.", path.string()), ""};
}

Error NotABundle(const std::filesystem::path& path) {
  return {Code::kInvalidArgument, "NOT_A_BUNDLE",
          fmt::format("{} is neither a folder nor a zip archive.", path.string()), ""};
}

Error ManifestMissing() {
  return Invalid("MANIFEST_MISSING", "manifest.csv",
                 "The bundle has no manifest.csv, which says what is in it.");
}

Error ManifestInvalid(int64_t line, std::string_view what) {
  return Invalid("MANIFEST_INVALID", "manifest.csv",
                 fmt::format("manifest.csv, line {}: {}.", line, what));
}

Error VersionNotSupported() {
  return Invalid("VERSION_NOT_SUPPORTED", "manifest.csv",
                 "manifest.csv does not say that oneroster.version is 1.2 or 1.1.");
}

Error FileNotInBundle(std::string_view file) {
  return {Code::kNotFound, "FILE_NOT_IN_BUNDLE", fmt::format("The bundle has no {}.", file),
          std::string(file)};
}

Error HeaderUnusable(std::string_view file) {
  return Invalid("HEADER_UNUSABLE", file,
                 fmt::format("{} lacks a column that it must have, or has one twice.", file));
}

Error ArchiveBroken(std::string_view why) {
  return Invalid("ARCHIVE_BROKEN", "", fmt::format("The archive cannot be unpacked: {}.", why));
}

Error TooManyArchiveEntries(int64_t limit) {
  return Invalid("TOO_MANY_ARCHIVE_ENTRIES", "",
                 fmt::format("The archive has more than {} entries.", limit));
}

Error UnpackedTooLarge(std::string_view file, int64_t limit_bytes) {
  return Invalid("UNPACKED_TOO_LARGE", file,
                 fmt::format("{} unpacks to more than {} bytes.", file, limit_bytes));
}

Error DataUnexpected(std::string_view file, int64_t line, std::string_view what) {
  return Invalid("DATA_UNEXPECTED", file, fmt::format("{}, line {}: {}.", file, line, what));
}

}  // namespace throughline::oneroster
