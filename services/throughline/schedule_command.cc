#include <fmt/format.h>

#include <iostream>

#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/failure.h"
#include "throughline/show.h"

namespace throughline {

namespace {

using cycles::v1::CyclesService;

struct ScheduleCommand {
  ConnectionOptions connection;
  std::string district, school, team, start;
  std::vector<std::string> indicators;
  bool json = false;
};

int RunSchedule(const ScheduleCommand& command) {
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  cycles::v1::ScheduleCycleRequest request;
  request.set_district(command.district);
  request.set_school(command.school);
  request.set_team(command.team);
  request.set_start(command.start);
  request.mutable_indicators()->Assign(command.indicators.begin(), command.indicators.end());
  auto scheduled = Call(*connection->cycles, &CyclesService::Stub::ScheduleCycle, request);
  if (!scheduled) return Fail(scheduled.error());
  connection->Settle();
  if (command.json) {
    PrintJson(*scheduled, std::cout);
    return kDone;
  }
  const cycles::v1::Cycle& cycle = scheduled->cycle();
  std::cout << fmt::format("Cycle {} of {} {}, {} to {}: {}\n", cycle.number(), cycle.school(),
                           cycle.team(), cycle.start(), cycle.end(), cycle.cycle());
  for (const common::v1::Finding& finding : scheduled->findings()) {
    std::cout << fmt::format("Note: {}\n", finding.message());
  }
  return kDone;
}

}  // namespace

void AddSchedule(CommandLine& line) {
  auto command = std::make_shared<ScheduleCommand>();
  CLI::App& app = line.Add(
      "schedule", "Schedules the first inquiry cycle of a team",
      "  throughline schedule --district lakeside --school north --team grade-3 \\\n"
      "      --indicator close-reading --start 2026-09-07 --connect 127.0.0.1:7400\n"
      "\n"
      "From then on the team's results are watched, and closing a cycle schedules the next one.\n"
      "`throughline show assessments` says which assessments observe which indicators.",
      [command] { return RunSchedule(*command); });
  AddDistrict(app, command->district);
  app.add_option("--school", command->school, "Id of the school")->required()->type_name("ID");
  app.add_option("--team", command->team, "Id of the team")->required()->type_name("ID");
  app.add_option("--indicator", command->indicators, "What the team works on; one to four times")
      ->required()
      ->type_name("ID");
  app.add_option("--start", command->start,
                 "First day, such as 2026-09-07; the next instructional day when it is none")
      ->required()
      ->type_name("DATE");
  AddConnection(app, command->connection);
  command->connection.must_exist = true;
  app.add_flag("--json", command->json, "Prints the cycle as JSON");
}

}  // namespace throughline
