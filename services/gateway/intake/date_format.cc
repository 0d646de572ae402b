#include "gateway/intake/date_format.h"

#include <algorithm>
#include <array>

namespace throughline::gateway::csv {

namespace {

constexpr size_t kCharactersAtMost = 40;
constexpr std::string_view kLetters = "YMD";

// How often the first letter is repeated.
size_t Run(std::string_view text) {
  size_t length = 1;
  while (length < text.size() && text[length] == text[0]) ++length;
  return length;
}

// Takes `least` to `most` digits off the front; nullopt when there are fewer.
std::optional<int> TakeNumber(std::string_view& text, size_t least, size_t most) {
  int value = 0;
  size_t count = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9') {
    value = value * 10 + (text[count++] - '0');
  }
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

}  // namespace

std::optional<DateFormat> DateFormat::Parse(std::string_view text, int day_otherwise) {
  if (text.size() > kCharactersAtMost) return std::nullopt;
  std::array<int, 3> seen = {0, 0, 0};
  for (size_t i = 0; i < text.size();) {
    const size_t letter = kLetters.find(text[i]);
    if (letter == std::string_view::npos) {
      ++i;
      continue;
    }
    const size_t run = Run(text.substr(i));
    const bool fits = letter == 0 ? run == 2 || run == 4 : run <= 2;
    if (!fits || ++seen[letter] > 1) return std::nullopt;
    i += run;
  }
  if (seen[0] + seen[1] != 2) return std::nullopt;
  if (seen[2] == 1) return DateFormat(text);
  if (day_otherwise < 1 || day_otherwise > 31) return std::nullopt;
  return DateFormat(text, day_otherwise);
}

std::optional<core::Date> DateFormat::Read(std::string_view date) const {
  std::array<int, 3> parts = {0, 0, 0};
  std::string_view format = text_;
  while (!format.empty()) {
    if (format == "*") {
      date = {};
      break;
    }
    const size_t letter = kLetters.find(format[0]);
    if (letter == std::string_view::npos) {
      if (date.empty() || date[0] != format[0]) return std::nullopt;
      date.remove_prefix(1);
      format.remove_prefix(1);
      continue;
    }
    const size_t run = Run(format);
    const auto number = TakeNumber(date, run, run == 1 ? 2 : run);
    if (!number) return std::nullopt;
    parts[letter] = letter == 0 && run == 2 ? 2000 + *number : *number;
    format.remove_prefix(run);
  }
  if (!date.empty()) return std::nullopt;
  if (day_otherwise_ > 0) {
    const std::chrono::year_month_day_last last{
        std::chrono::year{parts[0]},
        std::chrono::month_day_last{std::chrono::month{static_cast<unsigned>(parts[1])}}};
    if (!last.ok()) return std::nullopt;
    parts[2] = std::min(day_otherwise_, static_cast<int>(static_cast<unsigned>(last.day())));
  }
  const std::chrono::year_month_day day{std::chrono::year{parts[0]},
                                        std::chrono::month{static_cast<unsigned>(parts[1])},
                                        std::chrono::day{static_cast<unsigned>(parts[2])}};
  if (!day.ok()) return std::nullopt;
  return core::Date{day};
}

}  // namespace throughline::gateway::csv
