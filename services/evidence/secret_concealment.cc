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

}  // namespace

std::string SecretConcealment::Hash(std::string_view district, std::string_view text) const {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16);
  const std::string whole = core::JoinKey(district, text);
  std::array<char, crypto_shorthash_siphashx24_BYTES> digest;
  crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(digest.data()), Bytes(whole),
                              whole.size(), keys_.ids.data());
  return core::DerivedId({{digest.data(), digest.size()}});
}

std::string SecretConcealment::NameOf(std::string_view source_id) const {
  const std::string text = "source id: " + std::string(source_id);
  runtime::Secret digest;
  crypto_generichash(digest.data(), digest.size(), Bytes(text), text.size(), keys_.names.data(),
                     keys_.names.size());
  return core::DerivedId({{reinterpret_cast<const char*>(digest.data()), digest.size()}});
}

std::string SecretConcealment::Mark(std::string_view district, std::string_view about,
                                    std::string_view text) const {
  static_assert(kSealMark == kNonce);
  const std::string whole = core::JoinKey(district, about);
  const std::string unique = std::to_string(whole.size()) + ":" + whole + std::string(text);
  std::string mark(kNonce, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(mark.data()), kNonce, Bytes(unique),
                     unique.size(), keys_.marks.data(), keys_.marks.size());
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
                                             keys_.texts.data());
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
      sealed.size() - kNonce, Bytes(whole), whole.size(), Bytes(sealed), keys_.texts.data());
  if (opened != 0) return std::nullopt;
  return text;
}

}  // namespace throughline::evidence
