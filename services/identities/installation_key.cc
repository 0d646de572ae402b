#include "identities/installation_key.h"

#include <sodium.h>

#include "identities/district_keys.h"
#include "identities/errors.h"

namespace throughline::identities {

using core::Result;

namespace {

bool IsWrappedWith(const Secret& installation, const std::string& district,
                   const std::string& stored) {
  return UnwrappedKeys::Unwrap(district, stored, installation).has_value();
}

// Replaces the data keys of districts where pseudonyms still follow from the installation's.
Result<void> LetGoOfKeysOfBefore(IdentityStore& store, const KeyReplacement& replacement) {
  auto ring = store.Keys();
  if (!ring) return core::Refuse(ring.error());
  std::vector<std::string> districts;
  for (const auto& [district, stored] : *ring) {
    if (IsWrappedWith(replacement.next, district, stored)) continue;
    const auto keys = UnwrappedKeys::Unwrap(district, stored, replacement.before);
    if (!keys) return core::Refuse(keys.error());
    if (!keys->has_key_of_before()) continue;
    if (!replacement.leaves_behind) return core::Refuse(KeyOfBeforeNeeded(district));
    districts.push_back(district);
  }
  if (districts.empty()) return {};
  const auto vault = OpenVault(store, replacement.before, {.random = replacement.random});
  if (!vault) return core::Refuse(vault.error());
  for (const std::string& district : districts) {
    if (auto done = (*vault)->Rotate(district); !done) return done;
  }
  return {};
}

}  // namespace

Result<int> ReplaceInstallationKey(IdentityStore& store, const KeyReplacement& replacement) {
  if (auto done = LetGoOfKeysOfBefore(store, replacement); !done) {
    return core::Refuse(done.error());
  }
  auto ring = store.Keys();
  if (!ring) return core::Refuse(ring.error());
  const Randomness random = replacement.random ? replacement.random : randombytes_buf;
  for (const auto& [district, stored] : *ring) {
    if (IsWrappedWith(replacement.next, district, stored)) continue;
    auto wrapped = WrappedAnew(district, stored, replacement.before, replacement.next, random);
    if (!wrapped) return core::Refuse(wrapped.error());
    if (auto done = store.ReplaceKeys(district, stored, *wrapped); !done) {
      return core::Refuse(done.error());
    }
  }
  return static_cast<int>(ring->size());
}

}  // namespace throughline::identities
