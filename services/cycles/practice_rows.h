// What queries read of the library of practices: rows of the district's own key.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "cycles/domain/practices/comparison.h"
#include "cycles/domain/tables.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/practices_service.pb.h"

namespace throughline::cycles {

struct PracticePolicy {
  int64_t smallest;  // cell
  int first_followers;
};
core::Result<PracticePolicy> PracticePolicyIn(const runtime::Rows& rows,
                                              const std::string& district);

// PRACTICE_UNKNOWN. Of one that was merged, the one that it was merged into.
core::Result<v1::Practice> PracticeIn(const runtime::Rows& rows, const std::string& district,
                                      const std::string& practice);
core::Result<std::vector<v1::Adoption>> AdoptersIn(const runtime::Rows& rows,
                                                   const std::string& district,
                                                   const std::string& practice);
// Of teams with a closed cycle on an indicator that it serves.
core::Result<std::vector<v1::TeamStudentsRow>> StudentsIn(const runtime::Rows& rows,
                                                          const v1::Practice& practice);
// In the order of the practices; an empty one where nothing is known.
core::Result<std::vector<v1::PracticeAssessment>> AssessmentsIn(
    const runtime::Rows& rows, const std::string& district,
    const std::vector<std::string>& practices);
// By practice.
core::Result<std::map<std::string, v1::PracticeAssessment>> AllAssessmentsIn(
    const runtime::Rows& rows, const std::string& district);
// The practices that a team of the school uses; none for no school.
core::Result<std::set<std::string>> UsedIn(const runtime::Rows& rows, const std::string& district,
                                           const std::string& school);
// The windows of those who do not use the practice.
core::Result<std::vector<Window>> OthersIn(const runtime::Rows& rows, const v1::Practice& practice,
                                           const std::string& measure);

// Its standing; of one that is not assessed yet what the library alone says.
v1::PracticeStanding StandingOf(const v1::Practice& practice,
                                const v1::PracticeAssessment& assessment);
// As readers are shown it.
v1::PracticeSummary SummaryOf(v1::Practice practice, v1::PracticeAssessment assessment,
                              int64_t smallest);

}  // namespace throughline::cycles
