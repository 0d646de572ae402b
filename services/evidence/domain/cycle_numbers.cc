#include "evidence/domain/cycle_numbers.h"

#include <cmath>
#include <optional>

#include "core/date.h"
#include "core/statistics/effect_size.h"
#include "core/statistics/growth.h"
#include "evidence/domain/policy_numbers.h"

namespace throughline::evidence {

using common::v1::CycleEvidence;
using common::v1::GapEvidence;
using common::v1::Policy;

namespace {

void SetGap(GapEvidence& gap, const std::optional<core::Effect>& before,
            const std::optional<core::Effect>& now) {
  if (before) gap.set_baseline_g(before->d);
  if (!now) return;
  gap.set_current_g(now->d);
  gap.set_current_variance(now->variance);
}

// Of the interval that holds however often it is looked at; nullopt: it is unbounded.
std::optional<double> HalfWidth(const std::optional<core::Coefficient>& of, const Policy& policy) {
  if (!of) return std::nullopt;
  return core::AnytimeHalfWidth(*of, FalseAlarmRate(policy), EffectPrior(policy));
}

void SetDifference(const core::Coefficient& difference, double baseline_sd, const Policy& policy,
                   GapEvidence& gap) {
  gap.set_difference(difference.estimate);
  if (const auto half = HalfWidth(difference, policy)) {
    gap.set_difference_low(difference.estimate - *half);
    gap.set_difference_high(difference.estimate + *half);
  }
  if (baseline_sd > 0) gap.set_difference_sd(difference.estimate / baseline_sd);
}

void SetGrowth(const Pool& pool, const Policy& policy, CycleEvidence& numbers) {
  const auto growth = core::GrowthOf(pool.pairs);
  if (!growth) return;
  numbers.set_baseline_mean(growth->baseline_mean);
  numbers.set_mean_change(growth->mean_change);
  if (growth->low) numbers.set_change_low(*growth->low);
  if (growth->high) numbers.set_change_high(*growth->high);
  if (const auto half = HalfWidth(core::MeanOf(core::ChangesOf(pool.pairs)), policy)) {
    numbers.set_watched_low(growth->mean_change - *half);
    numbers.set_watched_high(growth->mean_change + *half);
    numbers.set_watched_confidence(1 - FalseAlarmRate(policy));
  }
  if (auto effect = core::StandardizedMeanChange(pool.pairs)) {
    numbers.set_effect(effect->d);
    numbers.set_effect_variance(effect->variance);
    numbers.set_effect_low(effect->low);
    numbers.set_effect_high(effect->high);
  }
}

// Who keeps pace with the district grows by 0 on a relative basis.
double DesiredToDate(const Pool& pool, double share_a_year, int days, const Policy& policy) {
  if (pool.basis == common::v1::BASIS_RELATIVE) return 0;
  return core::DesiredGrowth(pool.pairs.baseline.mean, share_a_year, days, policy.days_per_year());
}

}  // namespace

CycleEvidence NumbersOf(const v1::EvidenceRow& row, const std::vector<Pool>& pools,
                        int32_t rostered, const v1::Watch& watch, double share_a_year,
                        const Policy& policy, const core::InstructionalCalendar& calendar) {
  CycleEvidence numbers;
  numbers.set_rostered(rostered);
  numbers.set_covered(row.covered());
  const Pool& pool = MainOf(pools);
  numbers.set_matched(static_cast<int32_t>(pool.pairs.n()));
  const int32_t latest = row.days().empty() ? 0 : row.days(row.days_size() - 1).day();
  if (latest != 0) numbers.set_latest_result(core::FormatDate(core::FromDays(latest)));
  if (pools.empty()) return numbers;
  numbers.set_basis(pool.basis);
  double all = 0;
  for (const Pool& one : pools) all += one.pairs.n();
  numbers.set_matched_otherwise(static_cast<int32_t>(all - pool.pairs.n()));
  SetGrowth(pool, policy, numbers);
  const int days = calendar.CountBetween(core::FromDays(watch.start()), core::FromDays(latest + 1));
  numbers.set_desired_to_date(DesiredToDate(pool, share_a_year, days, policy));
  return numbers;
}

std::optional<core::Coefficient> DifferenceOf(const Pool& pool, const PooledGroup& of) {
  const double n = of.group.n();
  return core::DifferenceWithin(core::ChangesOf(pool.pairs), {n, n * of.group.MeanChange(), 0});
}

double BaselineSd(const PooledGroup& of) {
  const double degrees_of_freedom = of.group.n() + of.others.n() - 2;
  if (degrees_of_freedom <= 0) return 0;
  return std::sqrt((of.group.baseline.deviations + of.others.baseline.deviations) /
                   degrees_of_freedom);
}

std::vector<GapEvidence> GapsOf(const Pool& pool, int64_t smallest, const Policy& policy) {
  std::vector<GapEvidence> gaps;
  for (const PooledGroup& of : pool.groups) {
    const auto group = static_cast<int32_t>(of.group.n()),
               others = static_cast<int32_t>(of.others.n());
    if (group < smallest || others < smallest) continue;
    GapEvidence& gap = gaps.emplace_back();
    gap.set_group(of.name);
    gap.set_group_count(group);
    gap.set_complement_count(others);
    gap.set_basis(pool.basis);
    SetGap(gap, core::HedgesG(of.others.baseline, of.group.baseline),
           core::HedgesG(of.others.current, of.group.current));
    if (const auto difference = DifferenceOf(pool, of)) {
      SetDifference(*difference, BaselineSd(of), policy, gap);
    }
  }
  return gaps;
}

}  // namespace throughline::evidence
