// Public keys that tokens are signed with, read from a JSON Web Key Set (RFC 7517). Never changed
// once made; every thread may use it.
//
// Taken are RSA keys of 2048 to 8192 bits, for RS256, and keys on the curve P-256, for ES256, that
// have a `kid` and are meant for signatures. Everything else in the set is passed over, and of a
// key only its public members are looked at.
#pragma once

#include <cjose/cjose.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::platform {

struct PublicKey {
  std::string algorithm;  // the only one that a token signed with it may name
  std::string members;    // the key itself, as JSON: to tell two sets apart
  std::shared_ptr<const cjose_jwk_t> jwk;
};

class KeySet {
 public:
  // `json` is not trusted. KEYS_UNUSABLE names `source`, when there is no usable key in it.
  static core::Result<KeySet> Parse(std::string_view source, std::string_view json);

  // Null when there is none of that id.
  const PublicKey* Find(std::string_view kid) const;
  size_t size() const { return keys_.size(); }
  bool SameAs(const KeySet& other) const;

 private:
  std::map<std::string, PublicKey, std::less<>> keys_;
};

}  // namespace throughline::platform
