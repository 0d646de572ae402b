// What the vault writes: students who are put on record, and data keys that are replaced.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "core/key.h"
#include "identities/errors.h"
#include "identities/store_vault.h"

namespace throughline::identities {

using core::Result;

namespace {

constexpr int32_t kDaysBetweenMoves = 30;  // of the day on which a roster last had a student
constexpr int kAttempts = 20;
constexpr size_t kPutAtOnce = 10'000;

}  // namespace

StoredIdentity StoreVault::Sealed(const DistrictState& state, const std::string& pseudonym,
                                  const v1::Identity& identity, v1::SealedIdentity record) const {
  const DataKey& key = state.keys->latest();
  const std::string bound_to = state.records.BoundTo(pseudonym);
  record.set_key_number(key.number());
  record.set_sealed(
      identities::Seal(key.identities(), bound_to, identity.SerializeAsString(), options_.random));
  return {bound_to, record.SerializeAsString(), 0};
}

std::vector<StoredIdentity> StoreVault::Missing(const DistrictState& state,
                                                const std::vector<Named>& students,
                                                int32_t day) const {
  std::unordered_map<std::string_view, std::string_view>
      names;  // by student, the last that is said
  for (const Named& one : students) {
    std::string_view& name = names[one.student];
    if (!one.display_name.empty()) name = one.display_name;
  }
  std::vector<StoredIdentity> missing;
  for (const Named& one : students) {
    const auto name = names.extract(one.student);
    if (!name) continue;  // the second time
    v1::Identity identity;
    identity.set_student(one.student);
    v1::SealedIdentity record;
    record.set_last_seen(day);
    const std::string* pseudonym = state.records.Find(one.student);
    if (pseudonym != nullptr) {
      const auto& held = state.records.live().at(*pseudonym);
      const auto known = state.records.Open(*state.keys, *pseudonym, held);
      identity.set_display_name(known ? known->display_name() : "");
      const bool says_more = !name.mapped().empty() && name.mapped() != identity.display_name();
      if (known && !says_more && day < held.last_seen + kDaysBetweenMoves) continue;
      record.set_last_seen(std::max(day, held.last_seen));
      record.set_first_position(held.first_position);
    }
    if (!name.mapped().empty()) identity.set_display_name(std::string(name.mapped()));
    missing.push_back(
        Sealed(state, pseudonym ? *pseudonym : state.keys->deriving().PseudonymOf(one.student),
               identity, std::move(record)));
  }
  return missing;
}

std::optional<std::vector<std::string>> StoreVault::OnRecord(const DistrictState& state,
                                                             const std::vector<Named>& students) {
  std::vector<std::string> pseudonyms;
  pseudonyms.reserve(students.size());
  for (const Named& one : students) {
    const std::string* pseudonym = state.records.Find(one.student);
    if (pseudonym == nullptr) return std::nullopt;
    pseudonyms.push_back(*pseudonym);
  }
  return pseudonyms;
}

Result<void> StoreVault::PutAndSettle(std::string_view district, const DistrictState& state,
                                      std::vector<StoredIdentity> records) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (records.empty()) return {};
    if (auto put = store_.Put(records); !put) return core::Refuse(put.error());
    if (auto read = Refresh(); !read) return core::Refuse(read.error());
    std::shared_lock lock(state_);
    std::vector<StoredIdentity> unsettled;
    for (const StoredIdentity& record : records) {
      if (auto next = Settling(state, record.key)) unsettled.push_back(*std::move(next));
    }
    records = std::move(unsettled);
  }
  return core::Refuse(VaultContended(district));
}

std::optional<StoredIdentity> StoreVault::Settling(const DistrictState& state,
                                                   const std::string& key) const {
  const std::string pseudonym(core::SplitKey<2>(key)[1]);
  if (state.records.dead().contains(pseudonym)) return StoredIdentity{key, std::nullopt, 0};
  const auto held = state.records.live().find(pseudonym);
  if (held == state.records.live().end() || !held->second.is_overwritten) return std::nullopt;
  return SealedAnew(state, pseudonym, held->second);
}

std::optional<StoredIdentity> StoreVault::SealedAnew(const DistrictState& state,
                                                     const std::string& pseudonym,
                                                     const DistrictRecords::Held& held) const {
  const auto identity = state.records.Open(*state.keys, pseudonym, held);
  if (!identity) return std::nullopt;
  v1::SealedIdentity record;
  record.set_last_seen(held.last_seen);
  record.set_first_position(held.first_position);
  return Sealed(state, pseudonym, *identity, std::move(record));
}

