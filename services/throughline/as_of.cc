#include "throughline/as_of.h"

#include <charconv>
#include <optional>
#include <string>

#include "core/time_zone.h"

namespace throughline {

namespace {

using std::chrono::milliseconds;

// "12:00" or "12:00:30", since the day's midnight.
std::optional<std::chrono::seconds> ParseTime(std::string_view text) {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  int parts[3] = {0, 0, 0};
  for (size_t i = 0; i * 3 < text.size(); ++i) {
    const char* from = text.data() + i * 3;
    const auto [end, error] = std::from_chars(from, from + 2, parts[i]);
    if (error != std::errc() || end != from + 2 || parts[i] < 0) return std::nullopt;
    if (i > 0 && text[i * 3 - 1] != ':') return std::nullopt;
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return std::chrono::hours(parts[0]) + std::chrono::minutes(parts[1]) +
         std::chrono::seconds(parts[2]);
}

core::Error AsOfInvalid(std::string_view text) {
  return {core::Code::kInvalidArgument, "AS_OF_INVALID",
          "\"" + std::string(text) +
              "\" is no day, such as 2026-10-01, and no time, such as 2026-10-01T12:00 or "
              "2026-10-01T12:00:00Z.",
          "as_of"};
}

}  // namespace

core::Result<int64_t> AsOf(std::string_view text, std::string_view zone, core::Instant now) {
  if (const auto instant = core::ParseInstant(text)) return core::ToMillis(*instant);
  const auto day = core::ParseDate(text.substr(0, 10));
  if (!day) return core::Refuse(AsOfInvalid(text));
  if (text.size() == 10) {
    if (*day == core::LocalDate(now, zone)) return 0;
    return core::ToMillis(core::StartOfDay(*day + std::chrono::days(1), zone) - milliseconds(1));
  }
  const auto time = text[10] == 'T' || text[10] == ' ' ? ParseTime(text.substr(11)) : std::nullopt;
  if (!time) return core::Refuse(AsOfInvalid(text));
  const auto hour = std::chrono::floor<std::chrono::hours>(*time);
  return core::ToMillis(core::HourOfDay(*day, static_cast<int>(hour.count()), zone) +
                        (*time - hour));
}

}  // namespace throughline
