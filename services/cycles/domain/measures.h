// Where the measures of a plan in force stand that an indicator feeds: by what readers are shown of
// the cycles of the school's teams, so that nothing can be found by it that they are not shown.
#pragma once

#include <string>
#include <vector>

#include "core/instructional_calendar.h"
#include "decider/state.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/measure.pb.h"
#include "throughline/cycles/v1/rows.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"

namespace throughline::cycles {

// Pure. `cycles` as readers are shown them, of each team in order; the latest one that has numbers
// of an indicator on an absolute basis counts for the team.
std::vector<v1::MeasureStanding> StandingsOf(const plans::v1::PlanInForceNoted& plan,
                                             const std::vector<v1::Cycle>& cycles,
                                             const core::InstructionalCalendar& calendar);
// The keys of the cycles to read for that, of a row of kTeamCycles: the latest ones, in order.
void AddLatestCycles(std::string_view team_key, const v1::TeamCyclesRow& team,
                     std::vector<std::string>& keys);
// By the state as it is.
std::vector<v1::MeasureStanding> MeasuresNow(const plans::v1::PlanInForceNoted& plan,
                                             const decider::State& state);

}  // namespace throughline::cycles
