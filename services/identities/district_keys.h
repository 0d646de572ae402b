// The data keys of one district, unwrapped, and what follows from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "identities/naming_keys.h"
#include "identities/sealing.h"
#include "throughline/identities/v1/identity.pb.h"

namespace throughline::identities {

// Number of a district's first data key; 0 is the key of before there was a vault.
inline constexpr int32_t kFirstKey = 1;

// One data key, and the keys derived from it, each for one purpose.
class DataKey {
 public:
  DataKey(int32_t number, const Secret& key);

  int32_t number() const { return number_; }
  // 26 characters a-z and 2-7.
  std::string PseudonymOf(std::string_view student) const;
  const Secret& identities() const { return identities_; }
  const Secret& texts() const { return texts_; }

 private:
  int32_t number_;
  Secret pseudonyms_, identities_, texts_;
};

// The key that pseudonyms of a district followed from before there was a vault.
Secret KeyOfBefore(const Secret& installation, std::string_view district);

class UnwrappedKeys {
 public:
  // `stored` is a serialized v1::DistrictKeys. KEY_RING_OTHER when it cannot be unwrapped.
  static core::Result<UnwrappedKeys> Unwrap(std::string_view district, std::string stored,
                                            const Secret& installation);

  const std::string& stored() const { return stored_; }
  // The key that seals.
  const DataKey& latest() const { return keys_.back(); }
  // The key that gives a pseudonym to who has none on record: the latest, or that of before until a
  // new one is begun.
  const DataKey& deriving() const;
  const DataKey* Find(int32_t number) const;  // null: it is gone
  bool has_key_of_before() const { return keys_.front().number() == 0; }
  const NamingKeys& naming() const { return naming_; }

  // A newer key is there, and records are being sealed anew with it.
  bool is_replacing() const { return is_replacing_; }
  bool IsErasing(std::string_view pseudonym) const;
  const google::protobuf::RepeatedPtrField<std::string>& erasing() const {
    return message_.erasing();
  }
  const google::protobuf::RepeatedPtrField<v1::DistrictKeys::Erasure>& unacknowledged() const {
    return message_.unacknowledged();
  }

 private:
  UnwrappedKeys() = default;
  std::string stored_;
  v1::DistrictKeys message_;
  std::vector<DataKey> keys_;
  NamingKeys naming_{};
  bool is_replacing_ = false;
};

// Of a district with these keys in the ring; nullopt: it has none yet.
core::Result<NamingKeys> NamingKeysOf(std::string_view district,
                                      const std::optional<std::string>& stored,
                                      const Secret& installation);

// Whom a newer key is to erase, and what is noted of it.
struct Erasing {
  std::vector<std::string> pseudonyms;
  std::vector<v1::DistrictKeys::Erasure> notes;
};

// Serialized v1::DistrictKeys: the first of a district; those with a newer one beside; and those
// that are left when everything is sealed with the latest, or when an erasure is acknowledged.
std::string NewKeys(std::string_view district, const std::optional<Secret>& of_before,
                    const Secret& installation, const Randomness& random);
std::string WithNewerKey(std::string_view district, const UnwrappedKeys& keys,
                         const Erasing& erasing, const Secret& installation,
                         const Randomness& random);
// Wrapped with another key of the installation; KEY_RING_OTHER when they are not with `before`. Of
// a district where names followed from the installation's key, the naming keys are others from then
// on, but for those that a result is known again by.
core::Result<std::string> WrappedAnew(std::string_view district, const std::string& stored,
                                      const Secret& before, const Secret& next,
                                      const Randomness& random);
std::string LatestAlone(const UnwrappedKeys& keys);
std::string Acknowledged(const UnwrappedKeys& keys, std::string_view about);

}  // namespace throughline::identities
