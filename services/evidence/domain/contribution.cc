#include "evidence/domain/contribution.h"

#include <algorithm>
#include <tuple>

#include "evidence/domain/moments_row.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

v1::DayCount& DayOf(google::protobuf::RepeatedPtrField<v1::DayCount>& days, int32_t day) {
  v1::DayCount one;
  one.set_day(day);
  return Placed(days, one, [](const auto& a, const auto& b) { return a.day() < b.day(); });
}

v1::GroupRow& GroupOf(v1::PairRow& pair, const std::string& group) {
  auto& groups = *pair.mutable_groups();
  const auto at = std::lower_bound(groups.begin(), groups.end(), group,
                                   [](const auto& a, const auto& b) { return a.group() < b; });
  if (at != groups.end() && at->group() == group) return *at;
  v1::GroupRow one;
  one.set_group(group);
  return Placed(groups, one, [](const auto& a, const auto& b) { return a.group() < b.group(); });
}

v1::PairRow& PairOf(v1::EvidenceRow& evidence, const std::string& baseline,
                    const std::string& current) {
  for (v1::PairRow& pair : *evidence.mutable_pairs()) {  // few: as a rule one
    if (pair.baseline() == baseline && pair.current() == current) return pair;
  }
  v1::PairRow one;
  one.set_baseline(baseline);
  one.set_current(current);
  return Placed(*evidence.mutable_pairs(), one, [](const v1::PairRow& a, const v1::PairRow& b) {
    return std::tie(a.baseline(), a.current()) < std::tie(b.baseline(), b.current());
  });
}

template <class Rows, class Empty>
void EraseIf(Rows& rows, Empty empty) {
  for (int i = rows.size() - 1; i >= 0; --i) {
    if (empty(rows[i])) rows.DeleteSubrange(i, 1);
  }
}

constexpr auto kHasNobody = [](const v1::DayCount& day) { return day.students() == 0; };

void Change(v1::MomentsRow& row, int32_t ppm, bool in) {
  core::Moments moments = MomentsOf(row);
  in ? moments.Add(ppm) : moments.Remove(ppm);
  Store(moments, row);
}

// A matched student's entry into, or departure from, the pair of assessments of the two results.
void FoldMatched(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence, bool in) {
  v1::PairRow& pair =
      PairOf(evidence, contribution.baseline().assessment(), contribution.current().assessment());
  const int32_t one = in ? 1 : -1;
  core::PairedMoments matched = PairedMomentsOf(pair.matched());
  const int32_t baseline = contribution.baseline().ppm(), current = contribution.current().ppm();
  in ? matched.Add(baseline, current) : matched.Remove(baseline, current);
  Store(matched, *pair.mutable_matched());
  v1::DayCount& day = DayOf(*pair.mutable_days(), contribution.current().day());
  day.set_students(day.students() + one);
  day.set_change(day.change() + one * static_cast<int64_t>(current - baseline));
  for (const std::string& group : contribution.groups()) {
    v1::GroupRow& row = GroupOf(pair, group);
    Change(*row.mutable_baseline(), baseline, in);
    Change(*row.mutable_current(), current, in);
  }
  if (in) return;
  EraseIf(*pair.mutable_days(), kHasNobody);
  EraseIf(*pair.mutable_groups(), [](const v1::GroupRow& row) { return row.current().n() == 0; });
  EraseIf(*evidence.mutable_pairs(),
          [](const v1::PairRow& row) { return row.matched().current().n() == 0; });
}

void Fold(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence, bool in) {
  const int32_t one = in ? 1 : -1;
  if (contribution.struggling()) evidence.set_struggling(evidence.struggling() + one);
  if (!HasCurrent(contribution)) return;
  evidence.set_covered(evidence.covered() + one);
  v1::DayCount& day = DayOf(*evidence.mutable_days(), contribution.current().day());
  day.set_students(day.students() + one);
  if (!in) EraseIf(*evidence.mutable_days(), kHasNobody);
  if (contribution.has_baseline()) FoldMatched(contribution, evidence, in);
}

bool IsSamePoint(const v1::TrailPoint& a, const v1::TrailPoint& b) {
  return a.result() == b.result() && a.day() == b.day() && a.ppm() == b.ppm() &&
         a.assessment() == b.assessment();
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
         IsSamePoint(a.baseline(), b.baseline()) && IsSamePoint(a.current(), b.current()) &&
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
