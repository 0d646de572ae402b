// Texts that a browser keeps for the gateway, and can neither read nor change: sealed with
// XChaCha20-Poly1305. Replicas with the same secret open each other's. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/secret_file.h"

namespace throughline::gateway::sign_in {

class Seal {
 public:
  explicit Seal(const runtime::Secret& secret) : secret_(secret) {}

  // In base64url. What is sealed for one purpose opens for no other.
  std::string Close(std::string_view text, std::string_view purpose) const;
  // nullopt: it was not sealed here, or for another purpose.
  std::optional<std::string> Open(std::string_view sealed, std::string_view purpose) const;
  // What stands for a name where the name itself is not to be known; the same for the same name.
  std::string Hash(std::string_view name, std::string_view purpose) const;

 private:
  const runtime::Secret secret_;
};

// Of so many random bytes, in base64url.
std::string RandomText(size_t bytes);
// Compares what a stranger sends with what is known, in a time that tells nothing of either.
bool IsSame(std::string_view sent, std::string_view known);
// BASE64URL(SHA256(text)), as PKCE has it (RFC 7636, S256).
std::string ChallengeOf(std::string_view verifier);

}  // namespace throughline::gateway::sign_in
