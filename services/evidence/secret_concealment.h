// Concealment under the naming keys of a district: hashes are SipHash-2-4 of 128 bits, as there is
// one for every result; texts are encrypted with XChaCha20-Poly1305 (libsodium). The nonce of a
// text is a keyed hash of it, so that the same text is encrypted the same and two texts never share
// one. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evidence/domain/concealment.h"
#include "identities/naming_keys.h"
#include "runtime/secret_file.h"

namespace throughline::evidence {

class SecretConcealment final : public Concealment {
 public:
  explicit SecretConcealment(const identities::NamingKeys& keys) : keys_(keys) {}

  std::string Hash(std::string_view district, std::string_view text) const override;
  std::string Seal(std::string_view district, std::string_view about,
                   std::string_view text) const override;
  // What a sealed text begins with: the same for the same text, and nothing to be opened.
  std::string Mark(std::string_view district, std::string_view about, std::string_view text) const;
  // The id by which a source names a result whose own id names a student; 26 characters a-z and
  // 2-7.
  std::string NameOf(std::string_view source_id) const;
  // nullopt when it was not sealed here, or as something else.
  std::optional<std::string> Open(std::string_view district, std::string_view about,
                                  std::string_view sealed) const;

 private:
  identities::NamingKeys keys_;
};

// Of every district, for what was recorded before ids were concealed: the districts of then are
// among these, or have naming keys that still follow from the installation's key. Thread-safe.
class ConcealmentByDistrict final : public Concealment {
 public:
  ConcealmentByDistrict(const runtime::Secret& installation,
                        std::map<std::string, SecretConcealment, std::less<>> districts)
      : others_(identities::NamingKeysFrom(installation, "")), districts_(std::move(districts)) {}

  std::string Hash(std::string_view district, std::string_view text) const override {
    return Of(district).Hash(district, text);
  }
  std::string Seal(std::string_view district, std::string_view about,
                   std::string_view text) const override {
    return Of(district).Seal(district, about, text);
  }

 private:
  const SecretConcealment& Of(std::string_view district) const {
    const auto found = districts_.find(district);
    return found == districts_.end() ? others_ : found->second;
  }

  const SecretConcealment others_;
  const std::map<std::string, SecretConcealment, std::less<>> districts_;
};

}  // namespace throughline::evidence
