#include "core/display_text.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace throughline::core {

namespace {

constexpr UChar32 kBrailleBlank = 0x2800;  // a symbol, says Unicode

bool IsSeen(UChar32 character) {
  if (character == kBrailleBlank) return false;
  const uint32_t kind = U_GET_GC_MASK(character);
  constexpr uint32_t kUnseen = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_Z_MASK;
  return (kind & kUnseen) == 0 &&
         u_hasBinaryProperty(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0;
}

bool IsDisplayText(std::string_view text) {
  if (text.starts_with(' ') || text.ends_with(' ')) return false;
  const auto characters =
      icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  for (int32_t i = 0; i < characters.length(); i = characters.moveIndex32(i, 1)) {
    const UChar32 character = characters.char32At(i);
    if (character != ' ' && !IsSeen(character)) return false;
  }
  return true;
}

}  // namespace

std::optional<Error> CheckDisplayText(std::string_view text, std::string_view field,
                                      size_t bytes_at_most) {
  if (text.size() > bytes_at_most) return TextTooLong(field, bytes_at_most);
  if (!IsDisplayText(text)) return TextNotPrintable(field);
  return std::nullopt;
}

}  // namespace throughline::core
