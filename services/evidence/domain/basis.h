// Like with like: on what basis the changes of a cycle's matched students can be compared, and
// their sums on each.
//
// A change between two results of one assessment, or of assessments on one scale with the same
// ends, is absolute: in percent of scale. Between others it is relative where the district has a
// norm of both: each score is counted in standard deviations of the district, and the change says
// whether the student kept pace with it. Else it is unequated: it is shown in percent of scale, and
// nothing is concluded from it.
//
// A norm is linear, so sums by pair of assessments (PairRow) are all that is needed, whatever the
// basis is or becomes. Pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/statistics/summary.h"
#include "decider/state.h"
#include "throughline/common/v1/evidence.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// What is known of an assessment: either may be null.
struct Known {
  const v1::ScaleRow* scale = nullptr;
  const v1::Norm* norm = nullptr;
};
using KnownOf = std::function<Known(const std::string& assessment)>;
// As a partition knows it. Valid as long as the rows are.
KnownOf KnownIn(const decider::State& state, std::string_view district);

// How scores in ppm of two assessments are compared.
struct Comparison {
  common::v1::Basis basis = common::v1::BASIS_UNEQUATED;
  core::Unit baseline;
  core::Unit current;
};
Comparison Compare(const std::string& baseline, const std::string& current, const KnownOf& known);

// Matched students of a pool: those of a group, or those who are not.
struct PooledSide {
  core::Summary baseline;
  core::Summary current;
  double n() const { return baseline.n; }
  double MeanChange() const { return current.mean - baseline.mean; }
};
struct PooledGroup {
  std::string name;
  PooledSide group;
  PooledSide others;
};
// Those who had their latest result on a day.
struct PooledDay {
  int32_t day = 0;
  double students = 0;
  double change = 0;  // the sum of their changes
};

// The matched students whose changes have one basis. Scores are in percent of scale, or of a
// relative basis in standard deviations of the district from its mean.
struct Pool {
  common::v1::Basis basis = common::v1::BASIS_UNSPECIFIED;
  core::PairedSummary pairs;
  std::vector<PooledGroup> groups;  // in order of name
  std::vector<PooledDay> days;      // in order; of a relative basis none, for nothing is desired
};
// One a basis that any matched student has, in order of it.
std::vector<Pool> PoolsOf(const v1::EvidenceRow& row, const KnownOf& known);
// Of them the one of most students, the first of equals; an empty one when there is none.
const Pool& MainOf(const std::vector<Pool>& pools);

}  // namespace throughline::evidence
