// Where the measures of a plan in force stand. Of one that an indicator feeds by what readers are
// shown of the cycles of the school's teams, and of one that an assessment feeds by what evidence
// releases of the school's results on it: so nothing can be found by it that they are not shown.
#pragma once

#include <string>
#include <vector>

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/measure.pb.h"
#include "throughline/cycles/v1/rows.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"

namespace throughline::cycles {

// Pure. `cycles` as readers are shown them, of each team in order; the latest one that has numbers
// of an indicator on an absolute basis counts for the team. `means` are those of the school, each
// of another assessment; one of another school year than the plan's says nothing of it, nor does
// one that was released when fewer than `smallest` students could be shown.
std::vector<v1::MeasureStanding> StandingsOf(const plans::v1::PlanInForceNoted& plan,
                                             const std::vector<v1::Cycle>& cycles,
                                             const std::vector<v1::SchoolMeanNoted>& means,
                                             int64_t smallest,
                                             const core::InstructionalCalendar& calendar);
// The keys of the cycles to read for that, of a row of kTeamCycles: the latest ones, in order.
void AddLatestCycles(std::string_view team_key, const v1::TeamCyclesRow& team,
                     std::vector<std::string>& keys);
// By the state as it is.
std::vector<v1::MeasureStanding> MeasuresNow(const plans::v1::PlanInForceNoted& plan,
                                             const decider::State& state);

// What a school stands at on an assessment is noted, of its latest school year.
void Decide(const evidence::v1::SchoolMeanReleased& released, decider::Turn& turn);
void Apply(const v1::SchoolMeanNoted& noted, decider::State& state);

}  // namespace throughline::cycles
