// The causal pathway of a site plan: evidence shows practices, practices serve indicators, and
// indicators reach priorities. Pure.
#pragma once

#include "throughline/plans/v1/site_plan.pb.h"

namespace throughline::plans {

// Names every broken link, in the order of the plan:
//   REACHES_NO_PRIORITY        an indicator's priority is none of the plan's
//   NOT_REACHED_FROM_EVIDENCE  practices serve the indicator, and no evidence source shows one
//   ORPHANED                   no practice serves the indicator, or no indicator reaches the
//   priority SERVES_NO_INDICATOR        a practice serves nothing UNKNOWN_INDICATOR          a
//   practice serves what is no indicator of the plan CIRCULAR                   following the links
//   from its end leads back to its beginning
v1::PathwayCheck CheckPathway(const v1::SitePlan& plan);

}  // namespace throughline::plans
