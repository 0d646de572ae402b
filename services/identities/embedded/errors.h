// Every failure of the vault's files in a data directory, by name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/result.h"
#include "runtime/embedded/sqlite.h"

namespace throughline::identities {

core::Error IdentitiesUnavailable(std::string_view why);  // UNAVAILABLE: not read, or not written
core::Error IdentitiesLost(std::string_view directory);   // FAILED_PRECONDITION
core::Error IdentitiesDamaged(std::string_view file, std::string_view why);  // FAILED_PRECONDITION
// One of the two: what SQLite says of this file.
core::Error IdentitiesFailed(const std::filesystem::path& file,
                             const runtime::sqlite::Failure& failure);
core::Error KeyRingDamaged(std::string_view file);  // FAILED_PRECONDITION
core::Error KeyRingBusy();  // UNAVAILABLE: it changed whenever a copy was made
core::Error NoIdentities(std::string_view directory);  // NOT_FOUND: no records of any students

}  // namespace throughline::identities
