#include "evidence/domain/trigger_rules.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>

#include "core/time_zone.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"
#include "evidence/domain/cycle_numbers.h"
#include "evidence/domain/desired_growth.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/tables.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

using common::v1::CycleEvidence;
using common::v1::GapEvidence;
using common::v1::Policy;
using common::v1::Trigger;

namespace {

constexpr int64_t kGapStudents = 10;  // on each side of a gap that may set something off

std::string MetKey(Trigger trigger, const std::string& group) {
  std::string key = std::to_string(static_cast<int>(trigger));
  if (!group.empty()) key += '/' + group;
  return key;
}

bool IsMet(const v1::EvidenceRow* row, const std::string& key) {
  return row != nullptr && std::find(row->met().begin(), row->met().end(), key) != row->met().end();
}

// One indicator of one cycle, with all that its rules look at.
struct Situation {
  const EvidenceKey& key;
  const Policy& policy;
  CycleEvidence numbers;
  bool mid_cycle_reached = false;

  double coverage() const {
    return numbers.rostered() == 0 ? 0
                                   : static_cast<double>(numbers.covered()) / numbers.rostered();
  }
  bool IsComplete() const {
    return numbers.rostered() > 0 && coverage() >= policy.complete_coverage();
  }
  bool IsOffTrack() const {
    if (coverage() < policy.sufficient_coverage()) return false;
    // An alert says something of the students whom it is about, whatever numbers it shows.
    if (numbers.matched() < disclosure::SmallestCell(policy)) return false;
    if (!numbers.has_change_high() || !numbers.has_desired_to_date()) return false;
    const double desired = numbers.desired_to_date();
    return numbers.change_high() < desired ||
           (mid_cycle_reached && numbers.mean_change() < desired / 2);
  }
};

v1::EvidenceMoved Moved(const Situation& situation, Trigger trigger, bool met) {
  v1::EvidenceMoved moved;
  moved.set_district(situation.key.team.district);
  moved.set_school(situation.key.team.school);
  moved.set_team(situation.key.team.team);
  moved.set_cycle(situation.key.cycle);
  moved.set_indicator(situation.key.indicator);
  moved.set_trigger(trigger);
  moved.set_met(met);
  *moved.mutable_evidence() = situation.numbers;
  return moved;
}

void Emit(const v1::EvidenceMoved& moved, decider::Turn& turn) {
  turn.Emit(moved, core::Key{moved.district(), moved.school()}.Text());
}

void EvaluateGaps(const Situation& situation, decider::Turn& turn) {
  const auto* row = turn.state().Find(kEvidence, RowKeyOf(situation.key));
  if (row == nullptr) return;
  std::vector<v1::EvidenceMoved> moves;
  std::set<std::string> met_now;
  for (const GapEvidence& gap : GapsOf(*row, kGapStudents)) {
    if (!gap.has_baseline_g() || !gap.has_current_g()) continue;
    // Only of a group that is behind: how much more it is than it was, or than not at all.
    const double before = std::max(0.0, gap.baseline_g());
    if (gap.current_g() - before < situation.policy.gap_widening()) continue;
    const std::string key = MetKey(common::v1::TRIGGER_GAP_WIDENED, gap.group());
    met_now.insert(key);
    if (IsMet(row, key)) continue;
    v1::EvidenceMoved moved = Moved(situation, common::v1::TRIGGER_GAP_WIDENED, true);
    moved.set_group(gap.group());
    *moved.mutable_gap() = gap;
    if (const auto* shown = ShownGap(*row, gap.group()))
      *moved.mutable_gap()->mutable_shown() = *shown;
    moves.push_back(moved);
  }
  const std::string prefix = MetKey(common::v1::TRIGGER_GAP_WIDENED, "") + '/';
  for (const std::string& key : row->met()) {
    if (!key.starts_with(prefix) || met_now.contains(key)) continue;
    v1::EvidenceMoved moved = Moved(situation, common::v1::TRIGGER_GAP_WIDENED, false);
    moved.set_group(key.substr(prefix.size()));
    moves.push_back(moved);
  }
  for (const v1::EvidenceMoved& moved : moves) Emit(moved, turn);
}

void EvaluateStruggling(const Situation& situation, decider::Turn& turn) {
  const auto* row = turn.state().Find(kEvidence, RowKeyOf(situation.key));
  // Of a team of few an alert would say who it is.
  const bool many = situation.numbers.rostered() >= disclosure::SmallestCell(situation.policy);
  const int32_t students = row == nullptr || !many ? 0 : row->struggling();
  const bool before = IsMet(row, MetKey(common::v1::TRIGGER_STRUGGLING, ""));
  if ((students > 0) == before) return;
  v1::EvidenceMoved moved = Moved(situation, common::v1::TRIGGER_STRUGGLING, students > 0);
  moved.set_students(students);
  if (row != nullptr && row->shown().has_struggling()) {
    moved.set_shown_students(row->shown().struggling());
  }
  const auto* cut =
      turn.state().Find(kCuts, JoinKey(situation.key.team.district, situation.key.indicator));
  if (cut != nullptr) moved.set_cut(cut->bin() / 10.0);
  Emit(moved, turn);
}

void EvaluateTrigger(const Situation& situation, Trigger trigger, bool met, decider::Turn& turn) {
  const auto* row = turn.state().Find(kEvidence, RowKeyOf(situation.key));
  if (IsMet(row, MetKey(trigger, "")) != met) Emit(Moved(situation, trigger, met), turn);
}

}  // namespace

