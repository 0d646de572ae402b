#include "evidence/domain/contribution.h"

#include <algorithm>

#include "evidence/domain/moments_row.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

v1::GroupRow& GroupOf(v1::EvidenceRow& evidence, const std::string& group) {
  auto& groups = *evidence.mutable_groups();
  auto at =
      std::lower_bound(groups.begin(), groups.end(), group,
                       [](const v1::GroupRow& a, const std::string& b) { return a.group() < b; });
  if (at != groups.end() && at->group() == group) return *at;
  const int index = static_cast<int>(at - groups.begin());
  groups.Add()->set_group(group);
  for (int i = groups.size() - 1; i > index; --i) groups.SwapElements(i, i - 1);
  return groups[index];
}

// The student's entry into, or departure from, the day of the latest result.
void CountDay(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence, int32_t one) {
  const int32_t day = contribution.current().day();
  auto& days = *evidence.mutable_days();
  auto at = std::lower_bound(days.begin(), days.end(), day,
                             [](const v1::DayCount& a, int32_t b) { return a.day() < b; });
  int index = static_cast<int>(at - days.begin());
  if (at == days.end() || at->day() != day) {
    days.Add()->set_day(day);
    for (int i = days.size() - 1; i > index; --i) days.SwapElements(i, i - 1);
  }
  v1::DayCount& count = days[index];
  count.set_students(count.students() + one);
  if (contribution.has_baseline()) {
    const int64_t change = contribution.current().ppm() - contribution.baseline().ppm();
    count.set_matched(count.matched() + one);
    count.set_change(count.change() + one * change);
  }
  if (count.students() == 0) days.DeleteSubrange(index, 1);
}

void Change(v1::MomentsRow& row, int32_t ppm, bool in) {
  core::Moments moments = MomentsOf(row);
  in ? moments.Add(ppm) : moments.Remove(ppm);
  Store(moments, row);
}

void Fold(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence, bool in) {
  const int32_t one = in ? 1 : -1;
  if (contribution.struggling()) evidence.set_struggling(evidence.struggling() + one);
  if (!HasCurrent(contribution)) return;
  evidence.set_covered(evidence.covered() + one);
  CountDay(contribution, evidence, one);
  if (!contribution.has_baseline()) return;
  core::PairedMoments matched = PairedMomentsOf(evidence.matched());
  const int32_t baseline = contribution.baseline().ppm(), current = contribution.current().ppm();
  in ? matched.Add(baseline, current) : matched.Remove(baseline, current);
  Store(matched, *evidence.mutable_matched());
  for (const std::string& group : contribution.groups()) {
    v1::GroupRow& row = GroupOf(evidence, group);
    Change(*row.mutable_baseline(), baseline, in);
    Change(*row.mutable_current(), current, in);
  }
  auto& groups = *evidence.mutable_groups();
  for (int i = groups.size() - 1; i >= 0; --i) {
    if (groups[i].current().n() == 0) groups.DeleteSubrange(i, 1);
  }
}

bool IsSame(const v1::TrailPoint& a, const v1::TrailPoint& b) {
  return a.result() == b.result() && a.day() == b.day() && a.ppm() == b.ppm();
}

void OfferToYear(const v1::TrailPoint& point, const v1::Watch& year,
                 v1::ContributionRow& contribution) {
  const bool first = !contribution.has_baseline() || IsBefore(point, contribution.baseline());
  if (point.day() <= year.baseline_until() && first) *contribution.mutable_baseline() = point;
  const bool latest = !contribution.has_current() || IsBefore(contribution.current(), point);
  if (latest) *contribution.mutable_current() = point;
}

}  // namespace

bool IsSame(const v1::ContributionRow& a, const v1::ContributionRow& b) {
  return a.has_baseline() == b.has_baseline() && a.has_current() == b.has_current() &&
         IsSame(a.baseline(), b.baseline()) && IsSame(a.current(), b.current()) &&
         a.struggling() == b.struggling() &&
         std::equal(a.groups().begin(), a.groups().end(), b.groups().begin(), b.groups().end());
}

void Offer(const v1::TrailPoint& point, const v1::Watch& watch, v1::ContributionRow& contribution) {
  if (point.day() < watch.baseline_from() || point.day() > watch.end()) return;
  if (watch.baseline_until() != 0) return OfferToYear(point, watch, contribution);
  const bool current = point.day() >= watch.start();
  const bool has = current ? contribution.has_current() : contribution.has_baseline();
  v1::TrailPoint& latest =
      current ? *contribution.mutable_current() : *contribution.mutable_baseline();
  if (!has || IsBefore(latest, point)) latest = point;
}

void PutIn(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence) {
  Fold(contribution, evidence, true);
}

void TakeOut(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence) {
  Fold(contribution, evidence, false);
}

}  // namespace throughline::evidence
