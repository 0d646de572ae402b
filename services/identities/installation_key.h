// Another key of the installation: every district's keys are wrapped with it, and nothing that was
// made with the one before is left. In districts that were there before the vault it is the end of
// what followed from that key: of the way back to pseudonyms, of names in place of ids that sources
// do not show, and of what was set aside then. What ids of results are hashed with stays, by keys
// from which nothing else follows.
#pragma once

#include "core/result.h"
#include "identities/identity_store.h"
#include "identities/vault.h"

namespace throughline::identities {

struct KeyReplacement {
  runtime::Secret before, next;
  // Students of before whom no roster has named since are somebody new when they come.
  bool leaves_behind = false;
  std::function<void(unsigned char* to, size_t bytes)> random = nullptr;  // see VaultOptions
};

// While nothing else uses the store. What a process that ended has left is finished by doing it
// again. Returns how many districts there are. KEY_OF_BEFORE_NEEDED, FAILED_PRECONDITION, before
// anything is changed, when a district has such students; KEY_RING_OTHER when keys of a district
// are wrapped with neither.
core::Result<int> ReplaceInstallationKey(IdentityStore& store, const KeyReplacement& replacement);

}  // namespace throughline::identities
