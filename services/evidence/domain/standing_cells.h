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

#include <string>
#include <string_view>

#include "core/date.h"
#include "decider/decider.h"
#include "evidence/domain/team_keys.h"

namespace throughline::evidence {

// Names of cells: all students of the school; and before the class's id or the group.
inline constexpr std::string_view kAllCell = "all";
inline constexpr std::string_view kClassCell = "class/";
inline constexpr std::string_view kGroupCell = "group/";

// For Apply, after what the student adds to a cycle of the team changed.
void NoteStanding(decider::State& state, const TeamKey& team, const std::string& indicator,
                  std::string_view student);
// The same of every indicator of the team's cycles, after the roster changed.
void NoteStandings(decider::State& state, const TeamKey& team, std::string_view student);

// For Apply, when all that an event says of the team is noted: moves the cells of its school in
// which enough students stand otherwise.
void MoveStandings(decider::State& state, const TeamKey& team, core::Instant time);

}  // namespace throughline::evidence
