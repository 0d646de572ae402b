// The key ring as a file: every district's wrapped data keys, as they are now. It is written anew
// each time, beside its place, and then takes it; what the file held before is overwritten, as far
// as the file system writes in place.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/result.h"

namespace throughline::identities {

// Serialized v1::DistrictKeys by district.
using KeyRing = std::map<std::string, std::string>;

// Empty when there is no such file. IDENTITIES_UNAVAILABLE; KEY_RING_DAMAGED.
core::Result<KeyRing> ReadKeyRing(const std::filesystem::path& file);
// On disk when it returns; the file is its owner's alone. IDENTITIES_UNAVAILABLE: it is the one of
// before, or this one.
core::Result<void> WriteKeyRing(const std::filesystem::path& file, const KeyRing& ring);

}  // namespace throughline::identities
