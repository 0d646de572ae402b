#include "identities/district_records.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "core/key.h"

namespace throughline::identities {

StudentHash HashOfStudent(const StudentHashKey& key, std::string_view student) {
  static_assert(sizeof(StudentHashKey) == crypto_shorthash_siphashx24_KEYBYTES);
  static_assert(sizeof(StudentHash) == crypto_shorthash_siphashx24_BYTES);
  StudentHash hash;
  crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(hash.data()),
                              reinterpret_cast<const unsigned char*>(student.data()),
                              student.size(), key.data());
  return hash;
}

std::string DistrictRecords::BoundTo(std::string_view pseudonym) const {
  return core::JoinKey(district_, pseudonym);
}

std::optional<v1::Identity> DistrictRecords::Open(const UnwrappedKeys& keys,
                                                  std::string_view pseudonym,
                                                  const Held& held) const {
  const DataKey* key = keys.Find(held.key_number);
  if (key == nullptr || key->number() == 0) return std::nullopt;
  const auto text = identities::Open(key->identities(), BoundTo(pseudonym), held.sealed);
  v1::Identity identity;
  if (!text || !identity.ParseFromString(*text)) return std::nullopt;
  return identity;
}

void DistrictRecords::Take(const UnwrappedKeys& keys, std::string_view pseudonym,
                           const v1::SealedIdentity* value, int64_t position) {
  const std::string name(pseudonym);
  const auto before = live_.find(name);
  if (value == nullptr) {
    if (before != live_.end()) Remove(before);
    dead_.erase(name);
    return;
  }
  if (value->key_number() < fence_) {
    if (before == live_.end()) dead_.insert(name);
    if (before != live_.end()) before->second.is_overwritten = true;
    return;
  }
  Held held{value->sealed(), value->key_number(), value->last_seen(),
            value->has_first_position() ? value->first_position() : position};
  if (before != live_.end() && before->second.first_position == held.first_position &&
      keys.Find(held.key_number) != nullptr) {
    // A later version of what is on record: of the same student.
    held.student = before->second.student;
    held.derived_by = before->second.derived_by;
    before->second = std::move(held);
    return;
  }
  if (before != live_.end()) Remove(before);
  const auto identity = keys.IsErasing(name) ? std::nullopt : Open(keys, name, held);
  if (!identity) {
    dead_.insert(name);
    return;
  }
  held.student = HashOfStudent(hash_key_, identity->student());
  held.derived_by =
      keys.deriving().PseudonymOf(identity->student()) == name ? keys.deriving().number() : -1;
  if (!Wins(held)) {
    dead_.insert(name);
    return;
  }
  dead_.erase(name);
  ++derived_[held.derived_by];
  const StudentHash student = held.student;
  by_student_[student] = &live_.emplace(name, std::move(held)).first->first;
}

bool DistrictRecords::Wins(const Held& held) {
  const auto other = by_student_.find(held.student);
  if (other == by_student_.end()) return true;
  const auto rival = live_.find(*other->second);
  if (rival->second.first_position <= held.first_position) return false;
  dead_.insert(rival->first);
  Remove(rival);
  return true;
}

void DistrictRecords::Remove(std::unordered_map<std::string, Held>::iterator held) {
  by_student_.erase(held->second.student);
  --derived_[held->second.derived_by];
  live_.erase(held);
}

void DistrictRecords::Purge(const UnwrappedKeys& keys) {
  for (auto held = live_.begin(); held != live_.end();) {
    const auto next = std::next(held);
    if (keys.Find(held->second.key_number) == nullptr || keys.IsErasing(held->first)) {
      dead_.insert(held->first);
      Remove(held);
    }
    held = next;
  }
}

const std::string* DistrictRecords::Find(std::string_view student) const {
  const auto found = by_student_.find(HashOfStudent(hash_key_, student));
  return found == by_student_.end() ? nullptr : found->second;
}

bool DistrictRecords::AllDerivedBy(int32_t key_number) const {
  const auto found = derived_.find(key_number);
  return (found == derived_.end() ? 0 : found->second) == live_.size();
}

}  // namespace throughline::identities