void EvaluateTriggers(const EvidenceKey& evidence, decider::Turn& turn) {
  const decider::State& state = turn.state();
  const auto* team = state.Find(kTeams, RowKeyOf(evidence.team));
  const v1::Watch* found = team == nullptr ? nullptr : FindWatch(*team, evidence.cycle);
  static const v1::EvidenceRow kNoResults;
  const auto* known = state.Find(kEvidence, RowKeyOf(evidence));
  if (found == nullptr) return;
  const v1::EvidenceRow& row = known == nullptr ? kNoResults : *known;
  const v1::Watch watch = *found;  // what is emitted below may move the rows
  const std::string& district = evidence.team.district;
  const Policy& policy = PolicyOf(state, district);
  Situation now{evidence, policy, {}};
  const int32_t rostered = watch.closed() ? watch.rostered_at_close() : team->rostered();
  now.numbers = NumbersOf(row, rostered, watch, DesiredGrowthPerYear(evidence, watch, state),
                          policy, CalendarOf(state, district, evidence.team.school));
  if (row.shown().has_numbers()) {
    *now.numbers.mutable_shown() = row.shown().numbers();
  } else if (row.covered() == 0) {
    const auto nothing = NothingYet(rostered, disclosure::SmallestCell(policy));
    if (nothing) *now.numbers.mutable_shown() = *nothing;
  }
  now.mid_cycle_reached =
      core::ToDays(core::LocalDate(turn.now(), ZoneOf(state, district))) >= watch.mid_cycle();
  // That nobody has a result is said, too, once there is somebody.
  const bool said = row.has_last();
  if ((said || now.numbers.covered() > 0 || rostered > 0) &&
      !google::protobuf::util::MessageDifferencer::Equals(row.last(), now.numbers)) {
    v1::EvidenceSummarized summarized;
    summarized.set_district(district);
    summarized.set_school(evidence.team.school);
    summarized.set_team(evidence.team.team);
    summarized.set_cycle(evidence.cycle);
    summarized.set_indicator(evidence.indicator);
    *summarized.mutable_evidence() = now.numbers;
    turn.Emit(summarized, core::Key{district, evidence.team.school}.Text());
  }
  if (watch.closed()) return;
  EvaluateTrigger(now, common::v1::TRIGGER_EVIDENCE_COMPLETE, now.IsComplete(), turn);
  EvaluateTrigger(now, common::v1::TRIGGER_OFF_TRACK, now.IsOffTrack(), turn);
  EvaluateGaps(now, turn);
  EvaluateStruggling(now, turn);
}

void Apply(const v1::EvidenceSummarized& summarized, decider::State& state) {
  const EvidenceKey key{{summarized.district(), summarized.school(), summarized.team()},
                        summarized.cycle(),
                        summarized.indicator()};
  *state.Edit(kEvidence, RowKeyOf(key)).mutable_last() = summarized.evidence();
}

void Apply(const v1::EvidenceMoved& moved, decider::State& state) {
  const EvidenceKey key{
      {moved.district(), moved.school(), moved.team()}, moved.cycle(), moved.indicator()};
  auto& met = *state.Edit(kEvidence, RowKeyOf(key)).mutable_met();
  const std::string one = MetKey(moved.trigger(), moved.group());
  const auto at = std::lower_bound(met.begin(), met.end(), one);
  const bool there = at != met.end() && *at == one;
  if (moved.met() && !there) {
    const int index = static_cast<int>(at - met.begin());
    *met.Add() = one;
    for (int i = met.size() - 1; i > index; --i) met.SwapElements(i, i - 1);
  } else if (!moved.met() && there) {
    met.DeleteSubrange(static_cast<int>(at - met.begin()), 1);
  }
}

}  // namespace throughline::evidence
