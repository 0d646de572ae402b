// Schools of different size beside their district: which shares of students with a result, or of
// proficient students, differ by more than chance. Pure. Coverage is of numbers of teams that
// readers are shown already, so that it tells no more than they do; proficiency is said of whole
// smallest cells, and rounded.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/evidence/v1/rows.pb.h"
#include "throughline/evidence/v1/run_chart.pb.h"

namespace throughline::evidence {

// Of the coverage of the cycles that have begun and are open, each team once an indicator: one
// funnel for each indicator, in order of it.
std::vector<v1::Funnel> FunnelsOf(const std::vector<v1::CoverageRow>& coverage);

// Of schools, by id, on an assessment with a cut.
v1::Funnel ProficiencyFunnel(const v1::Assessment& assessment,
                             const std::map<std::string, v1::ProficiencyRow>& schools,
                             int64_t smallest);

}  // namespace throughline::evidence
