// The vault on a store: follows its records and keys in memory, and writes to it.
//
// Replacing a data key, in steps that anybody may take up where another ended:
//   1. the key ring gets the new key beside the old one, and whom to erase      (compare and set)
//   2. a fence is put among the records: what is sealed with an earlier key after it counts for
//      nothing, so that who has not heard of the new key yet enters students again with it
//   3. everything before the fence that is not to be erased is sealed anew; the rest is taken away
//   4. the key ring gets the new key alone                                      (compare and set)
//
// No lock is held while the store is read or written. Students are put on record by as many calls
// at once as there are, as by several processes; keys of a district are replaced by one at a time.
#pragma once

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "identities/district_records.h"
#include "identities/taking_turns.h"
#include "identities/vault.h"

namespace throughline::identities {

class StoreVault final : public Vault {
 public:
  StoreVault(IdentityStore& store, const Secret& installation, VaultOptions options);
  // Of a vault that was just made.
  core::Result<void> ReadAndFinish();

  core::Result<std::shared_ptr<const District>> In(std::string_view district) override;
  core::Result<std::vector<std::string>> Enter(std::string_view district,
                                               const std::vector<Named>& students,
                                               int32_t day) override;
  core::Result<std::optional<v1::Identity>> Find(std::string_view district,
                                                 std::string_view pseudonym) override;
  core::Result<std::optional<std::string>> PseudonymOnRecord(std::string_view district,
                                                             std::string_view student) override;
  core::Result<std::vector<std::string>> GoneSince(std::string_view district, int32_t day) override;
  core::Result<Erased> Erase(std::string_view district, const std::vector<std::string>& pseudonyms,
                             std::string_view about) override;
  core::Result<std::vector<NotedErasure>> Unacknowledged(std::string_view district) override;
  core::Result<void> Acknowledge(std::string_view district, std::string_view about) override;
  core::Result<std::vector<std::string>> Districts() override;
  core::Result<bool> DerivesAsBefore(std::string_view district) override;
  core::Result<void> Rotate(std::string_view district) override;
  core::Result<std::string> Seal(std::string_view district, std::string_view about,
                                 std::string_view text) override;
  std::optional<std::string> Open(std::string_view district, std::string_view about,
                                  std::string_view sealed) override;

 private:
  struct DistrictState {
    DistrictState(std::string district, const StudentHashKey& key)
        : records(std::move(district), key) {}
    std::optional<UnwrappedKeys> keys;
    DistrictRecords records;
  };
  class Pseudonyms;
  // Erasures of one district that are done together, by the call that came first.
  struct Erasures {
    std::set<std::string> asked;
    std::map<std::string, std::set<std::string>> noted;  // of those asked, by what is noted
    std::promise<core::Result<Erased>> promise;
    std::shared_future<core::Result<Erased>> done{promise.get_future()};
    std::set<std::string> erased;  // of those asked, who was on record; when done
  };
  // What the store has, read before anything of it is taken.
  struct News {
    int64_t version = 0;
    std::map<std::string, UnwrappedKeys> keys;  // that are others than before
    std::vector<StoredIdentity> records;
    std::map<std::string, int32_t> highest_key;  // that records name, by district
  };

  // Reads what is new, whether this process has heard of it or not.
  core::Result<void> Refresh();
  core::Result<void> RefreshWhenMoved();
  core::Result<void> ReadStore();
  core::Result<void> ReadKeys(News& news) const;
  core::Result<void> ReadRecords(News& news) const;
  std::optional<std::string> NamesUnknownKey(const News& news) const;
  void Take(News news);
  DistrictState& StateOf(std::string_view district);
  const DistrictState* FindState(std::string_view district) const;  // null: nothing is known of it
  core::Result<const DistrictState*> Current(std::string_view district);
  core::Result<void> MakeKeys(std::string_view district);

  StoredIdentity Sealed(const DistrictState& state, const std::string& pseudonym,
                        const v1::Identity& identity, v1::SealedIdentity record) const;
  // What is to be put so that these are on record; empty when they are.
  std::vector<StoredIdentity> Missing(const DistrictState& state,
                                      const std::vector<Named>& students, int32_t day) const;
  // Their pseudonyms; nullopt when one of them is not on record.
  static std::optional<std::vector<std::string>> OnRecord(const DistrictState& state,
                                                          const std::vector<Named>& students);
  // Puts records, and again whatever does not count because the key was replaced meanwhile: what
  // is put last under a pseudonym is all that compaction leaves.
  core::Result<void> PutAndSettle(std::string_view district, const DistrictState& state,
                                  std::vector<StoredIdentity> records);
  // What is to be put after the record with this key; nullopt: it stands as it is.
  std::optional<StoredIdentity> Settling(const DistrictState& state, const std::string& key) const;
  // With the latest key; nullopt: it is not as it was written.
  std::optional<StoredIdentity> SealedAnew(const DistrictState& state, const std::string& pseudonym,
                                           const DistrictRecords::Held& held) const;

  core::Result<Erased> EraseTogether(std::string_view district, Erasures& erasures);
  // Begins to replace the data key. False: somebody else was quicker.
  core::Result<bool> BeginReplacing(std::string_view district, const Erasing& erasing);
  core::Result<void> FinishReplacing(std::string_view district);
  // Whether everything is being sealed anew with the key of this number. Needs the lock.
  static bool IsReplacing(const DistrictState& state, int32_t latest) {
    return state.keys->is_replacing() && state.keys->latest().number() == latest;
  }
  core::Result<void> PutFence(const DistrictState& state, std::string_view district);
  // Ends early when the key is not the latest any more.
  core::Result<void> SealAnew(std::string_view district, const DistrictState& state,
                              int32_t latest);
  core::Result<void> TakeAway(const DistrictState& state);

  IdentityStore& store_;
  const Secret installation_;
  const VaultOptions options_;
  StudentHashKey hash_key_;

  SharedRuns refreshes_;
  int64_t position_ = 0;          // of the next record to read, in a refresh
  std::atomic<int64_t> version_;  // of the store, that was read
  // Guards districts_ and what is in it; only a refresh changes them.
  mutable std::shared_mutex state_;
  std::map<std::string, std::unique_ptr<DistrictState>, std::less<>> districts_;

  Turns replacing_;     // of districts whose keys are replaced
  std::mutex waiting_;  // guards erasures_, and of each what was asked and noted
  std::map<std::string, std::shared_ptr<Erasures>, std::less<>> erasures_;
};

}  // namespace throughline::identities
