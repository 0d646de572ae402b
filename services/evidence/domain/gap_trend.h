// How the gap of a group went from window to window. Pure; of gaps that readers are shown already,
// so that it tells no more than they do.
#pragma once

#include <string>
#include <vector>

#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/evidence/v1/run_chart.pb.h"

namespace throughline::evidence {

// A gap as it is shown, and the window that it is of, ISO dates.
struct WindowGap {
  v1::GapRow row;
  std::string first_day, last_day;
};

// One for each team, indicator and group, in that order; points in the order of their windows.
std::vector<v1::GapTrend> GapTrendsOf(const std::vector<WindowGap>& gaps);

}  // namespace throughline::evidence
