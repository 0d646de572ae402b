#include "evidence/domain/trigger_rules.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "core/date.h"
#include "core/time_zone.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"
#include "evidence/domain/basis.h"
#include "evidence/domain/behind.h"
#include "evidence/domain/cycle_numbers.h"
#include "evidence/domain/desired_growth.h"
#include "evidence/domain/pooled_gaps.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/shown_sums.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

using common::v1::CycleEvidence;
using common::v1::Policy;
using common::v1::Trigger;

namespace {

std::string MetKey(Trigger trigger, const std::string& group) {
  const std::string number = std::to_string(static_cast<int>(trigger));
  return group.empty() ? number : JoinKey(number, group);
}

// Of a key as MetKey makes it.
bool RaisesAlert(const std::string& met) {
  int number = 0;
  std::from_chars(met.data(), met.data() + met.size(), number);
  const auto* value = common::v1::Trigger_descriptor()->FindValueByNumber(number);
  return value != nullptr &&
         value->options().GetExtension(common::v1::trigger_effect).raises_alert();
}

bool IsMet(const v1::EvidenceRow& row, const std::string& key) {
  return std::find(row.met().begin(), row.met().end(), key) != row.met().end();
}

// One indicator of one cycle, with all that its rules look at.
struct Situation {
  const EvidenceKey& key;
  const Policy& policy;
  v1::Watch watch;  // what is emitted may move the rows of the state
  core::InstructionalCalendar calendar;
  std::vector<Pool> pools;
  CycleEvidence numbers;
  double desired_a_year = 0;

