#include "identities/district_keys.h"

#include <algorithm>

#include "core/ids.h"
#include "core/key.h"
#include "identities/errors.h"

namespace throughline::identities {

namespace {

using core::Result;

// What the wrapped naming keys of before are bound to.
constexpr std::string_view kFormerIds = "ids of before";
constexpr std::string_view kFormerMarks = "marks of before";

template <class Key>
std::string_view TextOf(const Key& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

template <class Key>
bool CopyKey(std::string_view text, Key& key) {
  if (text.size() != key.size()) return false;
  std::copy(text.begin(), text.end(), key.begin());
  return true;
}

Secret WrappingKey(const Secret& installation) {
  return Hash(installation, "identity vault: wrapped keys");
}

std::string Wrap(std::string_view district, int32_t number, const Secret& key,
                 const Secret& installation, const Randomness& random) {
  return Seal(WrappingKey(installation), core::JoinKey(district, std::to_string(number)),
              TextOf(key), random);
}

std::optional<Secret> Unwrap(std::string_view district, int32_t number, std::string_view wrapped,
                             const Secret& wrapping) {
  const auto text = Open(wrapping, core::JoinKey(district, std::to_string(number)), wrapped);
  Secret key;
  if (!text || !CopyKey(*text, key)) return std::nullopt;
  return key;
}

void AddRandomKey(std::string_view district, int32_t number, const Secret& installation,
                  const Randomness& random, v1::DistrictKeys& keys) {
  Secret key;
  random(key.data(), key.size());
  auto* added = keys.add_keys();
  added->set_number(number);
  added->set_wrapped(Wrap(district, number, key, installation, random));
}

}  // namespace

DataKey::DataKey(int32_t number, const Secret& key)
    : number_(number),
      // Pseudonyms of before were made with the key itself.
      pseudonyms_(number == 0 ? key : Hash(key, "pseudonyms")),
      identities_(Hash(key, "identities")),
      texts_(Hash(key, "texts")) {}

std::string DataKey::PseudonymOf(std::string_view student) const {
  const Secret digest = Hash(pseudonyms_, student);
  return core::DerivedId({{reinterpret_cast<const char*>(digest.data()), digest.size()}});
}

Secret KeyOfBefore(const Secret& installation, std::string_view district) {
  return Hash(installation, district);
}

Result<UnwrappedKeys> UnwrappedKeys::Unwrap(std::string_view district, std::string stored,
                                            const Secret& installation) {
  UnwrappedKeys keys;
  keys.stored_ = std::move(stored);
  if (!keys.message_.ParseFromString(keys.stored_)) return core::Refuse(KeyRingOther(district));
  const Secret wrapping = WrappingKey(installation);
  int sealing = 0;
  for (const auto& wrapped : keys.message_.keys()) {
    const auto key = identities::Unwrap(district, wrapped.number(), wrapped.wrapped(), wrapping);
    if (!key) return core::Refuse(KeyRingOther(district));
    keys.keys_.emplace_back(wrapped.number(), *key);
    if (wrapped.number() > 0) ++sealing;
  }
  if (sealing == 0) return core::Refuse(KeyRingOther(district));
  keys.is_replacing_ = sealing > 1;
  const std::string& wrapped = keys.message_.wrapped_naming_key();
  const auto naming =
      wrapped.empty() ? installation : identities::Unwrap(district, 0, wrapped, wrapping);
  if (!naming) return core::Refuse(KeyRingOther(district));
  keys.naming_ = NamingKeysFrom(*naming, district);
  if (!keys.message_.has_former_naming()) return keys;
  const v1::DistrictKeys::FormerNaming& former = keys.message_.former_naming();
  const auto ids = Open(wrapping, core::JoinKey(district, kFormerIds), former.wrapped_ids());
  const auto marks = Open(wrapping, core::JoinKey(district, kFormerMarks), former.wrapped_marks());
  if (!ids || !CopyKey(*ids, keys.naming_.ids) || !marks || !CopyKey(*marks, keys.naming_.marks)) {
    return core::Refuse(KeyRingOther(district));
  }
  return keys;
}

Result<NamingKeys> NamingKeysOf(std::string_view district, const std::optional<std::string>& stored,
                                const Secret& installation) {
  if (!stored) return NamingKeysFrom(installation, district);
  auto keys = UnwrappedKeys::Unwrap(district, *stored, installation);
  if (!keys) return core::Refuse(keys.error());
  return keys->naming();
}

const DataKey& UnwrappedKeys::deriving() const {
  return has_key_of_before() && !is_replacing_ ? keys_.front() : latest();
}

const DataKey* UnwrappedKeys::Find(int32_t number) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const DataKey& key) { return key.number() == number; });
  return found == keys_.end() ? nullptr : &*found;
}

