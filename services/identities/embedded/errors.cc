#include "identities/embedded/errors.h"

#include <string>

namespace throughline::identities {

using core::Code;
using core::Error;

namespace {
std::string Text(std::string_view text) { return std::string(text); }
}  // namespace

Error IdentitiesUnavailable(std::string_view why) {
  return {Code::kUnavailable, "IDENTITIES_UNAVAILABLE",
          "The identity vault's files cannot be used: " + Text(why) + ". Try again.", ""};
}

Error IdentitiesLost(std::string_view directory) {
  return {
      Code::kFailedPrecondition, "IDENTITIES_LOST",
      Text(directory) +
          " has the identity vault's keys, identities.keys, but not its records, identities.db. "
          "Restore identities.db from the latest backup and start again.",
      ""};
}

Error IdentitiesDamaged(std::string_view file, std::string_view why) {
  return {Code::kFailedPrecondition, "IDENTITIES_DAMAGED",
          "The identity vault's records in " + Text(file) + " cannot be read: " + Text(why) + ".",
          ""};
}

Error IdentitiesFailed(const std::filesystem::path& file, const runtime::sqlite::Failure& failure) {
  if (failure.damaged()) return IdentitiesDamaged(file.string(), failure.what());
  return IdentitiesUnavailable(file.string() + ": " + failure.what());
}

Error KeyRingDamaged(std::string_view file) {
  return {Code::kFailedPrecondition, "KEY_RING_DAMAGED",
          "The identity vault's key ring, " + Text(file) +
              ", is not as it was written. Restore the copy that `throughline backup "
              "--identity-keys` made last.",
          ""};
}

Error KeyRingBusy() {
  return {Code::kUnavailable, "KEY_RING_BUSY",
          "The identity vault's keys were being replaced all the while. Try again in a moment.",
          ""};
}

Error NoIdentities(std::string_view directory) {
  return {Code::kNotFound, "NO_IDENTITIES", "There is no identities.db in " + Text(directory) + ".",
          ""};
}

}  // namespace throughline::identities
