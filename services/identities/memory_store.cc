#include "identities/memory_store.h"

#include <set>

#include "identities/errors.h"

namespace throughline::identities {

using core::Result;

Result<int64_t> MemoryIdentityStore::Put(const std::vector<StoredIdentity>& records) {
  std::lock_guard lock(mutex_);
  for (const StoredIdentity& record : records) {
    records_[end_] = record;
    records_[end_].position = end_;
    ++end_;
  }
  return end_;
}

Result<std::vector<StoredIdentity>> MemoryIdentityStore::Read(int64_t position, size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<StoredIdentity> read;
  for (auto record = records_.lower_bound(position);
       record != records_.end() && read.size() < limit; ++record) {
    read.push_back(record->second);
  }
  return read;
}

Result<int64_t> MemoryIdentityStore::End() {
  std::lock_guard lock(mutex_);
  return end_;
}

int64_t MemoryIdentityStore::Version() {
  std::lock_guard lock(mutex_);
  return end_ + replaced_;
}

Result<std::vector<std::pair<std::string, std::string>>> MemoryIdentityStore::Keys() {
  std::lock_guard lock(mutex_);
  return std::vector<std::pair<std::string, std::string>>(keys_.begin(), keys_.end());
}

Result<void> MemoryIdentityStore::ReplaceKeys(const std::string& district,
                                              const std::optional<std::string>& expected,
                                              const std::string& value) {
  std::lock_guard lock(mutex_);
  const auto found = keys_.find(district);
  const bool as_expected =
      expected ? found != keys_.end() && found->second == *expected : found == keys_.end();
  if (!as_expected) return core::Refuse(KeysReplaced(district));
  keys_[district] = value;
  ++replaced_;
  return {};
}

void MemoryIdentityStore::Compact() {
  std::lock_guard lock(mutex_);
  std::set<std::string> seen;
  for (auto record = records_.end(); record != records_.begin();) {
    --record;
    if (!seen.insert(record->second.key).second) record = records_.erase(record);
  }
}

}  // namespace throughline::identities