bool UnwrappedKeys::IsErasing(std::string_view pseudonym) const {
  return std::binary_search(message_.erasing().begin(), message_.erasing().end(), pseudonym);
}

std::string NewKeys(std::string_view district, const std::optional<Secret>& of_before,
                    const Secret& installation, const Randomness& random) {
  v1::DistrictKeys keys;
  if (of_before) {
    auto* before = keys.add_keys();
    before->set_number(0);
    before->set_wrapped(Wrap(district, 0, *of_before, installation, random));
  } else {
    Secret naming;
    random(naming.data(), naming.size());
    keys.set_wrapped_naming_key(Wrap(district, 0, naming, installation, random));
  }
  AddRandomKey(district, kFirstKey, installation, random, keys);
  return keys.SerializeAsString();
}

std::string WithNewerKey(std::string_view district, const UnwrappedKeys& keys,
                         const Erasing& erasing, const Secret& installation,
                         const Randomness& random) {
  v1::DistrictKeys with;
  with.ParseFromString(keys.stored());
  AddRandomKey(district, keys.latest().number() + 1, installation, random, with);
  for (const std::string& pseudonym : erasing.pseudonyms) with.add_erasing(pseudonym);
  std::sort(with.mutable_erasing()->begin(), with.mutable_erasing()->end());
  for (const auto& note : erasing.notes) *with.add_unacknowledged() = note;
  return with.SerializeAsString();
}

Result<std::string> WrappedAnew(std::string_view district, const std::string& stored,
                                const Secret& before, const Secret& next,
                                const Randomness& random) {
  const auto keys = UnwrappedKeys::Unwrap(district, stored, before);
  if (!keys) return core::Refuse(keys.error());
  v1::DistrictKeys anew;
  anew.ParseFromString(stored);
  const Secret unwrapping = WrappingKey(before), wrapping = WrappingKey(next);
  const auto wrap = [&](std::string_view bound_to, std::string_view key) {
    return Seal(wrapping, core::JoinKey(district, bound_to), key, random);
  };
  const auto move = [&](std::string_view bound_to, std::string& wrapped) {
    if (const auto key = Open(unwrapping, core::JoinKey(district, bound_to), wrapped)) {
      wrapped = wrap(bound_to, *key);
    }
  };
  for (auto& key : *anew.mutable_keys()) move(std::to_string(key.number()), *key.mutable_wrapped());
  if (anew.has_former_naming()) {
    move(kFormerIds, *anew.mutable_former_naming()->mutable_wrapped_ids());
    move(kFormerMarks, *anew.mutable_former_naming()->mutable_wrapped_marks());
  }
  if (!anew.wrapped_naming_key().empty()) {
    move("0", *anew.mutable_wrapped_naming_key());
    return anew.SerializeAsString();
  }
  Secret naming;
  random(naming.data(), naming.size());
  anew.set_wrapped_naming_key(Wrap(district, 0, naming, next, random));
  auto& former = *anew.mutable_former_naming();
  former.set_wrapped_ids(wrap(kFormerIds, TextOf(keys->naming().ids)));
  former.set_wrapped_marks(wrap(kFormerMarks, TextOf(keys->naming().marks)));
  return anew.SerializeAsString();
}

std::string LatestAlone(const UnwrappedKeys& keys) {
  v1::DistrictKeys alone;
  alone.ParseFromString(keys.stored());
  alone.clear_erasing();
  alone.mutable_keys()->DeleteSubrange(0, alone.keys_size() - 1);
  return alone.SerializeAsString();
}

std::string Acknowledged(const UnwrappedKeys& keys, std::string_view about) {
  v1::DistrictKeys without;
  without.ParseFromString(keys.stored());
  auto& notes = *without.mutable_unacknowledged();
  notes.erase(std::remove_if(notes.begin(), notes.end(),
                             [&](const auto& note) { return note.about() == about; }),
              notes.end());
  return without.SerializeAsString();
}

}  // namespace throughline::identities
