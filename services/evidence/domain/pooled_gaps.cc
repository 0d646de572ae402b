#include "evidence/domain/pooled_gaps.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "disclosure/rounding.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"
#include "evidence/domain/behind.h"
#include "evidence/domain/changes_within.h"
#include "evidence/domain/policy_numbers.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using common::v1::GapEvidence;
using common::v1::Policy;
using core::Finding;

namespace {

// By what one gap is told from another.
using GapId = std::pair<std::string, std::string>;  // indicator, group

// A group that is eligible: large enough, as are its complements, and behind at baseline.
struct Candidate {
  GapId id;
  common::v1::Basis basis;
  core::Coefficient change;
  double change_spread = 0;    // of students, in millionths
  double baseline_spread = 0;  // in millionths
  int64_t students = 0, others = 0;
  int32_t teams = 0;
};

// Percent of scale, or standard deviations of the district, in a millionth.
double UnitOf(common::v1::Basis basis) { return basis == common::v1::BASIS_RELATIVE ? 1e-6 : 1e-4; }

std::vector<Candidate> CandidatesOf(const std::string& prefix, const Policy& policy,
                                    const decider::State& state) {
  std::vector<Candidate> candidates;
  const int64_t least = LeastGapStudents(policy);
  state.ForEach(kChanges, prefix, [&](const std::string& key, const v1::ChangesRow& row) {
    const v1::ChangeSums* sums = MostOf(row.sums());
    if (sums == nullptr) return;
    for (const v1::GroupChangeSums& group : sums->groups()) {
      if (group.students() < least || group.others() < least || group.baseline() >= 0) continue;
      const auto change = ChangeOf(*sums, group), baseline = BaselineOf(*sums, group);
      if (!change || !baseline) continue;
      candidates.push_back({{key.substr(prefix.size()), group.group()},
                            sums->basis(),
                            *change,
                            change->residual_sd,
                            baseline->residual_sd,
                            group.students(),
                            group.others(),
                            group.teams()});
    }
  });
  return candidates;
}

// What is found, with what readers may be shown of it.
GapEvidence GapOf(const Candidate& of, const Policy& policy, core::Instant time) {
  const double unit = UnitOf(of.basis);
  GapEvidence gap;
  gap.set_group(of.id.second);
  gap.set_group_count(static_cast<int32_t>(of.students));
  gap.set_complement_count(static_cast<int32_t>(of.others));
  gap.set_basis(of.basis);
  gap.set_teams(of.teams);
  gap.set_difference(of.change.estimate * unit);
  if (const auto half =
          core::AnytimeHalfWidth(of.change, FalseAlarmRate(policy), EffectPrior(policy))) {
    gap.set_difference_low((of.change.estimate - *half) * unit);
    gap.set_difference_high((of.change.estimate + *half) * unit);
  }
  if (of.baseline_spread > 0) gap.set_difference_sd(of.change.estimate / of.baseline_spread);
  GapEvidence shown = gap;
  disclosure::RoundPooled(shown, of.change_spread * unit, disclosure::SmallestCell(policy));
  shown.set_as_of_ms(core::ToMillis(time));
  *gap.mutable_shown() = std::move(shown);
  return gap;
}

v1::EvidenceMoved MoveOf(const std::string& district, const std::string& school, const GapId& gap,
                         const Tested& tested) {
  v1::EvidenceMoved moved;
  moved.set_district(district);
  moved.set_school(school);
  moved.set_indicator(gap.first);
  moved.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  moved.set_group(gap.second);
  moved.set_met(tested.finding == Finding::kFound);
  if (tested.test) *moved.mutable_test() = *tested.test;
  return moved;
}

std::set<GapId> MetOf(const std::string& key, const decider::State& state) {
  std::set<GapId> met;
  const auto* row = state.Find(kWidenedGaps, key);
  if (row == nullptr) return met;
  for (const auto& gap : row->gaps()) met.emplace(gap.indicator(), gap.group());
  return met;
}

}  // namespace

void EvaluatePooledGaps(const std::string& district, const std::string& school,
                        decider::Turn& turn) {
  const Policy& policy = PolicyOf(turn.state(), district);
  const auto candidates = CandidatesOf(JoinKey(district, school, ""), policy, turn.state());
  const int questions = static_cast<int>(candidates.size());
  std::set<GapId> not_tested = MetOf(JoinKey(district, school), turn.state());
  std::vector<v1::EvidenceMoved> moves;
  for (const Candidate& one : candidates) {
    Tested tested = Ask(one.change, {one.basis, one.students + one.others}, questions, policy);
    const bool matters = -one.change.estimate >= policy.gap_widening() * one.baseline_spread;
    if (tested.finding == Finding::kFound && !matters) tested.finding = Finding::kOpen;
    const bool was_met = not_tested.erase(one.id) > 0;
    if (!IsNews(tested, was_met)) continue;
    v1::EvidenceMoved& moved = moves.emplace_back(MoveOf(district, school, one.id, tested));
    if (moved.met()) *moved.mutable_gap() = GapOf(one, policy, turn.now());
  }
  for (const GapId& gap : not_tested) moves.push_back(MoveOf(district, school, gap, {}));
  for (const v1::EvidenceMoved& moved : moves) {
    turn.Emit(moved, core::Key{district, school}.Text());
  }
}

void ApplyPooled(const v1::EvidenceMoved& moved, decider::State& state) {
  const std::string key = JoinKey(moved.district(), moved.school());
  auto& gaps = *state.Edit(kWidenedGaps, key).mutable_gaps();
  const GapId id{moved.indicator(), moved.group()};
  using Gap = v1::WidenedGapsRow::Gap;
  const auto at = std::find_if(gaps.begin(), gaps.end(), [&](const Gap& gap) {
    return GapId{gap.indicator(), gap.group()} == id;
  });
  if (moved.met()) {
    Gap gap;
    gap.set_indicator(id.first);
    gap.set_group(id.second);
    Placed(gaps, gap, [](const Gap& a, const Gap& b) {
      return std::tie(a.indicator(), a.group()) < std::tie(b.indicator(), b.group());
    });
  } else if (at != gaps.end()) {
    gaps.erase(at);
  }
  if (gaps.empty()) state.Erase(kWidenedGaps, key);
}

}  // namespace throughline::evidence
