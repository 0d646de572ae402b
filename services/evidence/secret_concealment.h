// Concealment under the installation's secret: hashes are SipHash-2-4 of 128 bits, as there is one
// for every result; texts are encrypted with XChaCha20-Poly1305 (libsodium). Each has a key of its
// own, derived from the secret that pseudonyms are made with. The nonce of a text is a keyed hash
// of it, so that the same text is encrypted the same and two texts never share one. Thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "evidence/domain/concealment.h"
#include "runtime/secret_file.h"

namespace throughline::evidence {

class SecretConcealment final : public Concealment {
 public:
  explicit SecretConcealment(const runtime::Secret& secret);

  std::string Hash(std::string_view district, std::string_view text) const override;
  std::string Seal(std::string_view district, std::string_view about,
                   std::string_view text) const override;
  // What a sealed text begins with: the same for the same text, and nothing to be opened.
  std::string Mark(std::string_view district, std::string_view about, std::string_view text) const;
  // The id by which a source names a result whose own id names a student; 26 characters a-z and
  // 2-7.
  std::string NameOf(std::string_view district, std::string_view source_id) const;
  // nullopt when it was not sealed here, or as something else.
  std::optional<std::string> Open(std::string_view district, std::string_view about,
                                  std::string_view sealed) const;

 private:
  const runtime::Secret secret_;
  std::array<unsigned char, 16> hash_key_;
  std::array<unsigned char, 32> seal_key_;
  std::array<unsigned char, 32> nonce_key_;
};

}  // namespace throughline::evidence
