#include "evidence/domain/standing_cells.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "disclosure/smallest_cell.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/student_standing.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

using Stands = std::optional<v1::Struggling>;  // nullopt: nowhere

// The worst first.
constexpr v1::Struggling kWorstFirst[] = {v1::STRUGGLING_PERSISTING, v1::STRUGGLING_NEW,
                                          v1::STRUGGLING_RECOVERED, v1::STRUGGLING_UNSPECIFIED};

bool IsIn(const v1::StudentRow* student, const std::string& team) {
  return student != nullptr &&
         std::binary_search(student->teams().begin(), student->teams().end(), team);
}

// Those that the team's cycles work on.
std::set<std::string> IndicatorsOf(const v1::TeamRow& team) {
  std::set<std::string> indicators;
  for (const v1::Watch& watch : team.watches()) {
    if (IsSchoolYear(watch.cycle())) continue;
    for (const auto& one : watch.indicators()) indicators.insert(one.indicator());
  }
  return indicators;
}

// In one team, in the last of its cycles in which the student has a result, whatever others have:
// so the order in which results come leaves no trace. nullopt without any.
Stands InTeam(const decider::State& state, const TeamKey& team, const std::string& indicator,
              std::string_view student) {
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  if (row == nullptr) return std::nullopt;
  std::vector<const v1::ContributionRow*> contributions;
  for (const v1::Watch* watch : CyclesCounted(*row, indicator)) {
    const auto* one =
        state.Find(kContributions, ContributionKey({team, watch->cycle(), indicator}, student));
    if (contributions.empty() && (one == nullptr || !HasCurrent(*one))) continue;
    contributions.push_back(one);
    if (contributions.size() == kCyclesCompared) break;
  }
  if (contributions.empty()) return std::nullopt;
  return StandingOf(contributions).struggling;
}

// In all teams together.
Stands Together(const v1::StandingRow& row) {
  for (const v1::Struggling worst : kWorstFirst) {
    for (const auto& one : row.teams()) {
      if (one.struggling() == worst) return worst;
    }
  }
  return std::nullopt;
}

void SetTeam(const std::string& team, const Stands& stands, v1::StandingRow& row) {
  auto& teams = *row.mutable_teams();
  const auto at =
      std::lower_bound(teams.begin(), teams.end(), team,
                       [](const auto& one, const std::string& id) { return one.team() < id; });
  const bool there = at != teams.end() && at->team() == team;
  if (!stands) {
    if (there) teams.erase(at);
    return;
  }
  if (there) return at->set_struggling(*stands);
  v1::StandingRow::InTeam one;
  one.set_team(team);
  one.set_struggling(*stands);
  Placed(teams, one, [](const auto& a, const auto& b) { return a.team() < b.team(); });
}

void SetCells(const TeamKey& team, const v1::StudentRow& student, const decider::State& state,
              v1::StandingRow& row) {
  std::set<std::string> cells{std::string(kAllCell)};
  for (const std::string& id : student.class_ids()) {
    const auto* known = state.Find(kClasses, JoinKey(team.district, team.school, id));
    const bool counts = known != nullptr &&
                        std::any_of(row.teams().begin(), row.teams().end(),
                                    [&](const auto& one) { return one.team() == known->team(); });
    if (counts) cells.insert(std::string(kClassCell) + id);
  }
  for (const std::string& group : student.groups()) cells.insert(std::string(kGroupCell) + group);
  row.mutable_cells()->Assign(cells.begin(), cells.end());
}

Stands StandsIn(const std::string& cell, const v1::StandingRow& row) {
  if (!std::binary_search(row.cells().begin(), row.cells().end(), cell)) return std::nullopt;
  return Together(row);
}

using PendingStanding = v1::StrugglingCellRow::Pending;

// A student stands otherwise in a cell than before.
void NotePending(const std::string& student, const Stands& before, const Stands& now,
                 v1::StrugglingCellRow& cell) {
  Stands shown = before;
  if (const auto known = TakenOut(*cell.mutable_pending(), student)) {
    shown = known->has_shown() ? Stands(known->shown()) : std::nullopt;
  }
  if (shown == now) return;
  PendingStanding one;
  one.set_student(student);
  if (shown) one.set_shown(*shown);
  if (now) one.set_now(*now);
  PlacedByStudent(*cell.mutable_pending(), one);
}

bool StandsTheSame(const v1::StandingRow& a, const v1::StandingRow& b) {
  return std::equal(a.cells().begin(), a.cells().end(), b.cells().begin(), b.cells().end()) &&
         std::equal(a.teams().begin(), a.teams().end(), b.teams().begin(), b.teams().end(),
                    [](const auto& one, const auto& other) {
                      return one.team() == other.team() && one.struggling() == other.struggling();
                    });
}

