#include "identities/memory_store.h"

#include <algorithm>

#include "identities/errors.h"

namespace throughline::identities {

using core::Result;

Result<int64_t> MemoryIdentityStore::Put(const std::vector<StoredIdentity>& records) {
  std::lock_guard lock(mutex_);
  for (const StoredIdentity& record : records) {
    records_.push_back(record);
    records_.back().position = static_cast<int64_t>(records_.size()) - 1;
  }
  return static_cast<int64_t>(records_.size());
}

Result<std::vector<StoredIdentity>> MemoryIdentityStore::Read(int64_t position, size_t limit) {
  std::lock_guard lock(mutex_);
  const size_t first = std::min(records_.size(), static_cast<size_t>(position));
  const size_t end = first + std::min(limit, records_.size() - first);
  return std::vector<StoredIdentity>(records_.begin() + static_cast<std::ptrdiff_t>(first),
                                     records_.begin() + static_cast<std::ptrdiff_t>(end));
}

Result<int64_t> MemoryIdentityStore::End() {
  std::lock_guard lock(mutex_);
  return static_cast<int64_t>(records_.size());
}

int64_t MemoryIdentityStore::Version() {
  std::lock_guard lock(mutex_);
  return static_cast<int64_t>(records_.size()) + replaced_;
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

}  // namespace throughline::identities
