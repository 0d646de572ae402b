#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/student_files.h"

namespace throughline {

namespace {

using evidence::v1::EvidenceService;

struct ExportCommand {
  ConnectionOptions connection;
  std::string district, student, purpose, to;
};

int RunExport(const ExportCommand& command) {
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  evidence::v1::ExportStudentRequest request;
  request.set_district(command.district);
  request.set_student(command.student);
  request.set_purpose(command.purpose);
  // First, for what is exported is on record, be there a place for it or not.
  if (auto made = MakeStudentDirectory(command.to); !made) return Fail(made.error());
  const auto give_up = [&](const core::Error& error) {
    std::error_code left;
    std::filesystem::remove(command.to, left);
    return Fail(error);
  };
  auto exported = Call(*connection->evidence, &EvidenceService::Stub::ExportStudent, request);
  if (!exported) return give_up(exported.error());
  auto written = WriteStudentFiles(exported->record(), command.to);
  if (!written) return give_up(written.error());
  std::cout << fmt::format(
      "Wrote {} to {}. They name the student: keep them from others, and delete them when they "
      "are handed over.\n",
      fmt::join(*written, ", "), command.to);
  return kDone;
}

}  // namespace

void AddExport(CommandLine& line) {
  CLI::App& parent = line.Add("export", "Writes what is held of somebody to files", "", nullptr);
  parent.require_subcommand(1);
  auto command = std::make_shared<ExportCommand>();
  CLI::App& app = line.AddTo(
      parent, "student", "All that is held of one student, as JSON and CSV, for a parent's request",
      "  throughline export student --district lakeside --student 604821 \\\n"
      "      --purpose \"A parent asked for it, request 17\" --to ./request-17 \\\n"
      "      --connect 127.0.0.1:7400 --token officer.jwt\n"
      "\n"
      "For the district's privacy officer. That it was asked for, and why, is put on record.",
      [command] { return RunExport(*command); });
  AddDistrict(app, command->district);
  app.add_option("--student", command->student, "The SIS's id of the student")
      ->required()
      ->type_name("ID");
  app.add_option("--purpose", command->purpose,
                 "Why, in 10 to 500 characters, without naming a student: it is put on record")
      ->required()
      ->type_name("TEXT");
  app.add_option("--to", command->to, "Directory to make for the files")
      ->required()
      ->type_name("DIR");
  AddConnection(app, command->connection);
  command->connection.must_exist = true;
}

}  // namespace throughline
