// What happened, in one line for people. Pure.
#pragma once

#include <string>

#include "throughline/district_clock.h"

namespace throughline {

// "2014-02-03 10:02  raised   warning  off track  AAA 2014J math: <reason> [<alert>]"
std::string WatchLine(const DistrictClock& clock,
                      const notifications::v1::WatchAlertsResponse& response);
// "2014-02-03 10:02  cycles.ReviewOpened  ou2013/AAA  {…}"
std::string WatchLine(const DistrictClock& clock,
                      const notifications::v1::WatchEventsResponse& response);

}  // namespace throughline
