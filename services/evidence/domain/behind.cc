#include "evidence/domain/behind.h"

#include <algorithm>
#include <cmath>

#include "core/date.h"
#include "core/statistics/growth.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/cycle_numbers.h"
#include "evidence/domain/policy_numbers.h"
#include "evidence/domain/team_keys.h"

namespace throughline::evidence {

using common::v1::GapEvidence;
using common::v1::Policy;
using core::Finding;

namespace {

constexpr int64_t kGapStudents = 10;  // on each side of a gap that may set something off
constexpr double kRounding = 1e-12;   // of effect sizes

// Indicators that are asked about side by side. A school year is asked about each by itself.
int IndicatorsOf(const v1::Watch& watch) {
  return IsSchoolYear(watch.cycle()) ? 1 : std::max(1, watch.indicators_size());
}

AskedOf WhomOf(const Pool& pool) { return {pool.basis, static_cast<int64_t>(pool.pairs.n())}; }

// What is desired changes from day to day, so the squares are put together from those of the days.
core::Sums OverDesired(const Pool& pool, const v1::Watch& watch, double share_a_year,
                       const Policy& policy, const core::InstructionalCalendar& calendar) {
  core::Sums sums = core::ChangesOf(pool.pairs);
  for (const PooledDay& day : pool.days) {
    const int days =
        calendar.CountBetween(core::FromDays(watch.start()), core::FromDays(day.day + 1));
    const double desired =
        core::DesiredGrowth(pool.pairs.baseline.mean, share_a_year, days, policy.days_per_year());
    sums.sum -= day.students * desired;
    sums.squares += desired * (day.students * desired - 2 * day.change);
  }
  return sums;
}

const PooledGroup& FindGroup(const Pool& pool, const std::string& name) {
  return *std::find_if(pool.groups.begin(), pool.groups.end(),
                       [&](const PooledGroup& one) { return one.name == name; });
}

}  // namespace

bool IsNews(const Tested& tested, bool was_met) {
  return tested.finding != Finding::kOpen && (tested.finding == Finding::kFound) != was_met;
}

int64_t LeastGapStudents(const Policy& policy) {
  return std::max(kGapStudents, disclosure::SmallestCell(policy));
}

Tested Ask(const std::optional<core::Coefficient>& of, const AskedOf& whom, int questions,
           const Policy& policy) {
  Tested tested;
  if (!of || whom.basis == common::v1::BASIS_UNEQUATED) return tested;
  const double alpha = FalseAlarmRate(policy), prior = EffectPrior(policy);
  tested.finding = core::FindBelowZero(*of, questions, alpha, prior);
  common::v1::TriggerTest& test = tested.test.emplace();
  if (of->residual_sd > 0) test.set_t(of->T());
  test.set_degrees_of_freedom(of->degrees_of_freedom);
  test.set_information(of->information);
  test.set_log_evidence(core::LogEvidence(*of, prior));
  test.set_log_threshold(core::LogThreshold(questions, alpha));
  test.set_questions(questions);
  test.set_students(static_cast<int32_t>(whom.students));
  test.set_basis(whom.basis);
  return tested;
}

Tested TestGrowth(const Pool& pool, const v1::Watch& watch, double share_a_year,
                  const Policy& policy, const core::InstructionalCalendar& calendar) {
  const auto mean = core::MeanOf(OverDesired(pool, watch, share_a_year, policy, calendar));
  return Ask(mean, WhomOf(pool), IndicatorsOf(watch), policy);
}

std::vector<TestedGroup> TestGroups(const Pool& pool, const v1::Watch& watch,
                                    const Policy& policy) {
  std::vector<TestedGroup> groups;
  if (pool.basis == common::v1::BASIS_UNEQUATED) return groups;
  for (GapEvidence& gap : GapsOf(pool, LeastGapStudents(policy), policy)) {
    if (gap.baseline_g() > kRounding) groups.push_back({std::move(gap), {}});
  }
  const int questions = static_cast<int>(groups.size()) * IndicatorsOf(watch);
  for (auto& [gap, tested] : groups) {
    const PooledGroup& group = FindGroup(pool, gap.group());
    tested = Ask(DifferenceOf(pool, group), WhomOf(pool), questions, policy);
    if (tested.finding != Finding::kFound) continue;
    if (-gap.difference() < policy.gap_widening() * BaselineSd(group)) {
      tested.finding = Finding::kOpen;
    }
  }
  return groups;
}

}  // namespace throughline::evidence
