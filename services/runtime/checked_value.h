// What a store keeps outside of a file with checksums of its own: the value, and behind it 8 bytes
// of XXH3 over the value, its key and its place. A byte that a memory, a disk or a hand has changed
// is noticed when the value is read, and so is a value that stands under another key or in another
// table. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace throughline::runtime {

inline constexpr size_t kValueChecksumBytes = 8;
using ValueChecksum = std::array<char, kValueChecksumBytes>;

// Where values are kept: one table of one partition, or its head. Made once for many values.
class CheckedPlace {
 public:
  explicit CheckedPlace(std::string_view name);

  // What stands behind the value.
  ValueChecksum ChecksumOf(std::string_view key, std::string_view value) const;
  // The value of what was kept, a part of it; nullopt when it is not as it was written.
  std::optional<std::string_view> ValueOf(std::string_view key, std::string_view kept) const;

 private:
  uint64_t seed_;
};

inline std::string_view BytesOf(const ValueChecksum& checksum) {
  return {checksum.data(), checksum.size()};
}

}  // namespace throughline::runtime