  double coverage() const {
    return numbers.rostered() == 0 ? 0
                                   : static_cast<double>(numbers.covered()) / numbers.rostered();
  }
  bool IsComplete() const {
    return numbers.rostered() > 0 && coverage() >= policy.complete_coverage();
  }
  // Whether so many are known that growth is evaluated.
  bool IsSufficient() const {
    // An alert says something of the students whom it is about, whatever numbers it shows.
    return coverage() >= policy.sufficient_coverage() &&
           numbers.matched() >= disclosure::SmallestCell(policy);
  }
};

v1::EvidenceMoved MoveOf(const Situation& situation, Trigger trigger, bool met) {
  v1::EvidenceMoved moved;
  moved.set_district(situation.key.team.district);
  moved.set_school(situation.key.team.school);
  moved.set_team(situation.key.team.team);
  if (!IsSchoolYear(situation.key.cycle)) moved.set_cycle(situation.key.cycle);
  moved.set_indicator(situation.key.indicator);
  moved.set_trigger(trigger);
  moved.set_met(met);
  *moved.mutable_evidence() = situation.numbers;
  return moved;
}

void Emit(const v1::EvidenceMoved& moved, decider::Turn& turn) {
  turn.Emit(moved, core::Key{moved.district(), moved.school()}.Text());
}

const v1::EvidenceRow& EvidenceRowOf(const EvidenceKey& evidence, const decider::State& state) {
  static const v1::EvidenceRow kNoResults;
  const auto* row = state.Find(kEvidence, RowKeyOf(evidence));
  return row == nullptr ? kNoResults : *row;
}

v1::EvidenceMoved MoveOf(const Situation& situation, Trigger trigger, const Tested& tested) {
  v1::EvidenceMoved moved = MoveOf(situation, trigger, tested.finding == core::Finding::kFound);
  if (tested.test) *moved.mutable_test() = *tested.test;
  return moved;
}

// Off track in a cycle, or behind for the year. What is `over` is found no longer.
void EvaluateGrowth(const Situation& situation, Trigger trigger, bool over, decider::Turn& turn) {
  const v1::EvidenceRow& row = EvidenceRowOf(situation.key, turn.state());
  Tested growth;
  if (!over && situation.IsSufficient()) {
    growth = TestGrowth(MainOf(situation.pools), situation.watch, situation.desired_a_year,
                        situation.policy, situation.calendar);
  }
  if (IsNews(growth, IsMet(row, MetKey(trigger, "")))) {
    Emit(MoveOf(situation, trigger, growth), turn);
  }
}

void EvaluateGaps(const Situation& situation, decider::Turn& turn) {
  const v1::EvidenceRow& row = EvidenceRowOf(situation.key, turn.state());
  const Trigger trigger = common::v1::TRIGGER_GAP_WIDENED;
  std::vector<v1::EvidenceMoved> moves;
  std::set<std::string> tested;
  for (const TestedGroup& group :
       TestGroups(MainOf(situation.pools), situation.watch, situation.policy)) {
    const std::string key = MetKey(trigger, group.gap.group());
    tested.insert(key);
    if (!IsNews(group.tested, IsMet(row, key))) continue;
    v1::EvidenceMoved& moved = moves.emplace_back(MoveOf(situation, trigger, group.tested));
    moved.set_group(group.gap.group());
    if (!moved.met()) continue;
    *moved.mutable_gap() = group.gap;
    if (const auto* shown = ShownGap(row, moved.group())) {
      *moved.mutable_gap()->mutable_shown() = *shown;
    }
  }
  const std::string prefix = JoinKey(MetKey(trigger, ""), "");
  for (const std::string& key : row.met()) {
    if (!key.starts_with(prefix) || tested.contains(key)) continue;
    moves.push_back(MoveOf(situation, trigger, false));
    moves.back().set_group(key.substr(prefix.size()));
  }
  for (const v1::EvidenceMoved& moved : moves) Emit(moved, turn);
}

void EvaluateStruggling(const Situation& situation, decider::Turn& turn) {
  const v1::EvidenceRow& row = EvidenceRowOf(situation.key, turn.state());
  // Of a team of few an alert would say who it is.
  const bool many = situation.numbers.rostered() >= disclosure::SmallestCell(situation.policy);
  const int32_t students = many ? row.struggling() : 0;
  const bool before = IsMet(row, MetKey(common::v1::TRIGGER_STRUGGLING, ""));
  if ((students > 0) == before) return;
  v1::EvidenceMoved moved = MoveOf(situation, common::v1::TRIGGER_STRUGGLING, students > 0);
  moved.set_students(students);
  if (row.shown().has_struggling()) moved.set_shown_students(row.shown().struggling());
  const auto* cut =
      turn.state().Find(kCuts, JoinKey(situation.key.team.district, situation.key.indicator));
  if (cut != nullptr) moved.set_cut(cut->bin() / 10.0);
  Emit(moved, turn);
}

void EvaluateTrigger(const Situation& situation, Trigger trigger, bool met, decider::Turn& turn) {
  const v1::EvidenceRow& row = EvidenceRowOf(situation.key, turn.state());
  if (IsMet(row, MetKey(trigger, "")) != met) Emit(MoveOf(situation, trigger, met), turn);
}

// The school year that an event is about, which it does not say: of two that are watched at a time,
// the one of its latest result, or the one that was behind.
std::string YearOf(const v1::EvidenceMoved& moved, const decider::State& state) {
  const TeamKey team{moved.district(), moved.school(), moved.team()};
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  if (row == nullptr) return "";
  const auto latest = core::ParseDate(moved.evidence().latest_result());
  std::string found;
  for (const v1::Watch& watch : row->watches()) {
    if (!IsSchoolYear(watch.cycle())) continue;
    if (!moved.met()) {
      const EvidenceKey key{team, watch.cycle(), moved.indicator()};
      if (IsMet(EvidenceRowOf(key, state), MetKey(moved.trigger(), ""))) return watch.cycle();
    } else if (latest && core::ToDays(*latest) >= watch.start()) {
      found = watch.cycle();  // they are in order
    }
  }
  return found;
}

// nullopt when the cycle is not watched.
std::optional<Situation> SituationOf(const EvidenceKey& evidence, const decider::State& state) {
  const auto* team = state.Find(kTeams, RowKeyOf(evidence.team));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, evidence.cycle);
  if (watch == nullptr) return std::nullopt;
  const std::string& district = evidence.team.district;
  const v1::EvidenceRow& row = EvidenceRowOf(evidence, state);
  Situation now{evidence,
                PolicyOf(state, district),
                *watch,
                CalendarOf(state, district, evidence.team.school),
                PoolsOf(row, KnownIn(state, district)),
                {},
                DesiredGrowthPerYear(evidence, *watch, state)};
  const int32_t rostered = watch->closed() ? watch->rostered_at_close() : team->rostered();
  now.numbers =
      NumbersOf(row, now.pools, rostered, *watch, now.desired_a_year, now.policy, now.calendar);
  if (row.shown().has_numbers()) {
    *now.numbers.mutable_shown() = row.shown().numbers();
  } else if (row.covered() == 0) {
    const auto nothing = NothingYet(rostered, disclosure::SmallestCell(now.policy));
    if (nothing) *now.numbers.mutable_shown() = *nothing;
  }
  return now;
}

}  // namespace

