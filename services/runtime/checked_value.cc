#include "runtime/checked_value.h"

#include <xxhash.h>

#include <cstring>

#include "runtime/planted_bug.h"

namespace throughline::runtime {

CheckedPlace::CheckedPlace(std::string_view name) : seed_(XXH3_64bits(name.data(), name.size())) {}

ValueChecksum CheckedPlace::ChecksumOf(std::string_view key, std::string_view value) const {
  const uint64_t of_value = XXH3_64bits_withSeed(value.data(), value.size(), seed_);
  XXH64_canonical_t bytes;
  XXH64_canonicalFromHash(&bytes, XXH3_64bits_withSeed(key.data(), key.size(), of_value));
  ValueChecksum checksum;
  static_assert(sizeof bytes == kValueChecksumBytes);
  std::memcpy(checksum.data(), &bytes, sizeof bytes);
  return checksum;
}

std::optional<std::string_view> CheckedPlace::ValueOf(std::string_view key,
                                                      std::string_view kept) const {
  if (kept.size() < kValueChecksumBytes) return std::nullopt;
  const std::string_view value = kept.substr(0, kept.size() - kValueChecksumBytes);
  if (Planted(Bug::kChecksumIgnored)) return value;
  if (BytesOf(ChecksumOf(key, value)) != kept.substr(value.size())) return std::nullopt;
  return value;
}

}  // namespace throughline::runtime
