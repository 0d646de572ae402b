// How a row of each file is read. A row that refers to what is not there, or lacks what it must
// have, is none.
#include <algorithm>
#include <cctype>

#include "oneroster/table_reader.h"

namespace throughline::oneroster {
namespace {

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::vector<std::string> List(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

bool IsTrue(std::string_view text) { return EqualsIgnoringCase(text, "true"); }

bool ParseRow(TableReader& table, Row& row) {
  row.line = table.line();
  row.metadata = table.metadata();
  const std::string_view status = table.Get("status");
  const bool deleted =
      EqualsIgnoringCase(status, "tobedeleted") || EqualsIgnoringCase(status, "inactive");
  if (!deleted && !status.empty() && !EqualsIgnoringCase(status, "active")) {
    table.Report("status", kUnknownValue, "The status is neither active nor tobedeleted.");
    return false;
  }
  row.status = deleted ? RowStatus::kToBeDeleted : RowStatus::kActive;
  if (!table.Take("sourcedId", row.sourced_id)) return false;
  if (deleted) table.SetDeleted();
  return table.TakeInstant("dateLastModified", row.modified_at);
}

constexpr std::pair<std::string_view, ScoreStatus> kScoreStatuses[] = {
    {"", ScoreStatus::kUnspecified},
    {"exempt", ScoreStatus::kExempt},
    {"fully graded", ScoreStatus::kFullyGraded},
    {"not submitted", ScoreStatus::kNotSubmitted},
    {"partially graded", ScoreStatus::kPartiallyGraded},
    {"submitted", ScoreStatus::kSubmitted},
};

bool TakeScoreStatus(TableReader& table, ScoreStatus& to) {
  const std::string_view text = table.Get("scoreStatus");
  for (const auto& [name, status] : kScoreStatuses) {
    if (!EqualsIgnoringCase(text, name)) continue;
    to = status;
    return true;
  }
  table.Report("scoreStatus", kUnknownValue, "The value is no scoreStatus of OneRoster.");
  return false;
}

}  // namespace

std::string_view ScoreStatusName(ScoreStatus status) {
  for (const auto& [name, one] : kScoreStatuses) {
    if (one == status) return name;
  }
  return "";
}

bool Parse(TableReader& table, Org& row) {
  row.type = table.Get("type");
  row.identifier = table.Get("identifier");
  row.parent = table.Get("parentSourcedId");
  return ParseRow(table, row) && table.Take("name", row.name);
}

bool Parse(TableReader& table, AcademicSession& row) {
  row.type = table.Get("type");
  row.parent = table.Get("parentSourcedId");
  row.school_year = table.Get("schoolYear");
  return ParseRow(table, row) && table.Take("title", row.title) &&
         table.TakeDate("startDate", row.start) && table.TakeDate("endDate", row.end);
}

bool Parse(TableReader& table, Course& row) {
  row.school_year_session = table.Get("schoolYearSourcedId");
  row.code = table.Get("courseCode");
  row.grades = List(table.Get("grades"));
  row.subjects = List(table.Get("subjects"));
  return ParseRow(table, row) && table.Take("title", row.title) &&
         table.TakeReference("orgSourcedId", BundleFile::kOrgs, false, row.org);
}

bool Parse(TableReader& table, ClassRow& row) {
  row.title = table.Get("title");
  row.grades = List(table.Get("grades"));
  row.code = table.Get("classCode");
  row.type = table.Get("classType");
  row.terms = List(table.Get("termSourcedIds"));
  row.subjects = List(table.Get("subjects"));
  return ParseRow(table, row) &&
         table.TakeReference("courseSourcedId", BundleFile::kCourses, false, row.course) &&
         table.TakeReference("schoolSourcedId", BundleFile::kOrgs, true, row.school);
}

bool Parse(TableReader& table, User& row) {
  row.enabled = table.Get("enabledUser").empty() || IsTrue(table.Get("enabledUser"));
  row.role = table.Get("role");
  row.grades = List(table.Get("grades"));
  return ParseRow(table, row);
}

bool Parse(TableReader& table, UserRole& row) {
  return ParseRow(table, row) &&
         table.TakeReference("userSourcedId", BundleFile::kUsers, true, row.user) &&
         table.Take("role", row.role) &&
         table.TakeReference("orgSourcedId", BundleFile::kOrgs, false, row.org);
}

bool Parse(TableReader& table, Demographics& row) {
  row.sex = table.Get("sex");
  row.flags.clear();
  for (std::string_view column : SpecOf(BundleFile::kDemographics).written) {
    if (IsTrue(table.Get(column))) row.flags.emplace_back(column);
  }
  std::string user;
  return ParseRow(table, row) && table.TakeReference("sourcedId", BundleFile::kUsers, true, user);
}

bool Parse(TableReader& table, Enrollment& row) {
  row.role = table.Get("role");
  return ParseRow(table, row) &&
         table.TakeReference("classSourcedId", BundleFile::kClasses, true, row.class_id) &&
         table.TakeReference("schoolSourcedId", BundleFile::kOrgs, false, row.school) &&
         table.TakeReference("userSourcedId", BundleFile::kUsers, true, row.user) &&
         table.TakeDate("beginDate", row.begin) && table.TakeDate("endDate", row.end);
}

bool Parse(TableReader& table, Category& row) {
  row.title = table.Get("title");
  return ParseRow(table, row);
}

bool Parse(TableReader& table, LineItem& row) {
  row.description = table.Get("description");
  row.session = table.Get("academicSessionSourcedId");
  if (row.session.empty()) row.session = table.Get("gradingPeriodSourcedId");
  row.school = table.Get("schoolSourcedId");
  return ParseRow(table, row) && table.Take("title", row.title) &&
         table.TakeDate("assignDate", row.assigned) && table.TakeDate("dueDate", row.due) &&
         table.TakeReference("classSourcedId", BundleFile::kClasses, true, row.class_id) &&
         table.TakeReference("categorySourcedId", BundleFile::kCategories, false, row.category) &&
         table.TakeNumber("resultValueMin", row.value_min) &&
         table.TakeNumber("resultValueMax", row.value_max);
}

bool Parse(TableReader& table, ResultRow& row) {
  row.class_id = table.Get("classSourcedId");
  if (!ParseRow(table, row)) return false;
  if (!table.TakeReference("lineItemSourcedId", BundleFile::kLineItems, true, row.line_item) ||
      !table.TakeReference("studentSourcedId", BundleFile::kUsers, true, row.student) ||
      !TakeScoreStatus(table, row.score_status) || !table.TakeNumber("score", row.score) ||
      !table.TakeDate("scoreDate", row.score_date)) {
    return false;
  }
  if (row.score_date || row.retracted()) return true;
  table.Report("scoreDate", kEmptyValue, "The value is empty.");
  return false;
}

}  // namespace throughline::oneroster
