#include <iostream>

#include "core/known_ids.h"
#include "core/time_zone.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/import_summary.h"
#include "throughline/progress_line.h"

namespace throughline {

namespace {

struct ImportCommand {
  ConnectionOptions connection;
  importing::ImportOptions import;
  std::string path;
  std::string only;
  bool new_district = false;
  bool json = false;
};

core::Error DistrictUnknown(const ImportCommand& command, const std::set<std::string>& known) {
  return {core::Code::kNotFound, "DISTRICT_UNKNOWN",
          "There is no district " + command.import.district + " in " + command.connection.data +
              "." + core::ThereAre(known),
          "district"};
}

// A district that nobody has is made of a typo, unless it is said to be new. The first of a
// directory is.
core::Result<void> CheckDistrict(const ImportCommand& command, const Connection& connection) {
  if (command.new_district) return {};
  auto known = connection.KnownDistricts();
  if (!known) return core::Refuse(known.error());
  if (known->empty() || known->contains(command.import.district)) return {};
  return core::Refuse(DistrictUnknown(command, *known));
}

core::Error TimeZoneUnknown(const std::string& time_zone) {
  return {core::Code::kInvalidArgument, "TIME_ZONE_UNKNOWN", "There is no time zone " + time_zone,
          "time-zone"};
}

int RunImport(const ImportCommand& command) {
  if (!core::IsKnownZone(command.import.time_zone)) {
    return Fail(TimeZoneUnknown(command.import.time_zone));
  }
  auto bundle = oneroster::BundleReader::Open(command.path);
  if (!bundle) return Fail(bundle.error());
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  if (auto checked = CheckDistrict(command, *connection); !checked) return Fail(checked.error());
  importing::ImportOptions options = command.import;
  options.only_references = command.only == "references";
  ProgressLine line = ProgressLine::ToStderr();
  ImportCounts counts;
  ProblemList problems([&](const std::string& sentence) {
    line.Clear();
    std::cerr << sentence << '\n';
  });
  const auto progress = [&](const ImportCounts& now) {
    line.Show([&] { return ProgressText(now); });
  };
  auto done = importing::ImportBundle(
      *bundle, options, connection->ForImport(),
      [&](const oneroster::BundleProblem& problem) { problems.Add(problem); }, progress, counts);
  if (done) connection->Settle();
  line.Clear();
  problems.Finish();
  if (command.json) {
    std::cout << importing::SummaryJson(counts, problems.first()) << '\n';
  } else {
    PrintSummary(counts, std::cout);
  }
  if (!done) return Fail(done.error());
  return counts.problems == 0 ? kDone : kFailed;
}

}  // namespace

void AddImport(CommandLine& line) {
  auto command = std::make_shared<ImportCommand>();
  CLI::App& app = line.Add(
      "import", "Imports a OneRoster 1.2 CSV bundle: schools, rosters, results",
      "  throughline import bundle/ --district lakeside --data ./data\n"
      "  throughline import export.zip --district lakeside --connect 127.0.0.1:7400\n"
      "\n"
      "Importing the same bundle again adds nothing: its results are duplicates.\n"
      "Rows with a fault are said with file, line and column and left out; the rest is imported.\n"
      "Exit code 1: something of the bundle was left out, or a service said no.",
      [command] { return RunImport(*command); });
  app.add_option("path", command->path, "Folder or zip with manifest.csv and the files it names")
      ->required()
      ->type_name("PATH");
  AddDistrict(app, command->import.district);
  AddConnection(app, command->connection);
  app.add_flag("--new-district", command->new_district,
               "Makes the district when --data has others; the first one needs no word");
  app.add_option("--name", command->import.name,
                 "Name of the district when it is new; otherwise the bundle's");
  app.add_option("--time-zone", command->import.time_zone,
                 "Time zone of the district when it is new")
      ->capture_default_str();
  app.add_option("--only", command->only, "`references`: everything but the results")
      ->check(CLI::IsMember({"references"}));
  app.add_flag("--confirm-removal", command->import.confirm_removal,
               "Ends the enrolments that a bulk no longer has, however many they are");
  app.add_flag("--json", command->json, "Prints the summary as JSON");
}

}  // namespace throughline
