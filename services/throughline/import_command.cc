#include <iostream>

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
  bool json = false;
};

int RunImport(const ImportCommand& command) {
  auto bundle = oneroster::BundleReader::Open(command.path);
  if (!bundle) return Fail(bundle.error());
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
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
  return counts.files_unread == 0 ? kDone : kFailed;
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
      "Exit code 1: a file of the bundle could not be read, or a service said no.",
      [command] { return RunImport(*command); });
  app.add_option("path", command->path, "Folder or zip with manifest.csv and the files it names")
      ->required()
      ->type_name("PATH");
  AddDistrict(app, command->import.district);
  AddConnection(app, command->connection);
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
