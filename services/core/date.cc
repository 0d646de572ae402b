#include "core/date.h"

#include <algorithm>
#include <array>

namespace throughline::core {

namespace {

// What four digits of a year can say.
constexpr Date kFirst{std::chrono::year{0} / 1 / 1};
constexpr Date kLast{std::chrono::year{9999} / 12 / 31};

// Exactly `digits` decimal digits at `at`; nullopt otherwise.
std::optional<int> Number(std::string_view text, size_t at, size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  int value = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

void Append(std::string& text, int value, int digits) {
  std::array<char, 8> buffer{};
  for (int i = digits - 1; i >= 0; --i, value /= 10) {
    buffer[i] = static_cast<char>('0' + value % 10);
  }
  text.append(buffer.data(), digits);
}

// Takes "hh:mm", "hh:mm:ss" or "hh:mm:ss.f" off `text`, as milliseconds.
std::optional<int64_t> TakeTimeOfDay(std::string_view& text) {
  const auto hour = Number(text, 0, 2), minute = Number(text, 3, 2);
  if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
  int64_t millis = (*hour * 60 + *minute) * int64_t{60'000};
  text.remove_prefix(5);
  if (!text.starts_with(':')) return millis;
  const auto second = Number(text, 1, 2);
  if (!second || *second > 60) return std::nullopt;
  millis += *second * int64_t{1000};
  text.remove_prefix(3);
  if (!text.starts_with('.')) return millis;
  text.remove_prefix(1);
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return std::nullopt;
  int64_t worth = 100;
  for (size_t i = 0; i < digits; ++i, worth /= 10) millis += (text[i] - '0') * worth;
  text.remove_prefix(digits);
  return millis;
}

// "Z" or "+hh:mm" and nothing after it, as milliseconds east of UTC.
std::optional<int64_t> Offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  auto hour = Number(text, 1, 2), minute = Number(text, 4, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return (*hour * 60 + *minute) * int64_t{60'000} * (text[0] == '-' ? -1 : 1);
}

}  // namespace

std::optional<Date> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto year = Number(text, 0, 4), month = Number(text, 5, 2), day = Number(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Date{date};
}

std::string FormatDate(Date date) {
  const std::chrono::year_month_day parts{std::clamp(date, kFirst, kLast)};
  std::string text;
  Append(text, static_cast<int>(parts.year()), 4);
  text += '-';
  Append(text, static_cast<int>(static_cast<unsigned>(parts.month())), 2);
  text += '-';
  Append(text, static_cast<int>(static_cast<unsigned>(parts.day())), 2);
  return text;
}

std::string FormatInstant(Instant instant) {
  instant = std::clamp(instant, Instant{kFirst},
                       Instant{kLast + std::chrono::days{1}} - std::chrono::milliseconds{1});
  const Date day = std::chrono::floor<std::chrono::days>(instant);
  int millis = static_cast<int>((instant - day).count());
  std::string text = FormatDate(day) + 'T';
  Append(text, millis / 3'600'000, 2);
  text += ':';
  Append(text, millis / 60'000 % 60, 2);
  text += ':';
  Append(text, millis / 1000 % 60, 2);
  text += '.';
  Append(text, millis % 1000, 3);
  return text + 'Z';
}

std::optional<Instant> ParseInstant(std::string_view text) {
  if (text.size() < 11 || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
  const auto date = ParseDate(text.substr(0, 10));
  text.remove_prefix(11);
  const auto time = TakeTimeOfDay(text);
  const auto offset = Offset(text);
  if (!date || !time || !offset) return std::nullopt;
  return Instant{*date} + std::chrono::milliseconds(*time - *offset);
}

}  // namespace throughline::core
