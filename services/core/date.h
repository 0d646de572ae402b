// Dates and instants. A Date is a calendar day with no time zone; an Instant is a point in time in
// milliseconds since the Unix epoch, UTC. Both are plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace throughline::core {

using Date = std::chrono::sys_days;
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// Days since 1970-01-01, the form in which messages carry a date.
inline int32_t ToDays(Date date) { return static_cast<int32_t>(date.time_since_epoch().count()); }
inline Date FromDays(int32_t days) { return Date{std::chrono::days{days}}; }

// "2013-02-28" and nothing else; nullopt for any other text or a day that does not exist.
std::optional<Date> ParseDate(std::string_view text);
// Always a text that ParseDate reads: a day outside the years 0000 to 9999 is written as the
// nearest one inside.
std::string FormatDate(Date date);

// RFC 3339 in UTC with milliseconds: "2013-02-28T07:00:00.000Z"; the same bounds.
std::string FormatInstant(Instant instant);
// RFC 3339 with any offset, and ISO 8601 without seconds; fraction optional; nullopt otherwise.
std::optional<Instant> ParseInstant(std::string_view text);

inline int64_t ToMillis(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant FromMillis(int64_t millis) { return Instant{std::chrono::milliseconds{millis}}; }

}  // namespace throughline::core
