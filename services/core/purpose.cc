#include "core/purpose.h"

#include "core/display_text.h"
#include "core/utf8.h"

namespace throughline::core {

namespace {
constexpr size_t kShortest = 10, kLongest = 500;  // characters
constexpr size_t kBytesAtMost = 4 * kLongest;
}  // namespace

std::optional<Error> CheckPurpose(std::string_view text, std::string_view field,
                                  const Error& missing) {
  if (auto error = CheckDisplayText(text, field, kBytesAtMost)) return error;
  const size_t characters = CharactersOf(text);
  if (characters < kShortest || characters > kLongest) return missing;
  return std::nullopt;
}

}  // namespace throughline::core