Result<std::vector<std::string>> StoreVault::Enter(std::string_view district,
                                                   const std::vector<Named>& students,
                                                   int32_t day) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (auto read = Refresh(); !read) return core::Refuse(read.error());
    const auto state = Current(district);
    if (!state) return core::Refuse(state.error());
    std::vector<StoredIdentity> missing;
    {
      std::shared_lock lock(state_);
      missing = Missing(**state, students, day);
    }
    if (auto put = PutAndSettle(district, **state, std::move(missing)); !put) {
      return core::Refuse(put.error());
    }
    std::shared_lock lock(state_);
    if (auto pseudonyms = OnRecord(**state, students)) return *std::move(pseudonyms);
  }
  return core::Refuse(VaultContended(district));
}

Result<Erased> StoreVault::Erase(std::string_view district,
                                 const std::vector<std::string>& pseudonyms,
                                 std::string_view about) {
  std::shared_ptr<Erasures> together;
  bool does_it = false;
  {
    std::lock_guard lock(waiting_);
    auto& waiting = erasures_[std::string(district)];
    does_it = waiting == nullptr;
    if (does_it) waiting = std::make_shared<Erasures>();
    waiting->asked.insert(pseudonyms.begin(), pseudonyms.end());
    if (!about.empty()) {
      waiting->noted[std::string(about)].insert(pseudonyms.begin(), pseudonyms.end());
    }
    together = waiting;
  }
  if (does_it) {
    const Turns::Turn turn(replacing_, district);
    {
      std::lock_guard lock(waiting_);
      erasures_.erase(std::string(district));  // who comes from now on is of the next ones
    }
    try {
      together->promise.set_value(EraseTogether(district, *together));
    } catch (...) {
      together->promise.set_exception(std::current_exception());  // to everybody who waits
    }
  }
  const Result<Erased>& done = together->done.get();
  if (!done) return done;
  Erased own = *done;
  const std::set<std::string> asked(pseudonyms.begin(), pseudonyms.end());
  own.students =
      static_cast<int>(std::count_if(asked.begin(), asked.end(), [&](const std::string& one) {
        return together->erased.contains(one);
      }));
  return own;
}

Result<Erased> StoreVault::EraseTogether(std::string_view district, Erasures& erasures) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (auto read = Refresh(); !read) return core::Refuse(read.error());
    // Whom another process has begun to erase is on record no more, and not yet gone.
    if (auto finished = FinishReplacing(district); !finished) return core::Refuse(finished.error());
    const auto state = Current(district);
    if (!state) return core::Refuse(state.error());
    int32_t destroyed = 0;
    Erasing erasing;
    {
      std::shared_lock lock(state_);
      const auto& live = (*state)->records.live();
      const auto is_live = [&](const std::string& one) { return live.contains(one); };
      destroyed = (*state)->keys->latest().number();
      std::copy_if(erasures.asked.begin(), erasures.asked.end(),
                   std::back_inserter(erasing.pseudonyms), is_live);
      for (const auto& [about, asked] : erasures.noted) {
        v1::DistrictKeys::Erasure note;
        note.set_about(about);
        note.set_students(static_cast<int>(std::count_if(asked.begin(), asked.end(), is_live)));
        note.set_destroyed_key(destroyed);
        if (note.students() > 0) erasing.notes.push_back(std::move(note));
      }
    }
    if (erasing.pseudonyms.empty()) return Erased{};
    const auto begun = BeginReplacing(district, erasing);
    if (!begun) return core::Refuse(begun.error());
    if (auto finished = FinishReplacing(district); !finished) {
      return core::Refuse(finished.error());
    }
    if (!*begun) continue;
    erasures.erased = {erasing.pseudonyms.begin(), erasing.pseudonyms.end()};
    return Erased{static_cast<int>(erasing.pseudonyms.size()), destroyed};
  }
  return core::Refuse(VaultContended(district));
}

Result<std::vector<NotedErasure>> StoreVault::Unacknowledged(std::string_view district) {
  const Turns::Turn turn(replacing_, district);  // what a call here does is not done by another
  if (auto read = Refresh(); !read) return core::Refuse(read.error());
  if (auto finished = FinishReplacing(district); !finished) return core::Refuse(finished.error());
  const auto state = Current(district);
  if (!state) return core::Refuse(state.error());
  std::vector<NotedErasure> noted;
  std::shared_lock lock(state_);
  if ((*state)->keys->is_replacing()) return noted;
  for (const auto& note : (*state)->keys->unacknowledged()) {
    noted.push_back({note.about(), note.students(), note.destroyed_key()});
  }
  return noted;
}

Result<void> StoreVault::Acknowledge(std::string_view district, std::string_view about) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (auto read = Refresh(); !read) return read;
    const auto state = Current(district);
    if (!state) return core::Refuse(state.error());
    std::string expected, wanted;
    {
      std::shared_lock lock(state_);
      expected = (*state)->keys->stored();
      wanted = Acknowledged(*(*state)->keys, about);
    }
    if (wanted == expected) return {};
    const auto replaced = store_.ReplaceKeys(std::string(district), expected, wanted);
    if (!replaced && replaced.error().code != core::Code::kAborted) return replaced;
  }
  return core::Refuse(VaultContended(district));
}

