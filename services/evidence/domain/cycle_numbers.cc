#include "evidence/domain/cycle_numbers.h"

#include <optional>

#include "core/date.h"
#include "core/statistics/effect_size.h"
#include "core/statistics/growth.h"
#include "evidence/domain/moments_row.h"

namespace throughline::evidence {

using common::v1::CycleEvidence;
using common::v1::GapEvidence;
using common::v1::Policy;

namespace {

constexpr double kPercent = 1e-4;  // of scale, for scores in ppm

void SetGap(GapEvidence& gap, const std::optional<core::Effect>& before,
            const std::optional<core::Effect>& now) {
  if (before) gap.set_baseline_g(before->d);
  if (!now) return;
  gap.set_current_g(now->d);
  gap.set_current_variance(now->variance);
}

}  // namespace

CycleEvidence NumbersOf(const v1::EvidenceRow& row, int32_t rostered, const v1::Watch& watch,
                        double share_a_year, const Policy& policy,
                        const core::InstructionalCalendar& calendar) {
  CycleEvidence numbers;
  numbers.set_rostered(rostered);
  numbers.set_covered(row.covered());
  const core::PairedMoments pairs = PairedMomentsOf(row.matched());
  numbers.set_matched(static_cast<int32_t>(pairs.n()));
  const int32_t latest = row.days().empty() ? 0 : row.days(row.days_size() - 1).day();
  if (latest != 0) numbers.set_latest_result(core::FormatDate(core::FromDays(latest)));
  if (auto growth = core::GrowthOf(pairs, kPercent)) {
    numbers.set_baseline_mean(growth->baseline_mean);
    numbers.set_mean_change(growth->mean_change);
    if (growth->low) numbers.set_change_low(*growth->low);
    if (growth->high) numbers.set_change_high(*growth->high);
    const int days =
        calendar.CountBetween(core::FromDays(watch.start()), core::FromDays(latest + 1));
    numbers.set_desired_to_date(
        core::DesiredGrowth(growth->baseline_mean, share_a_year, days, policy.days_per_year()));
  }
  if (auto effect = core::StandardizedMeanChange(pairs)) {
    numbers.set_effect(effect->d);
    numbers.set_effect_variance(effect->variance);
    numbers.set_effect_low(effect->low);
    numbers.set_effect_high(effect->high);
  }
  return numbers;
}

std::vector<GapEvidence> GapsOf(const v1::EvidenceRow& row, int64_t smallest) {
  std::vector<GapEvidence> gaps;
  const core::PairedMoments all = PairedMomentsOf(row.matched());
  for (const v1::GroupRow& group : row.groups()) {
    const core::Moments baseline = MomentsOf(group.baseline()),
                        current = MomentsOf(group.current());
    core::Moments others_baseline = all.baseline(), others_current = all.current();
    others_baseline -= baseline;
    others_current -= current;
    if (current.n() < smallest || others_current.n() < smallest) continue;
    GapEvidence& gap = gaps.emplace_back();
    gap.set_group(group.group());
    gap.set_group_count(static_cast<int32_t>(current.n()));
    gap.set_complement_count(static_cast<int32_t>(others_current.n()));
    SetGap(gap, core::HedgesG(others_baseline, baseline), core::HedgesG(others_current, current));
  }
  return gaps;
}

}  // namespace throughline::evidence
