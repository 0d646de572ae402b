#include "identities/sealing.h"

#include <sodium.h>

namespace throughline::identities {

namespace {

constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Secret Hash(const Secret& key, std::string_view text) {
  Secret digest;
  crypto_generichash(digest.data(), digest.size(), Bytes(text), text.size(), key.data(),
                     key.size());
  return digest;
}

std::string Seal(const Secret& key, std::string_view bound_to, std::string_view text,
                 const Randomness& random) {
  std::string sealed(kNonce + text.size() + kTag, '\0');
  auto* nonce = reinterpret_cast<unsigned char*>(sealed.data());
  random(nonce, kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonce, nullptr, Bytes(text), text.size(),
                                             Bytes(bound_to), bound_to.size(), nullptr, nonce,
                                             key.data());
  return sealed;
}

std::optional<std::string> Open(const Secret& key, std::string_view bound_to,
                                std::string_view sealed) {
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  std::string text(sealed.size() - kNonce - kTag, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, Bytes(sealed) + kNonce,
      sealed.size() - kNonce, Bytes(bound_to), bound_to.size(), Bytes(sealed), key.data());
  if (opened != 0) return std::nullopt;
  return text;
}

}  // namespace throughline::identities
