// How many students struggle, anew or still, and how many do no longer: of a school, of each of its
// classes and of each group, by indicator. Running numbers, a function of the events alone.
//
// How a student stands in a team is the rule of student_standing.h, in the last window in which
// there is a result of theirs; of one who is in two teams the worse counts, so that a student
// counts once. What readers are shown is a snapshot of each cell, which follows when a smallest
// cell of its students stand otherwise, all of them at once. Standings go back and forth, so a
// later snapshot may differ from an earlier one by fewer students: therefore readers are told whole
// smallest cells of it only (struggling_counts.h).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/date.h"
#include "decider/decider.h"
#include "evidence/domain/team_keys.h"

namespace throughline::evidence {

// Names of cells: all students of the school; and before the class's id or the group.
inline constexpr std::string_view kAllCell = "all";
inline constexpr std::string_view kClassCell = "class/";
inline constexpr std::string_view kGroupCell = "group/";

// Students who may stand otherwise after an event, by team and indicator: of whom it changes what
// they add to a cycle of the team, or what the roster says. Each once, however often it does.
using TouchedStudents = std::map<std::pair<TeamKey, std::string>, std::set<std::string>>;

// The latest cycles of the team on the indicator, the latest first: a student is counted in a team
// as they stand in the last of them in which they have a result. One more than are compared, since
// the next cycle is watched before it begins.
std::vector<const v1::Watch*> CyclesCounted(const v1::TeamRow& team, std::string_view indicator);

// For Apply, when the team's cycles change: they are asked for before, and whoever has a result in
// one that is counted no more, or was not, is touched afterwards.
using CountedCycles = std::set<std::pair<std::string, std::string>>;  // indicator, cycle
CountedCycles CountedCyclesOf(const decider::State& state, const TeamKey& team);
void TouchWhereCyclesChanged(const decider::State& state, const TeamKey& team,
                             const CountedCycles& before, TouchedStudents& touched);

// These students of the team on every indicator of its cycles.
void TouchOnEveryIndicator(const decider::State& state, const TeamKey& team,
                           const std::set<std::string>& students, TouchedStudents& touched);

// For Apply, when all that an event says is applied: notes how they stand now, and moves the cells
// of their schools in which enough students stand otherwise.
void MoveStandings(decider::State& state, const TouchedStudents& touched, core::Instant time);

}  // namespace throughline::evidence
