#include "notifications/domain/retry_schedule.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/ids.h"

namespace throughline::notifications {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<milliseconds, 9> kPauses = {seconds(5), minutes(5), minutes(30),
                                                 hours(2),   hours(5),   hours(10),
                                                 hours(14),  hours(20),  hours(24)};
constexpr seconds kLongestWish = hours(24);

// From 0 to 1023, evenly.
int64_t Die(std::string_view delivery, int32_t attempt) {
  const std::string id = core::DerivedId({delivery, "attempt", std::to_string(attempt)});
  const auto digit = [](char c) { return c >= 'a' ? c - 'a' : c - '2' + 26; };
  return digit(id[3]) * 32 + digit(id[4]);  // the first is not of five bits
}

}  // namespace

std::optional<core::Instant> NextAttempt(std::string_view delivery, int32_t attempt,
                                         core::Instant failed_at, int64_t retry_after_s) {
  if (attempt < 1 || attempt > static_cast<int32_t>(kPauses.size())) return std::nullopt;
  const milliseconds pause = kPauses[attempt - 1];
  const milliseconds jitter = pause / 10 * Die(delivery, attempt) / 1024;
  const seconds wish(std::clamp<int64_t>(retry_after_s, 0, kLongestWish.count()));
  return failed_at + std::max<milliseconds>(pause + jitter, wish);
}

}  // namespace throughline::notifications
