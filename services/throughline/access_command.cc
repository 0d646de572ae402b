#include <fmt/format.h>

#include <iostream>

#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using plans::v1::EmergencyAccess;
using plans::v1::PlansService;

struct AccessCommand {
  ConnectionOptions connection;
  std::string district, school, reason, access;
  int32_t minutes = 0;
  bool json = false;
};
using RunAccess = int (*)(Connection& connection, const AccessCommand& command);

// Until when it may be used, or when it was over.
std::string EndOf(const EmergencyAccess& access, const DistrictClock& clock) {
  return clock.Format(access.ended_ms() == 0 ? access.until_ms() : access.ended_ms());
}

int Take(Connection& connection, const AccessCommand& command) {
  plans::v1::TakeEmergencyAccessRequest request;
  request.set_district(command.district);
  request.set_school(command.school);
  request.set_reason(command.reason);
  request.set_minutes(command.minutes);
  const auto taken = Call(*connection.plans, &PlansService::Stub::TakeEmergencyAccess, request);
  if (!taken) return Fail(taken.error());
  connection.Settle();
  if (command.json) {
    PrintJson(*taken, std::cout);
    return kDone;
  }
  const EmergencyAccess& access = taken->access();
  std::cout << fmt::format(
      "You may know the students of {} until {}. The privacy officer is told.\n"
      "Give it back as soon as you can:\n"
      "  throughline access end --district {} --school {} --access {}\n",
      access.school(), EndOf(access, DistrictClock::Of(connection, command.district)),
      access.district(), access.school(), access.access());
  return kDone;
}

int End(Connection& connection, const AccessCommand& command) {
  plans::v1::EndEmergencyAccessRequest request;
  request.set_district(command.district);
  request.set_school(command.school);
  request.set_access(command.access);
  const auto ended = Call(*connection.plans, &PlansService::Stub::EndEmergencyAccess, request);
  if (!ended) return Fail(ended.error());
  connection.Settle();
  if (command.json) {
    PrintJson(*ended, std::cout);
    return kDone;
  }
  std::cout << fmt::format("Access to {} is over since {}.\n", ended->access().school(),
                           EndOf(ended->access(), DistrictClock::Of(connection, command.district)));
  return kDone;
}

int List(Connection& connection, const AccessCommand& command) {
  plans::v1::ListEmergencyAccessRequest request;
  request.set_district(command.district);
  const auto listed =
      CallPages(*connection.plans, &PlansService::Stub::ListEmergencyAccess, request);
  if (!listed) return Fail(listed.error());
  if (command.json) {
    PrintJson(*listed, std::cout);
    return kDone;
  }
  const DistrictClock clock = DistrictClock::Of(connection, command.district);
  Table table({{"FROM"}, {"UNTIL"}, {"ENDED"}, {"SCHOOL"}, {"WHO"}, {"AS"}, {"WHY"}, {"ACCESS"}});
  for (const EmergencyAccess& access : listed->access()) {
    table.Add({clock.Format(access.from_ms()), clock.Format(access.until_ms()),
               clock.Format(access.ended_ms()), access.school(), access.subject(), access.role(),
               access.reason(), access.access()});
  }
  table.Print(std::cout, "Nobody took access in an emergency.");
  return kDone;
}

int Run(RunAccess run, const AccessCommand& command) {
  auto connection = Connection::Open(command.connection);
  return connection ? run(*connection, command) : Fail(connection.error());
}

// One command of `access`; the options that it shares with the others are added.
CLI::App& AddOne(CommandLine& line, CLI::App& access, const std::string& name,
                 const std::string& description, const std::string& example, RunAccess run,
                 const std::shared_ptr<AccessCommand>& command) {
  CLI::App& app =
      line.AddTo(access, name, description, example, [run, command] { return Run(run, *command); });
  AddDistrict(app, command->district);
  command->connection.must_exist = true;
  AddConnection(app, command->connection);
  app.add_flag("--json", command->json, "Prints the response as JSON (proto3)");
  return app;
}

void AddSchool(CLI::App& app, AccessCommand& command) {
  app.add_option("--school", command.school, "Id of the school")->required()->type_name("ID");
}

}  // namespace

void AddAccess(CommandLine& line) {
  CLI::App& access =
      line.Add("access", "Takes access to who students are in an emergency, ends it, lists it",
               "  throughline access take --district lakeside --school north --minutes 30 \\\n"
               "      --reason \"A child is missing after the trip\" --connect 127.0.0.1:7400\n"
               "\n"
               "It is on record, and the privacy officer is told at once.",
               nullptr);
  access.require_subcommand(1);
  auto take = std::make_shared<AccessCommand>();
  CLI::App& taking =
      AddOne(line, access, "take", "Takes access to who the students of a school are, for a while",
             "  throughline access take --district lakeside --school north --minutes 30 \\\n"
             "      --reason \"A child is missing after the trip\" --connect 127.0.0.1:7400",
             Take, take);
  AddSchool(taking, *take);
  taking.add_option("--reason", take->reason, "Why; it must not name a student")
      ->required()
      ->type_name("TEXT");
  taking.add_option("--minutes", take->minutes, "For how long, 1 to 1440; 60 when not said")
      ->check(CLI::Range(1, 1440))
      ->type_name("N");
  auto end = std::make_shared<AccessCommand>();
  CLI::App& ending =
      AddOne(line, access, "end", "Gives access back; a privacy officer ends anybody's",
             "  throughline access end --district lakeside --school north --access ID \\\n"
             "      --connect 127.0.0.1:7400",
             End, end);
  AddSchool(ending, *end);
  ending.add_option("--access", end->access, "Its id; `throughline access list` has it")
      ->required()
      ->type_name("ID");
  auto list = std::make_shared<AccessCommand>();
  list->connection.only_reads = true;
  AddOne(line, access, "list", "Lists emergency access of a district, the latest first",
         "  throughline access list --district lakeside --connect 127.0.0.1:7400", List, list);
}

}  // namespace throughline
