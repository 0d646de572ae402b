// The vault's records and keys in a data directory: `identities.db`, which a backup copies, and
// `identities.keys`, which none does (key_ring_file.h).
//
// The database is kept as the journal is: pages with checksums, a write-ahead log that is flushed
// with every write, its owner's alone, and one process at a time. What is deleted in it is
// overwritten.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "identities/embedded/key_ring_file.h"
#include "identities/identity_store.h"

namespace throughline::identities {

inline constexpr char kIdentitiesFile[] = "identities.db";
inline constexpr char kKeyRingFile[] = "identities.keys";

class EmbeddedIdentityStore final : public IdentityStore {
 public:
  // Opens what is in the directory, or makes it. IDENTITIES_UNAVAILABLE, also when another process
  // has it; IDENTITIES_LOST when there are keys and no records; KEY_RING_DAMAGED,
  // IDENTITIES_DAMAGED.
  static core::Result<std::unique_ptr<EmbeddedIdentityStore>> Open(
      const std::filesystem::path& directory);
  ~EmbeddedIdentityStore() override;

  core::Result<int64_t> Put(const std::vector<StoredIdentity>& records) override;
  core::Result<std::vector<StoredIdentity>> Read(int64_t position, size_t limit) override;
  core::Result<int64_t> End() override;
  int64_t Version() override { return version_; }
  core::Result<std::vector<std::pair<std::string, std::string>>> Keys() override;
  core::Result<void> ReplaceKeys(const std::string& district,
                                 const std::optional<std::string>& expected,
                                 const std::string& value) override;

 private:
  struct Database;
  explicit EmbeddedIdentityStore(std::filesystem::path directory);

  const std::filesystem::path directory_;
  std::atomic<int64_t> version_{0};
  std::mutex mutex_;  // guards the rest
  std::unique_ptr<Database> database_;
  KeyRing ring_;
};

}  // namespace throughline::identities
