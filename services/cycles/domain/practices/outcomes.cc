#include "cycles/domain/practices/outcomes.h"

#include <google/protobuf/util/message_differencer.h>

#include <charconv>
#include <optional>
#include <set>
#include <vector>

#include "cycles/domain/impact.h"
#include "cycles/domain/practices/adoption.h"
#include "cycles/domain/practices/comparison.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/net_effects.h"
#include "cycles/domain/practices/paired_sums.h"
#include "cycles/domain/revised_impact.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

using Ids = std::set<std::string>;

// The practices of the texts, as the partition knows them.
template <class Texts>
Ids PracticesOf(const Texts& texts, const std::string& district, const decider::State& state) {
  Ids ids;
  for (const std::string& text : texts)
    ids.insert(PracticeNamed(state, kKnownLibrary, district, text));
  ids.erase("");
  return ids;
}

std::string OutcomeKey(const v1::CycleOutcome& outcome) {
  return JoinKey(outcome.cycle(), outcome.indicator());
}

// The sums of the outcome's window: of all, or of those that used the practice.
template <class Change>
void ChangeSums(const v1::CycleOutcome& outcome, const std::string& practice, const Change& change,
                decider::State& state) {
  const std::string measured = JoinKey(outcome.district(), MeasureOf(outcome));
  const auto table = practice.empty() ? kWindowSums : kUserSums;
  const std::string key = practice.empty()
                              ? JoinKey(measured, outcome.start(), outcome.end())
                              : JoinKey(measured, practice, outcome.start(), outcome.end());
  v1::WindowSumsRow& row = state.Edit(table, key);
  row.set_start(outcome.start());
  row.set_end(outcome.end());
  row.set_practice(practice);
  change(row);
  if (row.cycles() == 0) state.Erase(table, key);
}

template <class Change>
void ChangeAllSums(const v1::CycleOutcome& outcome, const Change& change, decider::State& state) {
  if (outcome.sums().n() == 0) return;
  ChangeSums(outcome, "", change, state);
  for (const std::string& practice : Renamed(outcome.in_use(), outcome.district(), state)) {
    ChangeSums(outcome, practice, change, state);
  }
}

void PutIn(const v1::CycleOutcome& outcome, decider::State& state) {
  ChangeAllSums(
      outcome, [&](auto& row) { cycles::PutIn(outcome.sums(), row); }, state);
  const std::string& district = outcome.district();
  v1::CycleOutcome renamed = outcome;
  const Ids nominated = Renamed(outcome.nominated(), district, state);
  renamed.mutable_nominated()->Assign(nominated.begin(), nominated.end());
  for (const std::string& practice : Renamed(outcome.used(), district, state)) {
    state.Edit(kUserOutcomes, JoinKey(district, practice, OutcomeKey(outcome))) = renamed;
  }
}

void TakeOut(const v1::CycleOutcome& outcome, decider::State& state) {
  ChangeAllSums(
      outcome, [&](auto& row) { cycles::TakeOut(outcome.sums(), row); }, state);
  for (const std::string& practice : Renamed(outcome.used(), outcome.district(), state)) {
    state.Erase(kUserOutcomes, JoinKey(outcome.district(), practice, OutcomeKey(outcome)));
  }
}

// Cycles of a team are in the order of their ids.
void NoteStudents(const v1::CycleOutcome& outcome, decider::State& state) {
  const std::string key =
      JoinKey(outcome.district(), outcome.indicator(), outcome.school(), outcome.team());
  const auto* known = state.Find(kTeamStudents, key);
  if (outcome.sums().n() == 0 || (known != nullptr && known->cycle() > outcome.cycle())) return;
  v1::TeamStudentsRow& row = state.Edit(kTeamStudents, key);
  row.set_school(outcome.school());
  row.set_team(outcome.team());
  row.set_students(outcome.sums().n());
  row.set_cycle(outcome.cycle());
  row.set_as_of_ms(outcome.evidence_as_of_ms());
  if (outcome.has_team_students()) *row.mutable_of() = outcome.team_students();
}

