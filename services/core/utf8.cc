#include "core/utf8.h"

#include <algorithm>

namespace throughline::core {

namespace {

// How many bytes follow the first one of a character; -1: it begins none.
int BytesAfter(unsigned char first) {
  if (first < 0x80) return 0;
  if (first >= 0xc2 && first < 0xe0) return 1;
  if (first >= 0xe0 && first < 0xf0) return 2;
  return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const int after = BytesAfter(first);
    if (after < 0 || text.size() - i <= static_cast<size_t>(after)) return false;
    for (int n = 1; n <= after; ++n) {
      const auto next = static_cast<unsigned char>(text[i + n]);
      // Overlong forms, surrogates and what is beyond U+10FFFF show in the second byte.
      const bool wrong =
          n == 1 && ((first == 0xe0 && next < 0xa0) || (first == 0xed && next > 0x9f) ||
                     (first == 0xf0 && next < 0x90) || (first == 0xf4 && next > 0x8f));
      if (wrong || (next & 0xc0) != 0x80) return false;
    }
    i += static_cast<size_t>(after) + 1;
  }
  return true;
}

size_t CharactersOf(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace throughline::core
