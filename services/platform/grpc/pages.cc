#include "platform/grpc/pages.h"

#include <xxhash.h>

#include <cstring>

#include "runtime/base64.h"

namespace throughline::platform {

namespace {

std::string ChecksumOf(std::string_view table, std::string_view key) {
  const XXH64_hash_t seed = XXH3_64bits(table.data(), table.size());
  const auto hash = static_cast<uint32_t>(XXH3_64bits_withSeed(key.data(), key.size(), seed));
  std::string bytes(sizeof hash, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(hash >> (8 * i));
  return bytes;
}

}  // namespace

std::string PageTokenOf(std::string_view table, std::string_view key) {
  return runtime::ToBase64(std::string(key) + ChecksumOf(table, key), runtime::Base64::kUrlSafe);
}

std::optional<std::string> KeyOfPageToken(std::string_view table, std::string_view token) {
  const auto bytes = runtime::FromBase64(token, runtime::Base64::kUrlSafe);
  if (!bytes || bytes->size() < sizeof(uint32_t)) return std::nullopt;
  const std::string_view all = *bytes;
  const std::string_view key = all.substr(0, all.size() - sizeof(uint32_t));
  if (all.substr(key.size()) != ChecksumOf(table, key)) return std::nullopt;
  return std::string(key);
}

}  // namespace throughline::platform
