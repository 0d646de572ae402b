#include "cycles/domain/practices/practice_standing.h"

#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "cycles/domain/practices/assessment.h"
#include "cycles/domain/practices/assessments_due.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/net_effects.h"
#include "cycles/domain/practices/told_teams.h"
#include "cycles/domain/tables.h"
#include "cycles/domain/waves/assigned_by_lot.h"
#include "disclosure/smallest_cell.h"

namespace throughline::cycles {

namespace {

WindowRows RowsIn(Table<v1::WindowSumsRow> table, const std::string& prefix,
                  const decider::State& state) {
  WindowRows rows;
  state.ForEach(table, prefix,
                [&](const std::string&, const v1::WindowSumsRow& row) { rows.push_back(row); });
  return rows;
}

// Of all teams, by measure: read once, whatever the number of practices.
using AllWindows = std::map<std::string, WindowRows>;

const WindowRows& WindowsOf(const std::string& measure, const std::string& prefix, AllWindows& all,
                            const decider::State& state) {
  const auto [at, is_new] = all.try_emplace(measure);
  if (is_new) at->second = RowsIn(kWindowSums, prefix, state);
  return at->second;
}

std::vector<Studied> StudiedOf(const v1::Practice& practice, int64_t smallest,
                               const decider::State& state, AllWindows& all) {
  const std::string& district = practice.district();
  std::map<std::string, ComparedByWindow> others;  // by measure
  std::vector<v1::CycleOutcome> outcomes;
  state.ForEach(
      kUserOutcomes, JoinKey(district, practice.practice(), ""),
      [&](const std::string&, const v1::CycleOutcome& outcome) { outcomes.push_back(outcome); });
  std::vector<Studied> studied;
  for (const v1::CycleOutcome& outcome : outcomes) {
    const std::string measure = MeasureOf(outcome);
    auto at = others.find(measure);
    if (at == others.end()) {
      const std::string measured = JoinKey(district, measure);
      auto windows =
          WithoutUsers(WindowsOf(measure, JoinKey(measured, ""), all, state),
                       RowsIn(kUserSums, JoinKey(measured, practice.practice(), ""), state));
      at = others.emplace(measure, std::move(windows)).first;
    }
    studied.push_back(Study(outcome, at->second.Of(outcome), smallest));
    studied.back().by_lot =
        IsByLot(district, practice.practice(), outcome.school(), outcome.team(), state);
  }
  return studied;
}

std::vector<v1::Adoption> AdoptersOf(const v1::Practice& practice, const decider::State& state) {
  std::vector<v1::Adoption> adopters;
  state.ForEach(kAdopters, JoinKey(practice.district(), practice.practice(), ""),
                [&](const std::string&, const v1::Adoption& one) { adopters.push_back(one); });
  return adopters;
}

v1::PracticeAssessment Assess(const v1::Practice& practice, const decider::State& state,
                              AllWindows& all) {
  const int64_t smallest = disclosure::SmallestCell(district::PolicyOf(state, practice.district()));
  return AssessmentOf(practice, StudiedOf(practice, smallest, state, all),
                      AdoptersOf(practice, state), smallest);
}

// The practices that are to be assessed.
std::set<std::string> PracticesOf(const std::string& district, const v1::AssessmentsDueRow& due,
                                  const decider::State& state) {
  std::set<std::string> practices(due.practices().begin(), due.practices().end());
  for (const std::string& measure : due.indicators()) {
    state.ForEach(kUserSums, JoinKey(district, measure, ""),
                  [&](const std::string&, const v1::WindowSumsRow& row) {
                    practices.insert(row.practice());
                  });
  }
  return practices;
}

void Tell(const v1::Practice& practice, v1::PracticeStanding before,
          const v1::PracticeAssessment& assessment, decider::Turn& turn) {
  v1::PracticeStandingChanged changed;
  changed.set_district(practice.district());
  v1::PracticeFinding& finding = *changed.mutable_practice();
  finding.set_practice(practice.practice());
  finding.set_name(practice.name());
  finding.set_before(before);
  *finding.mutable_assessment() = assessment;
  turn.Emit(changed, practice.district(), decider::Delivery::ToEveryPartition());
}

}  // namespace

void DecideAssessments(std::string_view timer, decider::Turn& turn) {
  const std::string district(timer.substr(kAssessmentDue.size()));
  const auto* due = turn.state().Find(kAssessmentsDue, district);
  if (due == nullptr || !due->is_set()) return;
  v1::PracticesAssessed assessed;
  assessed.set_district(district);
  struct Moved {
    v1::Practice practice;
    v1::PracticeStanding before;
    v1::PracticeAssessment now;
  };
  std::vector<Moved> moved;
  AllWindows all;
  const v1::AssessmentsDueRow wanted = *due;
  PublishNetEffects(district, wanted, turn);
  for (const std::string& id : PracticesOf(district, wanted, turn.state())) {
    const auto* practice = FindPractice(turn.state(), kLibrary, district, id);
    if (practice == nullptr || practice->state() == v1::PRACTICE_STATE_MERGED) continue;
    const v1::PracticeAssessment now = Assess(*practice, turn.state(), all);
    const auto* before = turn.state().Find(kAssessments, JoinKey(district, id));
    using google::protobuf::util::MessageDifferencer;
    if (before != nullptr && MessageDifferencer::Equals(*before, now)) continue;
    *assessed.add_assessments() = now;
    const auto standing =
        before == nullptr ? v1::PRACTICE_STANDING_UNSPECIFIED : before->standing();
    if (standing != now.standing()) moved.push_back({*practice, standing, now});
  }
  turn.Emit(assessed, district);
  for (const Moved& one : moved) Tell(one.practice, one.before, one.now, turn);
}

}  // namespace throughline::cycles
