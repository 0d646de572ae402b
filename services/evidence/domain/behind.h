// Whether growth is behind what was desired, and a group behind its complement: tests of the sums
// of a cycle's indicator that may be asked again with every result
// (core/statistics/anytime_valid.h). Where changes are unequated nothing is tested. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/instructional_calendar.h"
#include "core/statistics/anytime_valid.h"
#include "evidence/domain/basis.h"
#include "throughline/common/v1/evidence.pb.h"
#include "throughline/common/v1/policy.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// What a test says.
struct Tested {
  core::Finding finding = core::Finding::kCleared;
  std::optional<common::v1::TriggerTest> test;  // absent: there is too little to test
};

// Whether what was found is not what was said last. What is open changes nothing.
bool IsNews(const Tested& tested, bool was_met);

// How many matched students have to be on each side of a gap that may set something off.
int64_t LeastGapStudents(const common::v1::Policy& policy);
// The matched students whom a coefficient rests on.
struct AskedOf {
  common::v1::Basis basis;
  int64_t students;
};
// Whether the coefficient is under 0.
Tested Ask(const std::optional<core::Coefficient>& of, const AskedOf& whom, int questions,
           const common::v1::Policy& policy);

// The mean of what each matched student's change is over the growth that was desired by the day of
// the student's latest result; of a relative basis nothing is desired but to keep pace.
// `share_a_year` is the desired growth a year.
Tested TestGrowth(const Pool& pool, const v1::Watch& watch, double share_a_year,
                  const common::v1::Policy& policy, const core::InstructionalCalendar& calendar);

// A group that was behind its complement at baseline, both large enough.
struct TestedGroup {
  common::v1::GapEvidence gap;
  // Of its mean change less that of its complement. Found: it is also so much that it matters.
  Tested tested;
};
std::vector<TestedGroup> TestGroups(const Pool& pool, const v1::Watch& watch,
                                    const common::v1::Policy& policy);

}  // namespace throughline::evidence
