#include "evidence/secret_concealment.h"

#include <sodium.h>

#include "core/ids.h"
#include "core/key.h"
#include "evidence/domain/kept_scores.h"

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

SecretConcealment::SecretConcealment(const runtime::Secret& secret) : secret_(secret) {
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

std::string SecretConcealment::NameOf(std::string_view district, std::string_view source_id) const {
  runtime::Secret of_district, digest;
  Derive(secret_, district, of_district);
  Derive(of_district, "source id: " + std::string(source_id), digest);
  return core::DerivedId({{reinterpret_cast<const char*>(digest.data()), digest.size()}});
}

std::string SecretConcealment::Mark(std::string_view district, std::string_view about,
                                    std::string_view text) const {
  static_assert(kSealMark == kNonce);
  const std::string whole = core::JoinKey(district, about);
  const std::string unique = std::to_string(whole.size()) + ":" + whole + std::string(text);
  std::string mark(kNonce, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(mark.data()), kNonce, Bytes(unique),
                     unique.size(), nonce_key_.data(), nonce_key_.size());
  return mark;
}

std::string SecretConcealment::Seal(std::string_view district, std::string_view about,
                                    std::string_view text) const {
  const std::string whole = core::JoinKey(district, about);
  std::string sealed = Mark(district, about, text);
  sealed.resize(kNonce + text.size() + kTag);
  auto* nonce = reinterpret_cast<unsigned char*>(sealed.data());
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