Result<void> StoreVault::Rotate(std::string_view district) {
  const Turns::Turn turn(replacing_, district);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (auto read = Refresh(); !read) return read;
    if (const auto state = Current(district); !state) return core::Refuse(state.error());
    const auto begun = BeginReplacing(district, {});
    if (!begun) return core::Refuse(begun.error());
    if (auto finished = FinishReplacing(district); !finished || *begun) return finished;
  }
  return core::Refuse(VaultContended(district));
}

Result<bool> StoreVault::BeginReplacing(std::string_view district, const Erasing& erasing) {
  std::string expected, wanted;
  {
    std::shared_lock lock(state_);
    const UnwrappedKeys& keys = *FindState(district)->keys;
    if (keys.is_replacing()) return false;
    expected = keys.stored();
    wanted = WithNewerKey(district, keys, erasing, installation_, options_.random);
  }
  auto replaced = store_.ReplaceKeys(std::string(district), expected, wanted);
  if (!replaced && replaced.error().code != core::Code::kAborted) {
    return core::Refuse(replaced.error());
  }
  if (auto read = Refresh(); !read) return core::Refuse(read.error());
  return replaced.has_value();
}

// Whoever else does the same at the same time does no harm: what is put under an earlier key than
// the last fence counts for nothing, nobody is put on record again under a pseudonym that is taken
// away, and a key stands alone only when the call that says so has sealed with this key.
Result<void> StoreVault::FinishReplacing(std::string_view district) {
  const auto current = Current(district);
  if (!current) return core::Refuse(current.error());
  const DistrictState& state = **current;
  int32_t latest = 0;
  {
    std::shared_lock lock(state_);
    latest = state.keys->latest().number();
    if (!IsReplacing(state, latest)) return {};
  }
  if (auto put = PutFence(state, district); !put) return put;
  if (auto sealed = SealAnew(district, state, latest); !sealed) return sealed;
  if (auto taken = TakeAway(state); !taken) return taken;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::string expected, wanted;
    {
      std::shared_lock lock(state_);
      if (!IsReplacing(state, latest)) return {};
      expected = state.keys->stored();
      wanted = LatestAlone(*state.keys);
    }
    auto replaced = store_.ReplaceKeys(std::string(district), expected, wanted);
    // Aborted: somebody else has finished it, or noted something in the key ring.
    if (!replaced && replaced.error().code != core::Code::kAborted) return replaced;
    if (auto read = Refresh(); !read) return read;
  }
  return core::Refuse(VaultContended(district));
}

Result<void> StoreVault::PutFence(const DistrictState& state, std::string_view district) {
  v1::SealedIdentity fence;
  {
    std::shared_lock lock(state_);
    fence.set_key_number(state.keys->latest().number());
    if (state.records.fence() >= fence.key_number()) return {};
  }
  auto put = store_.Put({{std::string(district), fence.SerializeAsString(), 0}});
  if (!put) return core::Refuse(put.error());
  return Refresh();
}

Result<void> StoreVault::SealAnew(std::string_view district, const DistrictState& state,
                                  int32_t latest) {
  std::vector<std::string> pseudonyms;
  {
    std::shared_lock lock(state_);
    for (const auto& [pseudonym, held] : state.records.live()) {
      if (held.key_number < latest) pseudonyms.push_back(pseudonym);
    }
  }
  std::vector<StoredIdentity> sealed;
  size_t damaged = 0;
  for (size_t i = 0; i < pseudonyms.size();) {
    {
      std::shared_lock lock(state_);
      if (!IsReplacing(state, latest)) return {};  // somebody else has gone on
      for (; i < pseudonyms.size() && sealed.size() < kPutAtOnce; ++i) {
        const auto held = state.records.live().find(pseudonyms[i]);
        if (held == state.records.live().end()) continue;
        auto anew = SealedAnew(state, held->first, held->second);
        damaged += anew ? 0 : 1;
        if (anew) sealed.push_back(*std::move(anew));
      }
    }
    if (auto put = PutAndSettle(district, state, std::exchange(sealed, {})); !put) return put;
  }
  if (damaged > 0) {
    spdlog::error("identities: {} records are not as they were written, and are lost", damaged);
  }
  return {};
}

Result<void> StoreVault::TakeAway(const DistrictState& state) {
  std::vector<StoredIdentity> gone;
  {
    std::shared_lock lock(state_);
    std::set<std::string> pseudonyms = state.records.dead();
    pseudonyms.insert(state.keys->erasing().begin(), state.keys->erasing().end());
    for (const std::string& pseudonym : pseudonyms) {
      gone.push_back({state.records.BoundTo(pseudonym), std::nullopt, 0});
    }
  }
  if (gone.empty()) return {};
  if (auto taken = store_.Put(gone); !taken) return core::Refuse(taken.error());
  return {};
}

}  // namespace throughline::identities
