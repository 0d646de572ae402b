#include "evidence/domain/standing_cells.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "core/keys_under.h"
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
  PlacedByStudent(*cell.mutable_pending(), std::move(one));
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

// Notes how students of a team stand on an indicator. What they have in common is looked up once,
// and rows that stay as they are are compared in memory that is used again.
class TeamStandings {
 public:
  TeamStandings(const TeamKey& team, const std::string& indicator, decider::State& state)
      : team_(team.team),
        state_(state),
        of_indicator_(JoinKey(team.district, team.school, indicator)),
        standings_(of_indicator_),
        students_(team.district, team.school),
        classes_(team.district, team.school) {
    const auto* row = state.Find(kTeams, RowKeyOf(team));
    if (row == nullptr) return;
    for (const v1::Watch* watch : CyclesCounted(*row, indicator)) {
      cycles_.emplace_back(RowKeyOf(EvidenceKey{team, watch->cycle(), indicator}));
    }
  }

  // Adds the keys of the cells in which the student stands otherwise than before.
  void Note(const std::string& student, std::set<std::string>& moved) {
    const auto* known = state_.Find(kStudents, students_.Of(student));
    const std::string_view key = standings_.Of(student);
    const auto* found = state_.Find(kStandings, key);
    const auto& before = found == nullptr ? v1::StandingRow::default_instance() : *found;
    now_ = before;
    SetTeam(team_, IsIn(known, team_) ? InTeam(student) : std::nullopt, now_);
    now_.clear_cells();
    if (known != nullptr && !now_.teams().empty()) SetCells(*known);
    if (StandsTheSame(before, now_)) return;
    NoteChanges(of_indicator_, student, before, now_, state_, moved);
    if (now_.teams().empty()) return state_.Erase(kStandings, key);
    state_.Edit(kStandings, key) = now_;
  }

 private:
  // In the last of the team's cycles in which the student has a result, whatever others have: so
  // the order in which results come leaves no trace. nullopt without any.
  Stands InTeam(std::string_view student) {
    contributions_.clear();
    for (core::KeysUnder& cycle : cycles_) {
      const auto* one = state_.Find(kContributions, cycle.Of(student));
      if (contributions_.empty() && (one == nullptr || !HasCurrent(*one))) continue;
      contributions_.push_back(one);
      if (contributions_.size() == kCyclesCompared) break;
    }
    if (contributions_.empty()) return std::nullopt;
    return StandingOf(contributions_).struggling;
  }

  void SetCells(const v1::StudentRow& student) {
    auto& cells = *now_.mutable_cells();
    const auto add = [&](std::string_view kind, std::string_view id) {
      std::string& cell = *cells.Add();
      cell = kind;
      cell += id;
    };
    add(kAllCell, "");
    for (const std::string& id : student.class_ids()) {
      const auto* known = state_.Find(kClasses, classes_.Of(id));
      const bool counts = known != nullptr &&
                          std::any_of(now_.teams().begin(), now_.teams().end(),
                                      [&](const auto& one) { return one.team() == known->team(); });
      if (counts) add(kClassCell, id);
    }
    for (const std::string& group : student.groups()) add(kGroupCell, group);
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  }

  const std::string& team_;
  decider::State& state_;
  const std::string of_indicator_;
  core::KeysUnder standings_, students_, classes_;
  std::vector<core::KeysUnder> cycles_;  // what students add to those counted, the latest first
  std::vector<const v1::ContributionRow*> contributions_;
  v1::StandingRow now_;
};

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
    TeamStandings standings(of.first, of.second, state);
    for (const std::string& student : students) standings.Note(student, moved);
  }
  const std::string& district = touched.begin()->first.first.district;  // an event is of one
  const int64_t smallest = disclosure::SmallestCell(PolicyOf(state, district));
  for (const std::string& cell : moved) {
    v1::StrugglingCellRow& row = state.Edit(kStrugglingCells, cell);
    if (row.pending_size() >= smallest) Move(time, row);
  }
}

}  // namespace throughline::evidence
