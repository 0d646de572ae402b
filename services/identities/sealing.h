// How the identity vault encrypts: XChaCha20-Poly1305 (libsodium) with a random nonce before the
// text, bound to what it is of. And how keys are derived: BLAKE2b.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/secret_file.h"

namespace throughline::identities {

using runtime::Secret;

// Fills in random bytes.
using Randomness = std::function<void(unsigned char* to, size_t bytes)>;

// Keyed hash of 32 bytes.
Secret Hash(const Secret& key, std::string_view text);

std::string Seal(const Secret& key, std::string_view bound_to, std::string_view text,
                 const Randomness& random);
// nullopt when it was not sealed with this key, or is bound to something else.
std::optional<std::string> Open(const Secret& key, std::string_view bound_to,
                                std::string_view sealed);

}  // namespace throughline::identities
