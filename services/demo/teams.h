// The teams of the demo at work, one day at a time, through the services' own calls. What a team
// does on a day follows from its script and the day alone, and every call has a request id made
// from what it is about: living a day again changes nothing.
#pragma once

#include "core/instructional_calendar.h"
#include "demo/plans.h"
#include "demo/script.h"
#include "demo/waves.h"
#include "throughline/connection.h"

namespace throughline::demo {

class DemoTeams {
 public:
  // `plans` answers the reviews of plans; `waves` says who may begin with a practice.
  DemoTeams(const DemoScript& script, Connection& connection, DemoPlans& plans, DemoWaves& waves)
      : script_(script), connection_(connection), plans_(plans), waves_(waves) {}

  // Everything that teams do on this day.
  core::Result<void> Live(core::Date day);

 private:
  core::Result<void> Schedule(const DemoTeam& team);
  core::Result<void> Retire(const DemoTeam& team);
  core::Result<void> Work(const DemoTeam& team, const cycles::v1::Cycle& cycle, core::Date day);
  core::Result<void> Leave(const DemoTeam& team, const cycles::v1::Cycle& cycle,
                           cycles::v1::CycleState phase, core::Date day);
  // The practices of the team's cycle.
  core::Result<std::vector<const DemoTeamPractice*>> PracticesIn(const DemoTeam& team,
                                                                 const cycles::v1::Cycle& cycle);
  core::Result<void> Analyze(const DemoTeam& team, const cycles::v1::Cycle& cycle);
  core::Result<void> Design(const DemoTeam& team, const cycles::v1::Cycle& cycle);
  core::Result<void> Look(const DemoTeam& team, const cycles::v1::Cycle& cycle, core::Date day);
  core::Result<void> Refine(const DemoTeam& team, const cycles::v1::Cycle& cycle);
  const std::string& NameOf(const std::string& practice) const;
  core::Result<void> AnswerReviews(core::Date day);

  const DemoScript& script_;
  // Teams count on every weekday; the days that matter to a cycle are those that the services say.
  const core::InstructionalCalendar calendar_;
  Connection& connection_;
  DemoPlans& plans_;
  DemoWaves& waves_;
};

}  // namespace throughline::demo
