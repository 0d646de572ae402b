// The run chart of an indicator over a school year: points, baselines, and what they say. Pure; of
// the weeks as they are shown, so that it tells no more than they do.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/instructional_calendar.h"
#include "throughline/evidence/v1/rows.pb.h"
#include "throughline/evidence/v1/run_chart.pb.h"

namespace throughline::evidence {

using ChartWeeks = std::map<int32_t, v1::ChartWeekRow>;  // by week, see run_chart_weeks.h

struct ChartParts {
  ChartWeeks weeks;
  v1::RunChartBaselinesRow baselines;
  core::InstructionalCalendar calendar;  // of the school
  core::Date today;
  int32_t year = 0;
  double desired_per_year = 0;  // as a share of the baseline
  int days_per_year = 0;        // instructional days
  int64_t smallest = 0;         // cell
  bool is_of_team = false;      // else of a school
};

// Without the place.
v1::RunChart ChartOf(const ChartParts& parts);

// What is shown of a class in the weeks of its team: where every class that is shown, and those of
// the team who are in none of them, are enough by the bound of today, too. Nothing says that
// somebody of it waits to be shown: that is said of all of the team together.
ChartWeeks WeeksOfClass(const ChartWeeks& weeks, const std::string& class_id, int64_t smallest);

}  // namespace throughline::evidence
