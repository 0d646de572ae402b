// Copies of the vault's records, and whether a key ring opens them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "core/result.h"
#include "identities/embedded/key_ring_file.h"
#include "runtime/secret_file.h"

namespace throughline::identities {

// Copies the records of the directory `from`, which another process may be writing to meanwhile, to
// the file `to`, which does not exist or is empty. Returns the key ring that opens the copy.
// NO_IDENTITIES; KEY_RING_BUSY when keys were being replaced for as long as `patience`;
// IDENTITIES_UNAVAILABLE, IDENTITIES_DAMAGED, KEY_RING_DAMAGED.
core::Result<KeyRing> CopyIdentities(const std::filesystem::path& from,
                                     const std::filesystem::path& to,
                                     std::chrono::milliseconds patience = std::chrono::seconds(15));

struct CheckedIdentities {
  int64_t students = 0;  // on record
  int64_t lost = 0;      // of these, sealed with a key that the ring does not have
  std::set<std::string> districts = {};
};

// Reads all of a file of records that nobody writes to; without a key ring, whether every page is
// as it was written. IDENTITIES_DAMAGED; IDENTITIES_UNAVAILABLE; KEY_RING_OTHER when the keys are
// wrapped with another secret of the installation.
core::Result<CheckedIdentities> CheckIdentities(const std::filesystem::path& file,
                                                const std::optional<KeyRing>& ring,
                                                const runtime::Secret& installation);

}  // namespace throughline::identities