// The students of a team are those of its last closed cycle: of the one before that which is open
// again.
void ForgetStudents(const v1::CycleOutcome& withdrawn, decider::State& state) {
  const std::string key =
      JoinKey(withdrawn.district(), withdrawn.indicator(), withdrawn.school(), withdrawn.team());
  const auto* known = state.Find(kTeamStudents, key);
  if (known == nullptr || known->cycle() != withdrawn.cycle()) return;
  state.Erase(kTeamStudents, key);
  const size_t digits = withdrawn.cycle().rfind('-');
  int number = 0;
  if (digits == std::string::npos) return;
  std::from_chars(withdrawn.cycle().data() + digits + 1,
                  withdrawn.cycle().data() + withdrawn.cycle().size(), number);
  while (--number > 0) {
    const std::string id =
        CycleId(withdrawn.district(), withdrawn.school(), withdrawn.team(), number);
    const auto* earlier =
        state.Find(kOutcomes, JoinKey(withdrawn.district(), id, withdrawn.indicator()));
    if (earlier != nullptr && earlier->sums().n() > 0) return NoteStudents(*earlier, state);
  }
}

std::string WindowOf(const v1::CycleOutcome& outcome) {
  return JoinKey(MeasureOf(outcome), outcome.start(), outcome.end());
}

// What is to be assessed anew because of the outcome.
void AddStale(const v1::CycleOutcome& outcome, const decider::State& state, Stale& stale) {
  stale.practices.merge(Renamed(outcome.used(), outcome.district(), state));
  if (outcome.sums().n() > 0) stale.measures.insert(MeasureOf(outcome));
  stale.windows.insert(WindowOf(outcome));
}

double PredictionOf(const v1::Cycle& cycle, const std::string& indicator) {
  const v1::Impact* impact = ImpactOn(cycle, indicator);
  return impact == nullptr ? 0 : impact->predicted_effect();
}

void Report(const v1::Cycle& closed, const std::string& indicator, decider::Turn& turn) {
  const std::string& district = closed.district();
  v1::OutcomeReported reported;
  v1::CycleOutcome& outcome = *reported.mutable_outcome();
  outcome.set_district(district);
  outcome.set_school(closed.school());
  outcome.set_team(closed.team());
  outcome.set_cycle(closed.cycle());
  outcome.set_indicator(indicator);
  outcome.set_start(closed.start());
  outcome.set_end(closed.end());
  const std::string key = JoinKey(district, closed.school(), closed.cycle(), indicator);
  if (const auto* sums = turn.state().Find(kShownSums, key)) {
    *outcome.mutable_sums() = *sums;
    outcome.set_basis(EvidenceOf(closed, indicator).shown().basis());
    outcome.set_evidence_as_of_ms(EvidenceOf(closed, indicator).shown().as_of_ms());
    const auto* latest = turn.state().Find(
        kLatestStudents, JoinKey(district, closed.school(), closed.team(), indicator));
    if (latest != nullptr && latest->cycle() == closed.cycle()) {
      *outcome.mutable_team_students() = latest->of();
    }
  }
  const Ids used = PracticesOf(closed.artefacts().design().practices(), district, turn.state());
  if (used.empty() && !outcome.has_sums()) return;
  Ids in_use = PracticesInUse(closed, turn.state());
  in_use.insert(used.begin(), used.end());
  const Ids nominated =
      PracticesOf(closed.artefacts().refinement().promising_practices(), district, turn.state());
  outcome.mutable_used()->Assign(used.begin(), used.end());
  outcome.mutable_in_use()->Assign(in_use.begin(), in_use.end());
  outcome.mutable_nominated()->Assign(nominated.begin(), nominated.end());
  outcome.set_problem(closed.artefacts().analysis().problem());
  outcome.set_predicted_effect(PredictionOf(closed, indicator));
  turn.Emit(reported, core::Key{district, closed.school()}.Text(),
            decider::Delivery::ToKey(district));
}

}  // namespace

