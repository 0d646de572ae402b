// Visits in the recorded autumn.
#pragma once

#include "quiet_services.h"

namespace throughline::compatibility {

// South visits north, with people of a third school, on 2025-10-08: prepared, held, debriefed. One
// commitment is kept; the other is overdue before it is answered. A second visit is given up.
void PlanVisits(QuietServices& services, const std::string& district);
void HoldVisit(QuietServices& services, const std::string& district);
void FollowUpOnVisit(QuietServices& services, const std::string& district);

}  // namespace throughline::compatibility
