#include "gateway/sign_in/seal.h"

#include <sodium.h>

#include "runtime/base64.h"

namespace throughline::gateway::sign_in {

namespace {

using runtime::Base64;

constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kHash = 16;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string Seal::Close(std::string_view text, std::string_view purpose) const {
  std::string sealed(kNonce + text.size() + kTag, '\0');
  randombytes_buf(sealed.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(Bytes(sealed) + kNonce, nullptr, Bytes(text),
                                             text.size(), Bytes(purpose), purpose.size(), nullptr,
                                             Bytes(sealed), secret_.data());
  return runtime::ToBase64(sealed, Base64::kUrlSafe);
}

std::optional<std::string> Seal::Open(std::string_view sealed, std::string_view purpose) const {
  const auto bytes = runtime::FromBase64(sealed, Base64::kUrlSafe);
  if (!bytes || bytes->size() < kNonce + kTag) return std::nullopt;
  const unsigned char* begin = Bytes(std::string_view(*bytes));
  std::string text(bytes->size() - kNonce - kTag, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      Bytes(text), nullptr, nullptr, begin + kNonce, bytes->size() - kNonce, Bytes(purpose),
      purpose.size(), begin, secret_.data());
  if (opened != 0) return std::nullopt;
  return text;
}

std::string Seal::Hash(std::string_view name, std::string_view purpose) const {
  const std::string text = std::string(purpose) + '\n' + std::string(name);
  std::string hash(kHash, '\0');
  crypto_generichash(Bytes(hash), hash.size(), Bytes(std::string_view(text)), text.size(),
                     secret_.data(), secret_.size());
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), Bytes(hash), hash.size());
  hex.pop_back();  // the zero at its end
  return hex;
}

std::string RandomText(size_t bytes) {
  std::string random(bytes, '\0');
  randombytes_buf(random.data(), random.size());
  return runtime::ToBase64(random, Base64::kUrlSafe);
}

bool IsSame(std::string_view sent, std::string_view known) {
  return sent.size() == known.size() && sodium_memcmp(sent.data(), known.data(), sent.size()) == 0;
}

std::string ChallengeOf(std::string_view verifier) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(Bytes(digest), Bytes(verifier), verifier.size());
  return runtime::ToBase64(digest, Base64::kUrlSafe);
}

}  // namespace throughline::gateway::sign_in
