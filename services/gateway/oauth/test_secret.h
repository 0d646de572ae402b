// For tests: a client's secret, and how it is kept.
#pragma once

#include <sodium.h>

#include <string>

namespace throughline::gateway::oauth {

constexpr char kSecret[] = "a secret of 32 bytes, or of more!";

// SHA-256 in hexadecimal digits.
inline std::string HashOf(const std::string& secret) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  char hex[2 * sizeof digest + 1];
  return sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
}

}  // namespace throughline::gateway::oauth
