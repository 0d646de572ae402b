#include "core/time_zone.h"

#include <date/tz.h>

#include <map>
#include <mutex>
#include <string>

namespace throughline::core {

namespace {

// nullptr when there is none. The database says so by an exception, which is slow: remember.
const date::time_zone* Find(std::string_view iana) {
  if (iana == "localtime") return nullptr;  // in the database's folder, but it is the machine's
  static std::mutex mutex;
  static std::map<std::string, const date::time_zone*, std::less<>> known;
  std::lock_guard lock(mutex);
  if (auto found = known.find(iana); found != known.end()) return found->second;
  const date::time_zone* zone = nullptr;
  try {
    zone = date::locate_zone(iana);
  } catch (const std::runtime_error&) {
    if (known.size() > 1000) return nullptr;  // names come from outside: remember so many, no more
  }
  known.emplace(iana, zone);
  return zone;
}

}  // namespace

bool IsKnownZone(std::string_view iana) { return Find(iana) != nullptr; }

Date LocalDate(Instant instant, std::string_view zone) {
  const date::time_zone* there = Find(zone);
  if (there == nullptr) return std::chrono::floor<std::chrono::days>(instant);
  const auto offset = there->get_info(instant).offset;
  return std::chrono::floor<std::chrono::days>(instant + offset);
}

Instant StartOfDay(Date date, std::string_view zone) { return HourOfDay(date, 0, zone); }

Instant HourOfDay(Date date, int hour, std::string_view zone) {
  const date::time_zone* there = Find(zone);
  const std::chrono::hours after(hour);
  if (there == nullptr) return Instant{date + after};
  return there->to_sys(date::local_days{date.time_since_epoch()} + after, date::choose::earliest);
}

std::string FormatLocal(Instant instant, std::string_view zone) {
  const date::time_zone* there = Find(zone);
  const auto minute = std::chrono::floor<std::chrono::minutes>(instant);
  if (there == nullptr) return date::format("%F %R", minute);
  return date::format("%F %R", date::make_zoned(there, minute));
}

}  // namespace throughline::core
