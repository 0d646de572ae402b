// A secret of the installation that its log knows again. Pseudonyms, signatures and links that were
// made with a secret mean nothing under another one, so a file that was lost must not be replaced
// without a word: the log keeps a fingerprint of each secret (a topic of its own, so that an
// emptied store forgets none), and a process that has another secret does not start.
//
// A fingerprint is a keyed hash (BLAKE2b) of the secret's name: it says whether two secrets are the
// same, and nothing else of them. A record has one, of the first secret, or two: of a secret that
// took the place of another, behind that of the other.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "runtime/journal.h"
#include "runtime/secret_file.h"

namespace throughline::runtime {

// One partition, kept for ever. Of several first fingerprints under one name the first counts, and
// so it does of several that took the place of the same one.
inline constexpr char kFingerprintsTopic[] = "fingerprints.keys";

// The secret in the file. Without a file it is made, unless the log knows that there was one:
// SECRET_LOST. SECRET_OTHER when it is not the one that the log knows. Both are FAILED_PRECONDITION
// with a sentence that says what to restore. Otherwise the errors of SecretFromFile, or the log's.
core::Result<Secret> KnownSecretFromFile(Log& log, const std::filesystem::path& file,
                                         std::string_view purpose);
// The same for a secret that was read before.
core::Result<void> CheckSecret(Log& log, const Secret& secret, const std::filesystem::path& file,
                               std::string_view purpose);
// The log knows `next` from now on in place of `before`, which nothing may be made with any more.
// Doing it again changes nothing. SECRET_OTHER when it knows another one than these.
core::Result<void> ReplaceKnownSecret(Log& log, const Secret& before, const Secret& next,
                                      const std::filesystem::path& file, std::string_view purpose);
// Whether the file may be made: it is there, or the log knows of none.
core::Result<void> CheckSecretIsNotLost(Log& log, const std::filesystem::path& file,
                                        std::string_view purpose);

// Whether the file has the secret that these records of the topic know under the name; true when
// they know none. Makes no file: SECRET_LOST, SECRET_OTHER, or the errors of SecretFromFile.
core::Result<void> CheckSecretAgainst(const std::vector<StoredRecord>& fingerprints,
                                      const std::filesystem::path& file, std::string_view purpose);

}  // namespace throughline::runtime
