// Bytes as text, by libsodium.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace throughline::runtime {

enum class Base64 {
  kStandard,  // RFC 4648 section 4, with padding: what CloudEvents writes for binary attributes
  kUrlSafe,   // section 5, without padding: for tokens that people paste
};

std::string ToBase64(std::string_view bytes, Base64 variant);
// nullopt when `text` is not of that variant.
std::optional<std::string> FromBase64(std::string_view text, Base64 variant);

}  // namespace throughline::runtime
