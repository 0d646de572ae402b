#include "identities/store_vault.h"

#include <sodium.h>

#include <algorithm>

#include "core/key.h"
#include "identities/errors.h"

namespace throughline::identities {

using core::Result;

namespace {

constexpr size_t kRecordsAtOnce = 10'000;
constexpr size_t kNumberBytes = 4;  // of a text's key, before what is sealed

std::string NumberText(int32_t number) {
  std::string text;
  for (size_t i = 0; i < kNumberBytes; ++i) {
    text += static_cast<char>(static_cast<uint32_t>(number) >> (8 * i));
  }
  return text;
}

int32_t NumberIn(std::string_view text) {
  uint32_t number = 0;
  for (size_t i = 0; i < kNumberBytes; ++i) {
    number |= static_cast<uint32_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  }
  return static_cast<int32_t>(number);
}

VaultOptions WithRandomness(VaultOptions options) {
  if (!options.random) {
    options.random = [](unsigned char* to, size_t bytes) { randombytes_buf(to, bytes); };
  }
  return options;
}

}  // namespace

// Follows the vault; a batch's pseudonyms are derived with the key of when it was begun.
class StoreVault::Pseudonyms final : public Vault::District {
 public:
  Pseudonyms(const StoreVault& vault, const DistrictState& state)
      : vault_(vault),
        state_(state),
        deriving_(state.keys->deriving()),
        naming_(state.keys->naming()),
        had_another_key_(state.keys->latest().number() > kFirstKey),
        has_key_of_before_(state.keys->has_key_of_before()),
        only_derives_(state.records.AllDerivedBy(deriving_.number())) {}

  std::string Of(std::string_view student) const override {
    if (!only_derives_) {
      std::shared_lock lock(vault_.state_);
      if (const std::string* pseudonym = state_.records.Find(student)) return *pseudonym;
    }
    return deriving_.PseudonymOf(student);
  }
  const NamingKeys& naming() const override { return naming_; }
  bool had_another_key() const override { return had_another_key_; }
  bool has_key_of_before() const override { return has_key_of_before_; }
  bool IsOnRecord(std::string_view pseudonym) const override {
    std::shared_lock lock(vault_.state_);
    return state_.records.live().contains(std::string(pseudonym));
  }

