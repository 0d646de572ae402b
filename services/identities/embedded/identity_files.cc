#include "identities/embedded/identity_files.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <vector>

#include "core/key.h"
#include "identities/district_keys.h"
#include "identities/embedded/embedded_store.h"
#include "identities/embedded/errors.h"
#include "runtime/embedded/checked_pages.h"
#include "runtime/embedded/sqlite.h"
#include "throughline/identities/v1/identity.pb.h"

namespace throughline::identities {

namespace sqlite = runtime::sqlite;
using core::Result;

namespace {

constexpr std::chrono::milliseconds kBetweenAttempts(100);

// Whether somebody is replacing a key: records are in the middle of being sealed anew.
bool IsReplacing(const KeyRing& ring) {
  return std::any_of(ring.begin(), ring.end(), [](const auto& one) {
    v1::DistrictKeys keys;
    return keys.ParseFromString(one.second) &&
           std::count_if(keys.keys().begin(), keys.keys().end(),
                         [](const auto& key) { return key.number() > 0; }) > 1;
  });
}

Result<void> CheckPages(const std::filesystem::path& file) {
  int64_t first = 0;
  const bool readable = sqlite::ReadPages(
      file.string(), [&](int64_t page) { first = first == 0 ? page : first; },
      [](int64_t, int64_t) {});
  if (!readable) return core::Refuse(IdentitiesUnavailable(file.string() + " cannot be read"));
  if (first != 0) {
    return core::Refuse(IdentitiesDamaged(
        file.string(), "page " + std::to_string(first) + " is not as it was written"));
  }
  return {};
}

// One record after another, as a vault takes them.
class Reader {
 public:
  Reader(const std::optional<KeyRing>& ring, const runtime::Secret& installation)
      : ring_(ring), installation_(installation) {}

  Result<void> Take(const std::string& key, const std::string& value) {
    const auto [district, pseudonym] = core::SplitKey<2>(key);
    District& of = districts_[std::string(district)];
    checked_.districts.emplace(district);
    v1::SealedIdentity record;
    const bool is_read = record.ParseFromString(value);
    if (pseudonym.empty()) {
      of.fence = std::max(of.fence, record.key_number());
      return {};
    }
    if (is_read && record.key_number() < of.fence) return {};
    ++checked_.students;
    if (!ring_) return {};
    if (auto unwrapped = Unwrap(std::string(district), of); !unwrapped) return unwrapped;
    const DataKey* with = of.keys ? of.keys->Find(record.key_number()) : nullptr;
    if (with == nullptr || !Open(with->identities(), key, record.sealed())) ++checked_.lost;
    return {};
  }
  const CheckedIdentities& checked() const { return checked_; }

 private:
  struct District {
    int32_t fence = 0;
    std::optional<UnwrappedKeys> keys;
  };
  Result<void> Unwrap(const std::string& district, District& of) const {
    const auto stored = ring_->find(district);
    if (of.keys || stored == ring_->end()) return {};
    auto keys = UnwrappedKeys::Unwrap(district, stored->second, installation_);
    if (!keys) return core::Refuse(keys.error());
    of.keys = *std::move(keys);
    return {};
  }

  const std::optional<KeyRing>& ring_;
  const runtime::Secret& installation_;
  std::map<std::string, District> districts_;
  CheckedIdentities checked_;
};

}  // namespace

// The ring is the same before and after: nothing was sealed with another key in between.
Result<KeyRing> CopyIdentities(const std::filesystem::path& from, const std::filesystem::path& to,
                               std::chrono::milliseconds patience) {
  const std::filesystem::path file = from / kIdentitiesFile;
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) return core::Refuse(NoIdentities(from.string()));
  const auto until = std::chrono::steady_clock::now() + patience;
  for (bool again = false; !again || std::chrono::steady_clock::now() < until; again = true) {
    if (again) std::this_thread::sleep_for(kBetweenAttempts);
    auto before = ReadKeyRing(from / kKeyRingFile);
    if (!before) return before;
    if (IsReplacing(*before)) continue;
    try {
      std::filesystem::resize_file(to, 0, failed);  // of the attempt before
      sqlite::Connection db(file.string(), sqlite::Opened::kToRead);
      sqlite::Statement copy(db, "VACUUM INTO ?1");
      copy.Text(1, to.string()).Execute();
    } catch (const sqlite::Failure& failure) {
      return core::Refuse(IdentitiesFailed(file, failure));
    }
    auto after = ReadKeyRing(from / kKeyRingFile);
    if (!after) return after;
    if (*before != *after) continue;
    if (auto checked = CheckPages(to); !checked) return core::Refuse(checked.error());
    return *before;
  }
  return core::Refuse(KeyRingBusy());
}

Result<CheckedIdentities> CheckIdentities(const std::filesystem::path& file,
                                          const std::optional<KeyRing>& ring,
                                          const runtime::Secret& installation) {
  if (auto checked = CheckPages(file); !checked) return core::Refuse(checked.error());
  Reader reader(ring, installation);
  try {
    sqlite::Connection db(file.string(), sqlite::Opened::kToRead);
    sqlite::Statement records(
        db, "SELECT key, value FROM identity WHERE value IS NOT NULL ORDER BY position");
    while (records.Step()) {
      if (auto taken = reader.Take(records.Bytes(0), records.Bytes(1)); !taken) {
        return core::Refuse(taken.error());
      }
    }
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(IdentitiesFailed(file, failure));
  }
  return reader.checked();
}

}  // namespace throughline::identities
