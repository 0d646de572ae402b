// Schools of different size beside their district: which shares of students with a result differ by
// more than chance. Pure; of numbers of teams that readers are shown already, so that it tells no
// more than they do.
#pragma once

#include <string>
#include <vector>

#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/evidence/v1/run_chart.pb.h"

namespace throughline::evidence {

// Of the coverage of the cycles that have begun and are open, each team once an indicator: one
// funnel for each indicator, in order of it.
std::vector<v1::Funnel> FunnelsOf(const std::vector<v1::CoverageRow>& coverage);

}  // namespace throughline::evidence
