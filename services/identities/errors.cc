#include "identities/errors.h"

#include <string>

namespace throughline::identities {

using core::Code;
using core::Error;

Error KeysReplaced(std::string_view district) {
  return {Code::kAborted, "KEYS_REPLACED",
          "The keys of the district " + std::string(district) +
              " have been replaced by somebody else meanwhile.",
          ""};
}

Error KeyRingLost(std::string_view district) {
  return {
      Code::kFailedPrecondition, "KEY_RING_LOST",
      "The identity vault has records of the district " + std::string(district) +
          " that were sealed with a key which its key ring does not have: the key ring is gone, "
          "or an older copy of it. Restore the latest key ring (identities.keys, or the topic "
          "identities.keys) and start again. If there is none, nobody can say any more who the "
          "students are: `throughline backup` copies a data directory as it is, and `throughline "
          "restore --without-identities` makes one in which every student is somebody new.",
      ""};
}

Error KeyRingOther(std::string_view district) {
  return {
      Code::kFailedPrecondition, "KEY_RING_OTHER",
      "The keys of the district " + std::string(district) +
          " in the identity vault's key ring were wrapped with another key of the installation, "
          "or are damaged. Restore the file with the secret behind pseudonyms, or the key ring, "
          "from where the one that goes with the other is, and start again. If the key was being "
          "replaced, do `throughline identities replace-key` again.",
      ""};
}

Error KeyOfBeforeNeeded(std::string_view district) {
  return {
      Code::kFailedPrecondition, "KEY_OF_BEFORE_NEEDED",
      "The district " + std::string(district) +
          " was there before the identity vault, and not everybody whom its rosters knew is on "
          "record: whoever is not is found by the key that would go. Import the district's whole "
          "roster; the service looks once a day, and when it starts, whether all are there. Then "
          "try again; or leave them behind (--leave-behind): when they come again they are "
          "somebody new.",
      ""};
}

Error RecordDamaged(std::string_view district) {
  return {Code::kInternal, "IDENTITY_DAMAGED",
          "A record of the identity vault, of the district " + std::string(district) +
              ", is not as it was written. Import the roster again, or restore the records.",
          ""};
}

Error VaultContended(std::string_view district) {
  return {Code::kUnavailable, "VAULT_CONTENDED",
          "The keys of the district " + std::string(district) +
              " were replaced again and again meanwhile. Try again.",
          ""};
}

}  // namespace throughline::identities
