// Who is on record in one district, as the store's records say one after another. Records are kept
// sealed; of who is in one only a hash under a key of this process is kept beside it.
//
// Which record counts is said by the order in the store alone, so that every process comes to the
// same: a record that is sealed with an earlier key than the last fence before it counts for
// nothing, and of two pseudonyms of one student the one that was there first counts. Not
// thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "identities/district_keys.h"
#include "throughline/identities/v1/identity.pb.h"

namespace throughline::identities {

using StudentHash = std::array<uint64_t, 2>;
using StudentHashKey = std::array<unsigned char, 16>;

StudentHash HashOfStudent(const StudentHashKey& key, std::string_view student);

class DistrictRecords {
 public:
  struct Held {
    std::string sealed;
    int32_t key_number = 0;
    int32_t last_seen = 0;
    int64_t first_position = 0;
    StudentHash student{};
    int32_t derived_by = 0;  // number of the key that its pseudonym follows from; -1: one of before
    bool is_overwritten = false;  // the store's last record of it counts for nothing
  };
  struct HashOfHash {
    size_t operator()(const StudentHash& hash) const { return hash[0]; }
  };

  DistrictRecords(std::string district, const StudentHashKey& key)
      : district_(std::move(district)), hash_key_(key) {}

  // The next record of the store: of a pseudonym, taken away when there is no value.
  void Take(const UnwrappedKeys& keys, std::string_view pseudonym, const v1::SealedIdentity* value,
            int64_t position);
  void TakeFence(int32_t key_number) { fence_ = std::max(fence_, key_number); }
  // Lets go of what cannot be opened any more with these keys, or is to be erased.
  void Purge(const UnwrappedKeys& keys);

  int32_t fence() const { return fence_; }
  const std::unordered_map<std::string, Held>& live() const { return live_; }
  // Pseudonyms whose records are in the store and count for nothing.
  const std::set<std::string>& dead() const { return dead_; }
  // The pseudonym of the student on record; null: there is none.
  const std::string* Find(std::string_view student) const;
  // Whether the pseudonyms of all on record follow from this key.
  bool AllDerivedBy(int32_t key_number) const;

  // What a record's text is bound to.
  std::string BoundTo(std::string_view pseudonym) const;
  std::optional<v1::Identity> Open(const UnwrappedKeys& keys, std::string_view pseudonym,
                                   const Held& held) const;

 private:
  void Remove(std::unordered_map<std::string, Held>::iterator held);
  // Whether it counts beside what is on record of the student; lets go of that when it does.
  bool Wins(const Held& held);

  const std::string district_;
  const StudentHashKey hash_key_;
  int32_t fence_ = 0;
  std::unordered_map<std::string, Held> live_;
  std::unordered_map<StudentHash, const std::string*, HashOfHash> by_student_;  // keys of live_
  std::map<int32_t, size_t> derived_;  // how many are live, by the key they follow from
  std::set<std::string> dead_;
};

}  // namespace throughline::identities
