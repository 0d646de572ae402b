// For tests of the vault: what somebody finds who has everything but what is gone.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/key.h"
#include "identities/district_keys.h"
#include "identities/vault_fixture.h"

namespace throughline::identities {

// With the installation's key, the key ring as it is, all records that were ever written, and a
// list of all ids: pseudonyms by student.
inline std::map<std::string, std::set<std::string>> Attack(IdentityStore& store, int students,
                                                           const Secret& installation) {
  std::vector<DataKey> keys = {{0, KeyOfBefore(installation, "d1")}, {0, installation}};
  std::vector<DataKey> ring;
  for (const auto& [district, stored] : Must(store.Keys())) {
    const auto unwrapped = Must(UnwrappedKeys::Unwrap(district, stored, installation));
    for (int32_t number = 0; number <= unwrapped.latest().number(); ++number) {
      if (const DataKey* key = unwrapped.Find(number)) ring.push_back(*key);
    }
    for (const Secret& naming :
         {unwrapped.naming().names, unwrapped.naming().marks, unwrapped.naming().texts}) {
      keys.emplace_back(0, naming);
      keys.emplace_back(0, KeyOfBefore(naming, district));
    }
  }
  keys.insert(keys.end(), ring.begin(), ring.end());
  std::map<std::string, std::set<std::string>> found;
  for (const StoredIdentity& record : Must(store.Read(0, SIZE_MAX))) {
    const std::string pseudonym(core::SplitKey<2>(record.key)[1]);
    for (int i = 0; i < students; ++i) {
      for (const DataKey& key : keys) {
        if (key.PseudonymOf(IdOf(i)) == pseudonym) found[IdOf(i)].insert(pseudonym);
      }
    }
    v1::SealedIdentity sealed;
    if (!record.value || !sealed.ParseFromString(*record.value)) continue;
    for (const DataKey& key : ring) {
      v1::Identity identity;
      const auto text = identities::Open(key.identities(), record.key, sealed.sealed());
      if (text && identity.ParseFromString(*text)) found[identity.student()].insert(pseudonym);
    }
  }
  return found;
}

}  // namespace throughline::identities
