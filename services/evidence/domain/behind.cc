#include "evidence/domain/behind.h"

#include <algorithm>
#include <cmath>

#include "core/date.h"
#include "core/statistics/growth.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/cycle_numbers.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/team_keys.h"

namespace throughline::evidence {

using common::v1::GapEvidence;
using common::v1::Policy;
using core::Finding;

namespace {

constexpr int64_t kGapStudents = 10;      // on each side of a gap that may set something off
constexpr double kFalseAlarmRate = 0.05;  // of policies that were adopted when there was none

// Indicators that are asked about side by side. A school year is asked about each by itself.
int IndicatorsOf(const v1::Watch& watch) {
  return IsSchoolYear(watch.cycle()) ? 1 : std::max(1, watch.indicators_size());
}

// What is desired changes from day to day, so the squares are put together from those of the days.
core::Sums OverDesired(const v1::EvidenceRow& row, const core::PairedMoments& pairs,
                       const v1::Watch& watch, double share_a_year, const Policy& policy,
                       const core::InstructionalCalendar& calendar) {
  core::Sums sums = core::ChangesOf(pairs);
  for (const v1::DayCount& day : row.days()) {
    const int days =
        calendar.CountBetween(core::FromDays(watch.start()), core::FromDays(day.day() + 1));
    const double desired =
        core::DesiredGrowth(pairs.baseline().Mean(), share_a_year, days, policy.days_per_year());
    sums.sum -= day.matched() * desired;
    sums.squares += desired * (day.matched() * desired - 2 * static_cast<double>(day.change()));
  }
  return sums;
}

// Of the scores of a group and its complement, each about its own mean.
double PooledSd(const core::Moments& all, const core::Moments& group) {
  core::Moments others = all;
  others -= group;
  return std::sqrt((group.Deviations() + others.Deviations()) / static_cast<double>(all.n() - 2));
}

const v1::GroupRow* FindGroup(const v1::EvidenceRow& row, const std::string& group) {
  for (const v1::GroupRow& one : row.groups()) {
    if (one.group() == group) return &one;
  }
  return nullptr;
}

}  // namespace

bool IsNews(const Tested& tested, bool was_met) {
  return tested.finding != Finding::kOpen && (tested.finding == Finding::kFound) != was_met;
}

double FalseAlarmRate(const Policy& policy) {
  return policy.has_false_alarm_rate() ? policy.false_alarm_rate() : kFalseAlarmRate;
}

int64_t LeastGapStudents(const Policy& policy) {
  return std::max(kGapStudents, disclosure::SmallestCell(policy));
}

Tested Ask(const std::optional<core::Coefficient>& of, int64_t students, int questions,
           const Policy& policy) {
  Tested tested;
  if (!of) return tested;
  const double alpha = FalseAlarmRate(policy);
  tested.finding = core::FindBelowZero(*of, questions, alpha);
  common::v1::TriggerTest& test = tested.test.emplace();
  if (of->residual_sd > 0) test.set_t(of->T());
  test.set_degrees_of_freedom(of->degrees_of_freedom);
  test.set_information(of->information);
  test.set_log_evidence(core::LogEvidence(*of));
  test.set_log_threshold(core::LogThreshold(questions, alpha));
  test.set_questions(questions);
  test.set_students(static_cast<int32_t>(students));
  return tested;
}

Tested TestGrowth(const v1::EvidenceRow& row, const v1::Watch& watch, double share_a_year,
                  const Policy& policy, const core::InstructionalCalendar& calendar) {
  const core::PairedMoments pairs = PairedMomentsOf(row.matched());
  const auto mean = core::MeanOf(OverDesired(row, pairs, watch, share_a_year, policy, calendar));
  return Ask(mean, pairs.n(), IndicatorsOf(watch), policy);
}

std::vector<TestedGroup> TestGroups(const v1::EvidenceRow& row, const v1::Watch& watch,
                                    const Policy& policy) {
  std::vector<TestedGroup> groups;
  const core::PairedMoments pairs = PairedMomentsOf(row.matched());
  for (GapEvidence& gap : GapsOf(row, LeastGapStudents(policy))) {
    if (gap.baseline_g() > 0) groups.push_back({std::move(gap), {}});
  }
  const int questions = static_cast<int>(groups.size()) * IndicatorsOf(watch);
  const core::Sums changes = core::ChangesOf(pairs);
  for (auto& [gap, tested] : groups) {
    const v1::GroupRow& group = *FindGroup(row, gap.group());
    const auto n = static_cast<double>(group.current().n());
    const auto change = static_cast<double>(group.current().sum() - group.baseline().sum());
    const auto difference = core::DifferenceWithin(changes, {n, change, 0});
    tested = Ask(difference, pairs.n(), questions, policy);
    if (tested.finding != Finding::kFound) continue;
    const double matters =
        policy.gap_widening() * PooledSd(pairs.baseline(), MomentsOf(group.baseline()));
    if (-difference->estimate < matters) tested.finding = Finding::kOpen;
  }
  return groups;
}

}  // namespace throughline::evidence
