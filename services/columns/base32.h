// Ids of a-z and 2-7 in five bits a character: base32 of RFC 4648, in lower case and without
// padding. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace throughline::columns {

// Whether it has no other characters.
bool IsBase32(std::string_view text);

// Bytes that so many characters take.
inline size_t Base32Bytes(size_t characters) { return (characters * 5 + 7) / 8; }

// Appends texts that IsBase32, one after the other.
class Base32Writer {
 public:
  explicit Base32Writer(std::string& bytes) : bytes_(bytes) {}

  void Append(std::string_view text);
  // Writes what does not fill a byte yet, filled up with zeros.
  void Finish();

 private:
  std::string& bytes_;
  unsigned bits_ = 0;
  int count_ = 0;  // of bits_ that are not written yet
};

// Appends `characters` characters to `text`, from the character `first` on. All of them are there.
void AppendBase32(std::string_view bytes, size_t first, size_t characters, std::string& text);

}  // namespace throughline::columns