// Of a design that is older than the library, the names are not told yet.
void ReportOutcomes(const v1::Cycle& closed, decider::Turn& turn) {
  NotePractices(closed, turn);
  for (const auto& one : closed.indicators()) Report(closed, one.indicator(), turn);
}

void ReportOutcome(const v1::Cycle& closed, const std::string& indicator, decider::Turn& turn) {
  NotePractices(closed, turn);
  Report(closed, indicator, turn);
}

void WithdrawOutcomes(const v1::Cycle& reopened, decider::Turn& turn) {
  for (const auto& one : reopened.indicators()) {
    v1::OutcomeReported reported;
    v1::CycleOutcome& outcome = *reported.mutable_outcome();
    outcome.set_district(reopened.district());
    outcome.set_school(reopened.school());
    outcome.set_team(reopened.team());
    outcome.set_cycle(reopened.cycle());
    outcome.set_indicator(one.indicator());
    outcome.set_withdrawn(true);
    turn.Emit(reported, core::Key{reopened.district(), reopened.school()}.Text(),
              decider::Delivery::ToKey(reopened.district()));
  }
}

void Decide(const v1::OutcomeReported& reported, decider::Turn& turn) {
  const v1::CycleOutcome& outcome = reported.outcome();
  const auto* known =
      turn.state().Find(kOutcomes, JoinKey(outcome.district(), OutcomeKey(outcome)));
  if (known == nullptr && outcome.withdrawn()) return;
  using google::protobuf::util::MessageDifferencer;
  if (known != nullptr && MessageDifferencer::Equals(*known, outcome)) return;
  v1::OutcomeNoted noted;
  *noted.mutable_outcome() = outcome;
  turn.Emit(noted, outcome.district());
}

void Apply(const v1::OutcomeNoted& noted, core::Instant time, decider::State& state) {
  const v1::CycleOutcome& outcome = noted.outcome();
  const std::string key = JoinKey(outcome.district(), OutcomeKey(outcome));
  Stale stale;
  std::optional<v1::CycleOutcome> before;
  if (const auto* known = state.Find(kOutcomes, key)) before = *known;
  if (before) {
    TakeOut(*before, state);
    AddStale(*before, state, stale);
  }
  if (outcome.withdrawn()) {
    state.Erase(kOutcomes, key);
    if (before) TakeOutOfWindow(*before, state);
    ForgetStudents(outcome, state);
  } else {
    state.Edit(kOutcomes, key) = outcome;
    AddStale(outcome, state, stale);
    PutIn(outcome, state);
    PutInWindow(outcome, before ? &*before : nullptr, state);
    NoteStudents(outcome, state);
  }
  SetAssessment(outcome.district(), stale, time, state);
}

void MoveOutcomes(const v1::Practice& merged, decider::State& state, Stale& stale) {
  std::vector<v1::CycleOutcome> outcomes;
  state.ForEach(kOutcomes, JoinKey(merged.district(), ""),
                [&](const std::string&, const v1::CycleOutcome& outcome) {
                  const Ids named = Renamed(outcome.in_use(), merged.district(), state);
                  const Ids nominated = Renamed(outcome.nominated(), merged.district(), state);
                  const bool was_used = named.contains(merged.practice());
                  if (was_used) stale.windows.insert(WindowOf(outcome));
                  if (was_used || nominated.contains(merged.practice())) {
                    outcomes.push_back(outcome);
                  }
                });
  for (const v1::CycleOutcome& outcome : outcomes) TakeOut(outcome, state);
  Store(merged, kLibrary, state);
  for (const v1::CycleOutcome& outcome : outcomes) PutIn(outcome, state);
}

}  // namespace throughline::cycles
