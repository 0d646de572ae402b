#include "core/folded_text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace throughline::core {

namespace {

icu::UnicodeString CaseFolded(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return icu::UnicodeString(text).foldCase();
  icu::UnicodeString folded = normalizer->normalize(text, status);
  return U_FAILURE(status) ? icu::UnicodeString(text).foldCase() : folded;
}

}  // namespace

std::string Folded(std::string_view text) {
  const icu::UnicodeString folded =
      CaseFolded(icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}));
  icu::UnicodeString words;
  bool between = false;
  for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 character = folded.char32At(i);
    if (u_isUWhiteSpace(character) != 0) {
      between = !words.isEmpty();
      continue;
    }
    if (between) words.append(static_cast<UChar32>(' '));
    between = false;
    words.append(character);
  }
  std::string utf8;
  words.toUTF8String(utf8);
  return utf8;
}

}  // namespace throughline::core