void EvaluateTriggers(const EvidenceKey& evidence, decider::Turn& turn) {
  const auto now = SituationOf(evidence, turn.state());
  if (!now) return;
  if (IsSchoolYear(evidence.cycle)) {
    const core::Date today =
        core::LocalDate(turn.now(), ZoneOf(turn.state(), evidence.team.district));
    const bool over = core::ToDays(today) > now->watch.end();
    return EvaluateGrowth(*now, common::v1::TRIGGER_BEHIND_FOR_YEAR, over, turn);
  }
  // That nobody has a result is said, too, once there is somebody.
  const v1::EvidenceRow& row = EvidenceRowOf(evidence, turn.state());
  if ((row.has_last() || now->numbers.covered() > 0 || now->numbers.rostered() > 0) &&
      !google::protobuf::util::MessageDifferencer::Equals(row.last(), now->numbers)) {
    v1::EvidenceSummarized summarized;
    summarized.set_district(evidence.team.district);
    summarized.set_school(evidence.team.school);
    summarized.set_team(evidence.team.team);
    summarized.set_cycle(evidence.cycle);
    summarized.set_indicator(evidence.indicator);
    *summarized.mutable_evidence() = now->numbers;
    if (row.shown().has_numbers()) {
      const std::vector<Pool> shown =
          PoolsOf(row.shown().sums(), KnownIn(turn.state(), evidence.team.district));
      const common::v1::PairedSums sums = ShownSums(MainOf(shown));
      if (sums.n() > 0) *summarized.mutable_shown_sums() = sums;
      if (row.shown().has_team_students()) {
        *summarized.mutable_team_students() = row.shown().team_students();
      }
    }
    turn.Emit(summarized, core::Key{evidence.team.district, evidence.team.school}.Text());
  }
  if (now->watch.closed()) return;
  EvaluateTrigger(*now, common::v1::TRIGGER_EVIDENCE_COMPLETE, now->IsComplete(), turn);
  EvaluateGrowth(*now, common::v1::TRIGGER_OFF_TRACK, false, turn);
  EvaluateGaps(*now, turn);
  EvaluateStruggling(*now, turn);
}

void EvaluateSoon(const std::string& district, const std::string& school, core::Instant time,
                  decider::State& state) {
  state.SetTimer(std::string(kComparedAnew) + JoinKey(district, school), time);
}

void DecideComparedAnew(std::string_view timer, decider::Turn& turn) {
  const std::string school(timer.substr(kComparedAnew.size()));
  for (const EvidenceKey& evidence : OpenUnder(JoinKey(school, ""), turn.state())) {
    EvaluateTriggers(evidence, turn);
  }
}

void EvaluateMidCycle(const EvidenceKey& evidence, decider::Turn& turn) {
  const auto now = SituationOf(evidence, turn.state());
  if (!now || now->watch.closed() || now->numbers.covered() == 0) return;
  EvaluateTrigger(*now, common::v1::TRIGGER_MID_CYCLE, true, turn);
}

void ForgetAlerts(const EvidenceKey& evidence, decider::State& state) {
  if (state.Find(kEvidence, RowKeyOf(evidence)) == nullptr) return;
  auto& met = *state.Edit(kEvidence, RowKeyOf(evidence)).mutable_met();
  met.erase(std::remove_if(met.begin(), met.end(), RaisesAlert), met.end());
}

void Apply(const v1::EvidenceSummarized& summarized, decider::State& state) {
  const EvidenceKey key{{summarized.district(), summarized.school(), summarized.team()},
                        summarized.cycle(),
                        summarized.indicator()};
  *state.Edit(kEvidence, RowKeyOf(key)).mutable_last() = summarized.evidence();
}

void Apply(const v1::EvidenceMoved& moved, decider::State& state) {
  if (moved.team().empty()) return ApplyPooled(moved, state);
  EvidenceKey key{
      {moved.district(), moved.school(), moved.team()}, moved.cycle(), moved.indicator()};
  if (moved.trigger() == common::v1::TRIGGER_BEHIND_FOR_YEAR) key.cycle = YearOf(moved, state);
  if (key.cycle.empty()) return;
  auto& met = *state.Edit(kEvidence, RowKeyOf(key)).mutable_met();
  const std::string one = MetKey(moved.trigger(), moved.group());
  const auto at = std::lower_bound(met.begin(), met.end(), one);
  const bool there = at != met.end() && *at == one;
  if (moved.met()) {
    Placed(met, one);
  } else if (there) {
    met.erase(at);
  }
}

}  // namespace throughline::evidence
