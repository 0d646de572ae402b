#include "core/ids.h"

#include <xxhash.h>

#include <algorithm>

namespace throughline::core {

namespace {

void AppendPart(std::string& all, std::string_view part) {
  for (int shift = 0; shift < 64; shift += 8) {
    all += static_cast<char>(static_cast<uint64_t>(part.size()) >> shift);
  }
  all += part;
}

std::string Digest(const std::string& all) {
  const XXH128_hash_t hash = XXH3_128bits(all.data(), all.size());
  unsigned __int128 bits = hash.high64;
  bits = bits << 64 | hash.low64;
  std::string id(26, 'a');
  for (int i = 25; i >= 0; --i, bits >>= 5) {
    id[i] = "abcdefghijklmnopqrstuvwxyz234567"[static_cast<unsigned>(bits & 31)];
  }
  return id;
}

}  // namespace

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '-';
  });
}

std::string DerivedId(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (std::string_view part : parts) AppendPart(all, part);
  return Digest(all);
}

std::string DerivedId(std::span<const std::string> parts) {
  std::string all;
  for (const std::string& part : parts) AppendPart(all, part);
  return Digest(all);
}

}  // namespace throughline::core
