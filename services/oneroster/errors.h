// Every reason for which a bundle as a whole cannot be read or written, by name. What is wrong with
// a single row is a BundleProblem.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace throughline::oneroster {

core::Error FolderNotWritable(const std::filesystem::path& path);  // FOLDER_NOT_WRITABLE
core::Error NotABundle(const std::filesystem::path& path);         // NOT_A_BUNDLE
core::Error ManifestMissing();                                     // MANIFEST_MISSING
core::Error ManifestInvalid(int64_t line, std::string_view what);  // MANIFEST_INVALID
core::Error VersionNotSupported();                                 // VERSION_NOT_SUPPORTED
core::Error FileNotInBundle(std::string_view file);                // FILE_NOT_IN_BUNDLE
core::Error HeaderUnusable(std::string_view file);                 // HEADER_UNUSABLE
core::Error ArchiveBroken(std::string_view why);                   // ARCHIVE_BROKEN
core::Error TooManyArchiveEntries(int64_t limit);                  // TOO_MANY_ARCHIVE_ENTRIES
core::Error UnpackedTooLarge(std::string_view file, int64_t limit_bytes);  // UNPACKED_TOO_LARGE
core::Error DataUnexpected(std::string_view file, int64_t line, std::string_view what);

}  // namespace throughline::oneroster
