#include "evidence/domain/weeks.h"

namespace throughline::evidence {

namespace {

constexpr int32_t kFirstMonday = -3;  // 1970 began on a Thursday

}  // namespace

int32_t WeekOf(int32_t day) {
  const int32_t since = day - kFirstMonday;
  return (since >= 0 ? since : since - kDaysAWeek + 1) / kDaysAWeek;
}

core::Date MondayOf(int32_t week) { return core::FromDays(week * kDaysAWeek + kFirstMonday); }

}  // namespace throughline::evidence
