// An identity store in memory, for tests and simulations: several vaults may share one. It keeps
// every record that was ever put, as a topic does until it is compacted. Thread-safe.
#pragma once

#include <map>
#include <mutex>

#include "identities/identity_store.h"

namespace throughline::identities {

class MemoryIdentityStore final : public IdentityStore {
 public:
  core::Result<int64_t> Put(const std::vector<StoredIdentity>& records) override;
  core::Result<std::vector<StoredIdentity>> Read(int64_t position, size_t limit) override;
  core::Result<int64_t> End() override;
  int64_t Version() override;
  core::Result<std::vector<std::pair<std::string, std::string>>> Keys() override;
  core::Result<void> ReplaceKeys(const std::string& district,
                                 const std::optional<std::string>& expected,
                                 const std::string& value) override;

  // Keeps of every key the last record alone.
  void Compact();

 private:
  std::mutex mutex_;
  std::map<int64_t, StoredIdentity> records_;  // by position
  int64_t end_ = 0;
  std::map<std::string, std::string> keys_;
  int64_t replaced_ = 0;
};

}  // namespace throughline::identities
