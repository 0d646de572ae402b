#include "evidence/secret_concealment.h"

#include <sodium.h>

#include "core/ids.h"
#include "core/key.h"

namespace throughline::evidence {

namespace {

constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <size_t kSize>
void Derive(const runtime::Secret& secret, std::string_view purpose,
            std::array<unsigned char, kSize>& key) {
  crypto_generichash(key.data(), key.size(), Bytes(purpose), purpose.size(), secret.data(),
                     secret.size());
}

}  // namespace

SecretConcealment::SecretConcealment(const runtime::Secret& secret) {
  Derive(secret, "concealment: ids of results", hash_key_);
  Derive(secret, "concealment: sealed texts", seal_key_);
  Derive(secret, "concealment: nonces of sealed texts", nonce_key_);
}

std::string SecretConcealment::Hash(std::string_view district, std::string_view text) const {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16);
  const std::string whole = core::JoinKey(district, text);
  std::array<char, crypto_shorthash_siphashx24_BYTES> digest;
  crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(digest.data()), Bytes(whole),
                              whole.size(), hash_key_.data());
  return core::DerivedId({{digest.data(), digest.size()}});
}

std::string SecretConcealment::Seal(std::string_view district, std::string_view about,
                                    std::string_view text) const {
  const std::string whole = core::JoinKey(district, about);
  std::string sealed(kNonce + text.size() + kTag, '\0');
  auto* nonce = reinterpret_cast<unsigned char*>(sealed.data());
  const std::string unique = std::to_string(whole.size()) + ":" + whole + std::string(text);
  crypto_generichash(nonce, kNonce, Bytes(unique), unique.size(), nonce_key_.data(),
                     nonce_key_.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonce, nullptr, Bytes(text), text.size(),
                                             Bytes(whole), whole.size(), nullptr, nonce,
                                             seal_key_.data());
  return sealed;
}

std::optional<std::string> SecretConcealment::Open(std::string_view district,
                                                   std::string_view about,
                                                   std::string_view sealed) const {
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  const std::string whole = core::JoinKey(district, about);
  std::string text(sealed.size() - kNonce - kTag, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, Bytes(sealed) + kNonce,
      sealed.size() - kNonce, Bytes(whole), whole.size(), Bytes(sealed), seal_key_.data());
  if (opened != 0) return std::nullopt;
  return text;
}

}  // namespace throughline::evidence
