#include <fmt/format.h>
#include <fmt/ranges.h>

#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using evidence::v1::EvidenceService;

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string PercentOf(const evidence::v1::StudentIndicator& one) {
  return one.has_percent() ? Decimal(one.percent(), 1) + " %" : "";
}

// "fractions: persisting (41.0 %, 2026-10-02)"; without a result "fractions".
std::string SaidOf(const evidence::v1::StudentIndicator& one) {
  std::string said = one.indicator();
  if (one.struggling() != evidence::v1::STRUGGLING_UNSPECIFIED) {
    said += ": " + WordOf(one.struggling());
  }
  if (one.has_percent()) said += fmt::format(" ({}, {})", PercentOf(one), one.day());
  return said;
}

std::string What(const evidence::v1::Student& student) {
  std::vector<std::string> said;
  for (const auto& one : student.indicators()) said.push_back(SaidOf(one));
  for (const std::string& reason : student.quarantine_reasons()) said.push_back(reason);
  return fmt::format("{}", fmt::join(said, "; "));
}

void PrintStudents(const evidence::v1::ListStudentsResponse& answer, std::ostream& out) {
  Table table({{"NAME"}, {"STUDENT"}, {"CLASSES"}, {"GROUPS"}, {"WHAT"}});
  for (const evidence::v1::Student& one : answer.students()) {
    table.Add({one.display_name(), one.student(), Joined(one.class_ids()), Joined(one.groups()),
               What(one)});
  }
  table.Print(out, "There are no such students.");
}

void PrintRecord(const evidence::v1::StudentRecord& record, std::ostream& out) {
  const evidence::v1::Student& student = record.student();
  out << OneLine(fmt::format("{} ({}), classes {}, groups {}", student.display_name(),
                             student.student(), Joined(student.class_ids()),
                             Joined(student.groups())))
      << "\n\n";
  Table indicators(
      {{"INDICATOR"}, {"TEAM"}, {"CYCLE"}, {"STANDING"}, {"PERCENT", Side::kRight}, {"DAY"}});
  for (const auto& one : record.indicators()) {
    const bool said = one.struggling() != evidence::v1::STRUGGLING_UNSPECIFIED;
    indicators.Add({one.indicator(), one.team(), one.cycle(), said ? WordOf(one.struggling()) : "",
                    PercentOf(one), one.day()});
  }
  indicators.Print(out, "No cycle has a result of theirs.");
  out << '\n';
  Table results(
      {{"DAY"}, {"ASSESSMENT"}, {"TITLE"}, {"CLASS"}, {"PERCENT", Side::kRight}, {"INDICATORS"}});
  for (const auto& one : record.results()) {
    results.Add({one.day(), one.assessment(), one.title(), one.class_id(),
                 one.has_percent() ? Decimal(one.percent(), 1) + " %" : "",
                 Joined(one.indicators())});
  }
  results.Print(out, "There are no results that count.");
  if (!record.quarantine_reasons().empty()) {
    out << "\nSet aside: " << Joined(record.quarantine_reasons()) << '\n';
  }
}

}  // namespace

Shown ShowStudents(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::ListStudentsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_class_id(options.class_id);
  request.set_indicator(options.indicator);
  request.set_purpose(options.purpose);
  request.set_question(static_cast<evidence::v1::StudentQuestion>(
      ValueOf(*evidence::v1::StudentQuestion_descriptor(), options.question)));
  const auto answer =
      CallPages(*connection.evidence, &EvidenceService::Stub::ListStudents, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) { PrintStudents(shown, out); });
}

Shown ShowStudent(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::GetStudentRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_student(options.student);
  request.set_purpose(options.purpose);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetStudent, request);
  return ShowAnswer(answer, options, out,
                    [&](const auto& shown) { PrintRecord(shown.record(), out); });
}

}  // namespace throughline
