#include <iostream>

#include "importing/request_ids.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/import_summary.h"
#include "throughline/progress_line.h"

namespace throughline {

namespace {

struct PushCommand {
  ConnectionOptions connection;
  importing::ImportOptions import;
  std::string file;
  bool json = false;
};

int RunPush(const PushCommand& command) {
  ProgressLine line = ProgressLine::ToStderr();
  ImportCounts counts;
  ProblemList problems([&](const std::string& sentence) {
    line.Clear();
    std::cerr << sentence << '\n';
  });
  auto results =
      oneroster::ResultsFile::Open(command.file, [&](const oneroster::BundleProblem& problem) {
        ++counts.problems;
        problems.Add(problem);
      });
  if (!results) return Fail(results.error());
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  importing::ImportOptions options = command.import;
  // A file that is pushed again is looked at again: what it refers to may be known by now.
  options.occasion = importing::NewOccasion();
  auto done = importing::ImportResults(
      std::move(*results), options, connection->ForImport(),
      [&](const ImportCounts& now) { line.Show([&] { return ProgressText(now); }); }, counts);
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

void AddPush(CommandLine& line) {
  auto command = std::make_shared<PushCommand>();
  CLI::App& app = line.Add(
      "push", "Pushes a results.csv alone, as a SIS does with the results of a day",
      "  throughline push results.csv --district lakeside --connect 127.0.0.1:7400\n"
      "\n"
      "The file is a results.csv of OneRoster: sourcedId, lineItemSourcedId, studentSourcedId,\n"
      "scoreStatus, score, scoreDate, … . Its line items and students are those that were "
      "imported.\n"
      "What became of each result is counted; `throughline show quarantine` lists those set "
      "aside.\n"
      "Exit code 1: a row could not be read and was left out, or a service said no.",
      [command] { return RunPush(*command); });
  app.add_option("file", command->file, "The results.csv")->required()->type_name("FILE");
  AddDistrict(app, command->import.district);
  AddConnection(app, command->connection);
  command->connection.must_exist = true;
  app.add_flag("--json", command->json, "Prints the summary as JSON");
}

}  // namespace throughline
