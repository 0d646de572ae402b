// For tests of the vault: an installation with a store in memory.
#pragma once

#include <sodium.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "identities/memory_store.h"
#include "identities/vault.h"

namespace throughline::identities {

constexpr int32_t kDay = 20'000;  // since 1970, on which students are entered

template <class T>
T Must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().reason + ": " + result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline runtime::Secret SecretOf(unsigned char byte) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be used");
  runtime::Secret secret;
  secret.fill(byte);
  return secret;
}

inline std::unique_ptr<Vault> OpenedOn(IdentityStore& store, VaultOptions options = {}) {
  return Must(OpenVault(store, SecretOf(7), std::move(options)));
}

inline std::string IdOf(int student) { return "S-" + std::to_string(1000 + student); }

// Students of these numbers, each with a name.
inline std::vector<Named> NamedOf(int from, int to) {
  std::vector<Named> students;
  for (int i = from; i < to; ++i) students.push_back({IdOf(i), "Name " + std::to_string(i)});
  return students;
}

// Empty: nobody is known under the pseudonym.
inline std::string StudentBehind(Vault& vault, const std::string& pseudonym) {
  const auto found = Must(vault.Find("d1", pseudonym));
  return found ? found->student() : "";
}

}  // namespace throughline::identities
