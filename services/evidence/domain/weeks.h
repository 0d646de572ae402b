// Weeks, as run charts and trails count them: they begin on Monday, and are counted from the one in
// which 1970 began.
#pragma once

#include <cstdint>

#include "core/date.h"

namespace throughline::evidence {

inline constexpr int32_t kDaysAWeek = 7;

int32_t WeekOf(int32_t day);  // of days since 1970-01-01
core::Date MondayOf(int32_t week);

}  // namespace throughline::evidence
