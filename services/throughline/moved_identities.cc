#include "throughline/moved_identities.h"

#include <map>
#include <string>
#include <vector>

namespace throughline {

namespace {

using core::Result;
using identities::StoredIdentity;

constexpr size_t kIdentitiesAtOnce = 1000;

core::Error VaultNotEmpty() {
  return {core::Code::kFailedPrecondition, "VAULT_NOT_EMPTY",
          "There are identities of students already where these are to go.", "to"};
}

// The latest of each key, by where they stand.
Result<std::map<int64_t, StoredIdentity>> Records(identities::IdentityStore& store) {
  std::map<std::string, StoredIdentity> latest;
  int64_t next = 0;
  while (true) {
    auto read = store.Read(next, kIdentitiesAtOnce);
    if (!read) return core::Refuse(read.error());
    if (read->empty()) break;
    for (StoredIdentity& one : *read) {
      next = one.position + 1;
      latest[one.key] = std::move(one);
    }
  }
  std::map<int64_t, StoredIdentity> records;
  for (auto& [key, one] : latest) {
    if (one.value) records[one.position] = std::move(one);
  }
  return records;
}

}  // namespace

Result<void> CopyVault(identities::IdentityStore& from, identities::IdentityStore& to) {
  auto there = to.Read(0, 1);
  if (!there) return core::Refuse(there.error());
  auto known = to.Keys();
  if (!known) return core::Refuse(known.error());
  if (!there->empty() || !known->empty()) return core::Refuse(VaultNotEmpty());
  auto keys = from.Keys();
  if (!keys) return core::Refuse(keys.error());
  for (const auto& [district, wrapped] : *keys) {
    if (auto put = to.ReplaceKeys(district, std::nullopt, wrapped); !put) return put;
  }
  auto records = Records(from);
  if (!records) return core::Refuse(records.error());
  std::vector<StoredIdentity> batch;
  const auto put = [&]() -> Result<void> {
    if (batch.empty()) return {};
    auto done = to.Put(batch);
    batch.clear();
    if (!done) return core::Refuse(done.error());
    return {};
  };
  for (auto& [position, one] : *records) {
    batch.push_back({one.key, std::move(one.value), 0});
    if (batch.size() < kIdentitiesAtOnce) continue;
    if (auto done = put(); !done) return done;
  }
  return put();
}

}  // namespace throughline
