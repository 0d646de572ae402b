// What the scores of every truth have in common, and when its cycles begin.
#pragma once

#include "core/date.h"

namespace throughline::calibration {

constexpr double kMean = 550, kSd = 110;  // of a scale of 1000
constexpr double kReliability = 0.75;
inline const core::Date kStart = *core::ParseDate("2024-09-09");  // a Monday

}  // namespace throughline::calibration
