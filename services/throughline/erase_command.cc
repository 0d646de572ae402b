#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <set>

#include "core/date.h"
#include "importing/request_ids.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/formatting.h"
#include "throughline/interruption.h"
#include "throughline/show.h"

namespace throughline {

namespace {

using core::Result;
using evidence::v1::EvidenceService;

constexpr size_t kAtOnce = 1000;

struct EraseCommand {
  ConnectionOptions connection;
  std::string district, file, reason;
  std::vector<std::string> students;
  bool yes = false, json = false;
};

core::Error NobodyToErase() {
  return {core::Code::kInvalidArgument, "STUDENTS_MISSING",
          "Give --student ID, or --file with an id on each line.", "student"};
}

core::Error FileUnreadable(const std::string& file) {
  return {core::Code::kInvalidArgument, "FILE_UNREADABLE", "The file " + file + " cannot be read.",
          "file"};
}

core::Error NotConfirmed() {
  return {core::Code::kFailedPrecondition, "NOT_CONFIRMED",
          "Nobody was erased: it was not confirmed. With --yes it is not asked.", ""};
}

// Each once, in order.
Result<std::vector<std::string>> StudentsOf(const EraseCommand& command) {
  std::set<std::string> ids(command.students.begin(), command.students.end());
  if (!command.file.empty()) {
    std::ifstream in(command.file);
    if (!in) return core::Refuse(FileUnreadable(command.file));
    for (std::string line; std::getline(in, line);) {
      const size_t first = line.find_first_not_of(" \t\r");
      if (first == std::string::npos) continue;
      ids.insert(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
    }
  }
  if (ids.empty()) return core::Refuse(NobodyToErase());
  return std::vector<std::string>(ids.begin(), ids.end());
}

bool IsConfirmed(const EraseCommand& command, size_t students) {
  if (command.yes) return true;
  std::cerr << fmt::format(
      "Who {} of {} are is destroyed, for good: no backup brings it back. What is counted of them "
      "stays.\nType the district's id to go on: ",
      Counted(static_cast<int64_t>(students), "student"), command.district);
  std::string typed;
  return std::getline(std::cin, typed) && typed == command.district;
}

void Print(const evidence::v1::EraseStudentsResponse& erased, size_t asked) {
  if (!erased.has_certificate()) {
    std::cout << fmt::format("None of {} is known; nobody was erased.\n",
                             Counted(static_cast<int64_t>(asked), "student"));
    return;
  }
  const auto& certificate = erased.certificate();
  std::cout << fmt::format(
      "Erased {} of {} at {}.\nCertificate {}: {}\nThe data key {} is destroyed. Backups from "
      "before lead to nobody of them.\n",
      Counted(certificate.students(), "student"), asked,
      core::FormatInstant(core::FromMillis(certificate.erased_at_ms())), certificate.certificate(),
      certificate.reason(), certificate.destroyed_key());
}

// The erasure goes on, or is finished later, wherever it was when somebody interrupted this.
std::string WordsOfInterruption(const EraseCommand& command) {
  const ConnectionOptions& at = command.connection;
  const bool served = !at.connect.empty();
  return fmt::format(
      "\nthroughline: Interrupted. The erasure may have begun, and then it cannot be taken back.\n"
      "  {}\n"
      "  Whether it is done: throughline show erasures --district {} {} {}\n"
      "  The same command again erases who is left.\n",
      served ? "Whoever serves it goes on to the end of it, also after being started again."
             : "The next command that opens the directory finishes it.",
      command.district, served ? "--connect" : "--data", served ? at.connect : at.data);
}

int RunErase(const EraseCommand& command) {
  auto students = StudentsOf(command);
  if (!students) return Fail(students.error());
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  if (!IsConfirmed(command, students->size())) return Fail(NotConfirmed());
  const Interruption interruption(WordsOfInterruption(command));
  for (size_t first = 0; first < students->size(); first += kAtOnce) {
    const size_t end = std::min(first + kAtOnce, students->size());
    evidence::v1::EraseStudentsRequest request;
    request.set_district(command.district);
    request.set_reason(command.reason);
    request.mutable_students()->Assign(students->begin() + static_cast<ptrdiff_t>(first),
                                       students->begin() + static_cast<ptrdiff_t>(end));
    request.set_request_id(importing::NewOccasion());  // of the tries of this call
    auto erased = Call(*connection->evidence, &EvidenceService::Stub::EraseStudents, request);
    if (!erased) return Fail(erased.error());
    if (command.json) {
      PrintJson(*erased, std::cout);
    } else {
      Print(*erased, end - first);
    }
  }
  return kDone;
}

}  // namespace

void AddErase(CommandLine& line) {
  CLI::App& parent = line.Add("erase", "Destroys who students are", "", nullptr);
  parent.require_subcommand(1);
  auto command = std::make_shared<EraseCommand>();
  CLI::App& app = line.AddTo(
      parent, "students", "Destroys who students are; numbers stay, and a certificate says it",
      "  throughline erase students --district lakeside --student 604821 \\\n"
      "      --reason \"A parent asked for it, request 17\" \\\n"
      "      --connect 127.0.0.1:7400 --token officer.jwt\n"
      "  throughline erase students --district lakeside --file ids.txt --yes …\n"
      "\n"
      "For the district's privacy officer. It asks before it does it. Nothing leads back "
      "afterwards, from\n"
      "backups neither; a student whom a roster brings again is somebody new.\n"
      "`throughline show erasures` lists the certificates.",
      [command] { return RunErase(*command); });
  AddDistrict(app, command->district);
  app.add_option("--student", command->students, "The SIS's id of a student; may be repeated")
      ->type_name("ID");
  app.add_option("--file", command->file, "File with the SIS's ids of students, one a line")
      ->type_name("FILE");
  app.add_option("--reason", command->reason,
                 "Why, in 10 to 500 characters, without naming a student: it is put on record")
      ->required()
      ->type_name("TEXT");
  app.add_flag("--yes", command->yes, "Does not ask");
  AddConnection(app, command->connection);
  command->connection.must_exist = true;
  app.add_flag("--json", command->json, "Prints the certificate as JSON");
}

}  // namespace throughline
