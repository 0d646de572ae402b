#include "runtime/base64.h"

#include <sodium.h>

namespace throughline::runtime {

namespace {

int VariantOf(Base64 variant) {
  return variant == Base64::kStandard ? sodium_base64_VARIANT_ORIGINAL
                                      : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
}

}  // namespace

std::string ToBase64(std::string_view bytes, Base64 variant) {
  const size_t size = sodium_base64_encoded_len(bytes.size(), VariantOf(variant));
  std::string text(size, '\0');
  sodium_bin2base64(text.data(), size, reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), VariantOf(variant));
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::string> FromBase64(std::string_view text, Base64 variant) {
  std::string bytes(text.size(), '\0');
  size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, VariantOf(variant)) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace throughline::runtime
