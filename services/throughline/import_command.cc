#include <iostream>

#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/import_summary.h"
#include "throughline/progress_line.h"

namespace throughline {

namespace {

struct ImportCommand {
  ConnectionOptions connection;
  ImportOptions import;
  std::string path;
  std::string only;
  bool json = false;
};

// Reads what of the bundle is wanted, and sends it.
core::Result<void> Import(const ImportCommand& command, oneroster::BundleReader& bundle,
                          Connection& connection, const oneroster::ProblemSink& problems,
                          const Progress& progress, ImportCounts& counts) {
  auto done = ImportReferences(bundle, command.import, connection, problems, counts, progress);
  if (!done || command.only == "references") return done;
  const auto& files = bundle.manifest().files;
  auto mode = files.find(oneroster::BundleFile::kResults);
  if (mode == files.end() || mode->second == oneroster::FileMode::kAbsent) return {};
  auto results = bundle.OpenResults([&](const oneroster::BundleProblem& problem) {
    ++counts.problems;
    problems(problem);
  });
  if (!results) return core::Refuse(results.error());
  return ImportResults(std::move(*results), command.import, connection, progress, counts);
}

int RunImport(const ImportCommand& command) {
  auto bundle = oneroster::BundleReader::Open(command.path);
  if (!bundle) return Fail(bundle.error());
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  ProgressLine line = ProgressLine::ToStderr();
  ImportCounts counts;
  ProblemList problems([&](const std::string& sentence) {
    line.Clear();
    std::cerr << sentence << '\n';
  });
  const auto progress = [&](const ImportCounts& now) {
    line.Show([&] { return ProgressText(now); });
  };
  auto done = Import(
      command, *bundle, *connection,
      [&](const oneroster::BundleProblem& problem) { problems.Add(problem); }, progress, counts);
  if (done) connection->Settle();
  line.Clear();
  problems.Finish();
  if (command.json) {
    std::cout << SummaryJson(counts, problems) << '\n';
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
      "Importing the same bundle again adds nothing: the answers are those of the first time.\n"
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
  app.add_flag("--json", command->json, "Prints the summary as JSON");
}

}  // namespace throughline