 private:
  const StoreVault& vault_;
  const DistrictState& state_;
  const DataKey deriving_;
  const NamingKeys naming_;
  const bool had_another_key_;
  const bool has_key_of_before_;
  const bool only_derives_;
};

StoreVault::StoreVault(IdentityStore& store, const Secret& installation, VaultOptions options)
    : store_(store),
      installation_(installation),
      options_(WithRandomness(std::move(options))),
      version_(-1) {
  options_.random(hash_key_.data(), hash_key_.size());
}

Result<void> StoreVault::ReadAndFinish() {
  if (auto read = Refresh(); !read) return read;
  std::vector<std::string> begun;
  {
    std::shared_lock lock(state_);
    for (const auto& [district, state] : districts_) {
      if (state->keys && state->keys->is_replacing()) begun.push_back(district);
    }
  }
  for (const std::string& district : begun) {
    if (auto finished = FinishReplacing(district); !finished) return finished;
  }
  return {};
}

Result<void> StoreVault::RefreshWhenMoved() {
  if (store_.Version() == version_) return {};
  return Refresh();
}

Result<void> StoreVault::Refresh() {
  return refreshes_.Run([this] { return ReadStore(); });
}

// Keys first: what cannot be opened with the latest of them was sealed anew before they were there.
// A record that names a later key says that the keys are to be read again: they are there before
// any record that names them.
Result<void> StoreVault::ReadStore() {
  News news;
  news.version = store_.Version();
  do {
    if (auto read = ReadKeys(news); !read) return read;
    if (const auto district = NamesUnknownKey(news)) return core::Refuse(KeyRingLost(*district));
    if (auto read = ReadRecords(news); !read) return read;
  } while (NamesUnknownKey(news));
  Take(std::move(news));
  return {};
}

Result<void> StoreVault::ReadKeys(News& news) const {
  auto all = store_.Keys();
  if (!all) return core::Refuse(all.error());
  for (auto& [district, stored] : *all) {
    const DistrictState* state = FindState(district);
    if (state != nullptr && state->keys && state->keys->stored() == stored) continue;
    auto keys = UnwrappedKeys::Unwrap(district, std::move(stored), installation_);
    if (!keys) return core::Refuse(keys.error());
    news.keys.insert_or_assign(district, *std::move(keys));
  }
  return {};
}

Result<void> StoreVault::ReadRecords(News& news) const {
  while (true) {
    const int64_t from = news.records.empty() ? position_ : news.records.back().position + 1;
    auto records = store_.Read(from, kRecordsAtOnce);
    if (!records) return core::Refuse(records.error());
    if (records->empty()) return {};
    for (StoredIdentity& record : *records) {
      v1::SealedIdentity value;
      if (record.value && value.ParseFromString(*record.value)) {
        int32_t& highest = news.highest_key[std::string(core::SplitKey<2>(record.key)[0])];
        highest = std::max(highest, value.key_number());
      }
      news.records.push_back(std::move(record));
    }
  }
}

std::optional<std::string> StoreVault::NamesUnknownKey(const News& news) const {
  for (const auto& [district, highest] : news.highest_key) {
    const auto read = news.keys.find(district);
    const DistrictState* state = FindState(district);
    int32_t latest = 0;
    if (read != news.keys.end()) {
      latest = read->second.latest().number();
    } else if (state != nullptr && state->keys) {
      latest = state->keys->latest().number();
    }
    if (highest > latest) return district;
  }
  return std::nullopt;
}

void StoreVault::Take(News news) {
  std::unique_lock lock(state_);
  for (auto& [district, keys] : news.keys) {
    DistrictState& state = StateOf(district);
    state.keys = std::move(keys);
    state.records.Purge(*state.keys);
  }
  for (const StoredIdentity& record : news.records) {
    const auto [district, pseudonym] = core::SplitKey<2>(record.key);
    DistrictState& state = StateOf(district);
    position_ = record.position + 1;
    v1::SealedIdentity value;
    if (!state.keys || (record.value && !value.ParseFromString(*record.value))) continue;
    if (pseudonym.empty()) {
      state.records.TakeFence(value.key_number());
    } else {
      state.records.Take(*state.keys, pseudonym, record.value ? &value : nullptr, record.position);
    }
  }
  version_ = news.version;
}

StoreVault::DistrictState& StoreVault::StateOf(std::string_view district) {
  auto found = districts_.find(district);
  if (found == districts_.end()) {
    const std::string name(district);
    found = districts_.emplace(name, std::make_unique<DistrictState>(name, hash_key_)).first;
  }
  return *found->second;
}

const StoreVault::DistrictState* StoreVault::FindState(std::string_view district) const {
  const auto found = districts_.find(district);
  return found == districts_.end() ? nullptr : found->second.get();
}

// With keys, which are made when there are none.
Result<const StoreVault::DistrictState*> StoreVault::Current(std::string_view district) {
  if (auto read = RefreshWhenMoved(); !read) return core::Refuse(read.error());
  const auto with_keys = [&]() -> const DistrictState* {
    std::shared_lock lock(state_);
    const DistrictState* state = FindState(district);
    return state != nullptr && state->keys ? state : nullptr;
  };
  if (const DistrictState* state = with_keys()) return state;
  if (auto made = MakeKeys(district); !made) return core::Refuse(made.error());
  if (const DistrictState* state = with_keys()) return state;
  return core::Refuse(KeyRingLost(district));
}

Result<void> StoreVault::MakeKeys(std::string_view district) {
  std::optional<Secret> of_before;
  if (options_.had_students) {
    const auto had = options_.had_students(district);
    if (!had) return core::Refuse(had.error());
    if (*had) of_before = KeyOfBefore(installation_, district);
  }
  auto made = store_.ReplaceKeys(std::string(district), std::nullopt,
                                 NewKeys(district, of_before, installation_, options_.random));
  // Somebody else may have been quicker.
  if (!made && made.error().code != core::Code::kAborted) return made;
  return Refresh();
}

Result<std::shared_ptr<const Vault::District>> StoreVault::In(std::string_view district) {
  const auto state = Current(district);
  if (!state) return core::Refuse(state.error());
  std::shared_lock lock(state_);
  return std::make_shared<const Pseudonyms>(*this, **state);
}

Result<std::optional<v1::Identity>> StoreVault::Find(std::string_view district,
                                                     std::string_view pseudonym) {
  const auto state = Current(district);
  if (!state) return core::Refuse(state.error());
  std::shared_lock lock(state_);
  const auto& live = (*state)->records.live();
  const auto held = live.find(std::string(pseudonym));
  if (held == live.end()) return std::nullopt;
  auto identity = (*state)->records.Open(*(*state)->keys, pseudonym, held->second);
  if (!identity) return core::Refuse(RecordDamaged(district));
  return identity;
}

Result<std::optional<std::string>> StoreVault::PseudonymOnRecord(std::string_view district,
                                                                 std::string_view student) {
  const auto state = Current(district);
  if (!state) return core::Refuse(state.error());
  std::shared_lock lock(state_);
  const std::string* pseudonym = (*state)->records.Find(student);
  if (pseudonym == nullptr) return std::nullopt;
  return *pseudonym;
}

Result<std::vector<std::string>> StoreVault::GoneSince(std::string_view district, int32_t day) {
  const auto state = Current(district);
  if (!state) return core::Refuse(state.error());
  std::vector<std::string> gone;
  std::shared_lock lock(state_);
  for (const auto& [pseudonym, held] : (*state)->records.live()) {
    if (held.last_seen < day) gone.push_back(pseudonym);
  }
  std::sort(gone.begin(), gone.end());
  return gone;
}

Result<std::vector<std::string>> StoreVault::Districts() {
  if (auto read = RefreshWhenMoved(); !read) return core::Refuse(read.error());
  std::vector<std::string> districts;
  std::shared_lock lock(state_);
  for (const auto& [district, state] : districts_) {
    if (state->keys) districts.push_back(district);
  }
  return districts;
}

Result<bool> StoreVault::DerivesAsBefore(std::string_view district) {
  const auto state = Current(district);
  if (!state) return core::Refuse(state.error());
  std::shared_lock lock(state_);
  return (*state)->keys->has_key_of_before();
}

Result<std::string> StoreVault::Seal(std::string_view district, std::string_view about,
                                     std::string_view text) {
  const auto state = Current(district);
  if (!state) return core::Refuse(state.error());
  std::shared_lock lock(state_);
  const DataKey& key = (*state)->keys->latest();
  return NumberText(key.number()) +
         identities::Seal(key.texts(), core::JoinKey(district, about), text, options_.random);
}

std::optional<std::string> StoreVault::Open(std::string_view district, std::string_view about,
                                            std::string_view sealed) {
  const auto state = Current(district);
  if (!state || sealed.size() < kNumberBytes) return std::nullopt;
  std::shared_lock lock(state_);
  const DataKey* key = (*state)->keys->Find(NumberIn(sealed));
  if (key == nullptr) return std::nullopt;
  return identities::Open(key->texts(), core::JoinKey(district, about),
                          sealed.substr(kNumberBytes));
}

Result<std::unique_ptr<Vault>> OpenVault(IdentityStore& store, const Secret& key,
                                         VaultOptions options) {
  auto vault = std::make_unique<StoreVault>(store, key, std::move(options));
  if (auto opened = vault->ReadAndFinish(); !opened) return core::Refuse(opened.error());
  return std::unique_ptr<Vault>(std::move(vault));
}

}  // namespace throughline::identities
