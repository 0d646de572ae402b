#include "columns/base32.h"

#include <algorithm>
#include <cstdint>

namespace throughline::columns {

namespace {

constexpr char kCharacters[] = "abcdefghijklmnopqrstuvwxyz234567";

bool IsOne(char c) { return ('a' <= c && c <= 'z') || ('2' <= c && c <= '7'); }

unsigned ValueOf(char c) { return static_cast<unsigned>(c >= 'a' ? c - 'a' : c - '2' + 26); }

}  // namespace

bool IsBase32(std::string_view text) { return std::all_of(text.begin(), text.end(), IsOne); }

void Base32Writer::Append(std::string_view text) {
  for (char c : text) {
    bits_ = (bits_ << 5) | ValueOf(c);
    count_ += 5;
    if (count_ < 8) continue;
    count_ -= 8;
    bytes_ += static_cast<char>(bits_ >> count_);
    bits_ &= (1u << count_) - 1;
  }
}

void Base32Writer::Finish() {
  if (count_ > 0) bytes_ += static_cast<char>(bits_ << (8 - count_));
  bits_ = 0;
  count_ = 0;
}

void AppendBase32(std::string_view bytes, size_t first, size_t characters, std::string& text) {
  size_t bit = first * 5;
  for (size_t i = 0; i < characters; ++i, bit += 5) {
    const size_t at = bit / 8;
    const unsigned next = at + 1 < bytes.size() ? static_cast<uint8_t>(bytes[at + 1]) : 0;
    const unsigned two = static_cast<unsigned>(static_cast<uint8_t>(bytes[at])) << 8 | next;
    text += kCharacters[two >> (11 - bit % 8) & 31];
  }
}

}  // namespace throughline::columns
