#include "notifications/domain/students_command.h"

namespace throughline::notifications {

namespace {

std::string_view QuestionOf(common::v1::Trigger trigger) {
  switch (trigger) {
    case common::v1::TRIGGER_STRUGGLING:
      return "struggling";
    case common::v1::TRIGGER_EVIDENCE_MISSING:
      return "without-result";
    default:
      return "";
  }
}

void Add(std::string_view option, std::string_view value, std::string& command) {
  if (value.empty()) return;
  command += ' ';
  command += option;
  command += ' ';
  command += value;
}

}  // namespace

std::string StudentsCommand(common::v1::Trigger trigger, const StudentsOf& of) {
  const std::string_view question = QuestionOf(trigger);
  if (question.empty() || of.school.empty()) return "";
  std::string command = "throughline show students";
  Add("--district", of.district, command);
  Add("--school", of.school, command);
  Add("--team", of.team, command);
  Add("--question", question, command);
  Add("--indicator", of.indicator, command);
  return command;
}

void SayStudentsCommand(v1::Alert& alert) {
  const auto& about = alert.condition();
  alert.set_students_command(StudentsCommand(
      about.trigger(), {about.district(), about.school(), about.team(), about.indicator()}));
}

}  // namespace throughline::notifications