// Adds the keys of the cells in which the student stands otherwise.
void NoteChanges(const std::string& key, const std::string& student, const v1::StandingRow& before,
                 const v1::StandingRow& now, decider::State& state, std::set<std::string>& moved) {
  std::set<std::string> cells(before.cells().begin(), before.cells().end());
  cells.insert(now.cells().begin(), now.cells().end());
  for (const std::string& cell : cells) {
    const Stands was = StandsIn(cell, before), is = StandsIn(cell, now);
    if (was == is) continue;
    std::string of_cell = JoinKey(key, cell);
    NotePending(student, was, is, state.Edit(kStrugglingCells, of_cell));
    moved.insert(std::move(of_cell));
  }
}

void NoteStanding(const TeamKey& team, const std::string& indicator, const std::string& student,
                  decider::State& state, std::set<std::string>& moved) {
  const auto* known = state.Find(kStudents, JoinKey(team.district, team.school, student));
  const std::string of_indicator = JoinKey(team.district, team.school, indicator);
  const std::string key = JoinKey(of_indicator, student);
  const auto* found = state.Find(kStandings, key);
  const v1::StandingRow before = found == nullptr ? v1::StandingRow() : *found;
  v1::StandingRow now = before;
  SetTeam(team.team,
          IsIn(known, team.team) ? InTeam(state, team, indicator, student) : std::nullopt, now);
  now.clear_cells();
  if (known != nullptr && !now.teams().empty()) SetCells(team, *known, state, now);
  if (StandsTheSame(before, now)) return;
  NoteChanges(of_indicator, student, before, now, state, moved);
  if (now.teams().empty()) return state.Erase(kStandings, key);
  state.Edit(kStandings, key) = std::move(now);
}

void Count(v1::Struggling stands, int64_t change, v1::StrugglingCellRow& cell) {
  cell.set_students(cell.students() + change);
  if (stands == v1::STRUGGLING_NEW) cell.set_anew(cell.anew() + change);
  if (stands == v1::STRUGGLING_PERSISTING) cell.set_persisting(cell.persisting() + change);
  if (stands == v1::STRUGGLING_RECOVERED) cell.set_recovered(cell.recovered() + change);
}

void Move(core::Instant time, v1::StrugglingCellRow& cell) {
  for (const PendingStanding& one : cell.pending()) {
    if (one.has_shown()) Count(one.shown(), -1, cell);
    if (one.has_now()) Count(one.now(), 1, cell);
  }
  cell.clear_pending();
  cell.set_as_of_ms(core::ToMillis(time));
}

}  // namespace

std::vector<const v1::Watch*> CyclesCounted(const v1::TeamRow& team, std::string_view indicator) {
  return CyclesOn(team, indicator, std::numeric_limits<int32_t>::max(), kCyclesCompared + 1);
}

CountedCycles CountedCyclesOf(const decider::State& state, const TeamKey& team) {
  CountedCycles counted;
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  if (row == nullptr) return counted;
  for (const std::string& indicator : IndicatorsOf(*row)) {
    for (const v1::Watch* watch : CyclesCounted(*row, indicator)) {
      counted.emplace(indicator, watch->cycle());
    }
  }
  return counted;
}

void TouchWhereCyclesChanged(const decider::State& state, const TeamKey& team,
                             const CountedCycles& before, TouchedStudents& touched) {
  const CountedCycles now = CountedCyclesOf(state, team);
  std::vector<CountedCycles::value_type> changed;
  std::set_symmetric_difference(before.begin(), before.end(), now.begin(), now.end(),
                                std::back_inserter(changed));
  for (const auto& [indicator, cycle] : changed) {
    std::set<std::string>& students = touched[{team, indicator}];
    const std::string prefix = ContributionKey({team, cycle, indicator}, "");
    state.ForEach(kContributions, prefix, [&](const std::string& key, const v1::ContributionRow&) {
      students.insert(key.substr(prefix.size()));
    });
  }
}

void TouchOnEveryIndicator(const decider::State& state, const TeamKey& team,
                           const std::set<std::string>& students, TouchedStudents& touched) {
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  if (row == nullptr) return;
  for (const std::string& indicator : IndicatorsOf(*row)) {
    touched[{team, indicator}].insert(students.begin(), students.end());
  }
}

void MoveStandings(decider::State& state, const TouchedStudents& touched, core::Instant time) {
  if (touched.empty()) return;
  std::set<std::string> moved;  // keys of cells
  for (const auto& [of, students] : touched) {
    for (const std::string& student : students) {
      NoteStanding(of.first, of.second, student, state, moved);
    }
  }
  const std::string& district = touched.begin()->first.first.district;  // an event is of one
  const int64_t smallest = disclosure::SmallestCell(PolicyOf(state, district));
  for (const std::string& cell : moved) {
    v1::StrugglingCellRow& row = state.Edit(kStrugglingCells, cell);
    if (row.pending_size() >= smallest) Move(time, row);
  }
}

}  // namespace throughline::evidence
