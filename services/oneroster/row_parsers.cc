// How a row of each file is read. A row that refers to what is not there, or lacks what it must
// have, is none. What nobody needs of it is noted: a wrong value is a problem, and the row is kept.
#include <span>

#include "csv/text.h"
#include "oneroster/table_reader.h"

namespace throughline::oneroster {
namespace {

// The values of the binding. Extensions of it begin with `ext:`.
constexpr std::string_view kOrgTypes[] = {"district", "school", "department",
                                          "local",    "state",  "national"};
constexpr std::string_view kSessionTypes[] = {"gradingPeriod", "semester", "schoolYear", "term"};
constexpr std::string_view kClassTypes[] = {"homeroom", "scheduled"};
constexpr std::string_view kSexes[] = {"male", "female", "unspecified", "other"};
constexpr std::string_view kRoles[] = {"aide",
                                       "counselor",
                                       "districtAdministrator",
                                       "guardian",
                                       "parent",
                                       "principal",
                                       "proctor",
                                       "relative",
                                       "siteAdministrator",
                                       "student",
                                       "systemAdministrator",
                                       "teacher",
                                       "administrator"};

// A value of an enumeration as the binding spells it; another one as it stands there.
std::string Spelled(std::string_view text, std::span<const std::string_view> values) {
  return std::string(csv::OneOf(values, text).value_or(text));
}

// The same of a value that decides what becomes of the row: one that means nothing is a problem.
std::string TakeOneOf(const TableReader& table, std::string_view column,
                      std::span<const std::string_view> values) {
  std::string value = Spelled(table.Get(column), values);
  const bool known =
      csv::OneOf(values, value) || csv::Lowered(csv::Trimmed(value)).starts_with("ext:");
  if (!known && !table.deleted()) {
    table.Report(column, csv::Trimmed(value).empty() ? kEmptyValue : kUnknownValue,
                 "The value is not one of OneRoster's; the row is ignored.");
  }
  return value;
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

bool IsTrue(std::string_view text) { return csv::IsSameWord(text, "true"); }

bool ParseRow(TableReader& table, Row& row) {
  row.line = table.line();
  row.metadata = table.metadata();
  const std::string_view status = table.Get("status");
  const bool deleted =
      csv::IsSameWord(status, "tobedeleted") || csv::IsSameWord(status, "inactive");
  if (!deleted && !csv::Trimmed(status).empty() && !csv::IsSameWord(status, "active")) {
    table.Report("status", kUnknownValue, "The status is neither active nor tobedeleted.");
    return false;
  }
  row.status = deleted ? RowStatus::kToBeDeleted : RowStatus::kActive;
  if (!table.Take("sourcedId", row.sourced_id)) return false;
  if (deleted) table.SetDeleted();
  table.Note("dateLastModified", row.modified_at);
  return true;
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
    if (!csv::IsSameWord(text, name)) continue;
    to = status;
    return true;
  }
  table.Report("scoreStatus", kUnknownValue,
               "The value is no scoreStatus of OneRoster: exempt, fully graded, not submitted, "
               "partially graded or submitted.");
  return false;
}

bool TakeRole(TableReader& table, std::string& to) {
  if (!table.Take("role", to)) return false;
  to = Spelled(to, kRoles);
  return true;
}

// Left out where it is 0 by many systems.
bool TakeLowest(TableReader& table, double& to) {
  if (!csv::Trimmed(table.Get("resultValueMin")).empty())
    return table.TakeNumber("resultValueMin", to);
  to = 0;
  if (!table.deleted()) {
    table.Report("resultValueMin", kEmptyValue, "The value is empty; 0 is taken for it.");
  }
  return true;
}

}  // namespace

std::string_view ScoreStatusName(ScoreStatus status) {
  for (const auto& [name, one] : kScoreStatuses) {
    if (one == status) return name;
  }
  return "";
}

bool Parse(TableReader& table, Org& row) {
  row.identifier = table.Get("identifier");
  row.parent = table.Get("parentSourcedId");
  if (!ParseRow(table, row)) return false;
  row.type = TakeOneOf(table, "type", kOrgTypes);
  table.Note("name", row.name);
  return true;
}

bool Parse(TableReader& table, AcademicSession& row) {
  row.parent = table.Get("parentSourcedId");
  row.school_year = table.Get("schoolYear");
  if (!ParseRow(table, row)) return false;
  row.type = TakeOneOf(table, "type", kSessionTypes);
  table.Note("title", row.title);
  return table.TakeDate("startDate", row.start) && table.TakeDate("endDate", row.end);
}

bool Parse(TableReader& table, Course& row) {
  row.school_year_session = table.Get("schoolYearSourcedId");
  row.code = table.Get("courseCode");
  row.grades = List(table.Get("grades"));
  row.subjects = List(table.Get("subjects"));
  if (!ParseRow(table, row)) return false;
  table.Note("title", row.title);
  table.NoteReference("orgSourcedId", BundleFile::kOrgs, row.org);
  return true;
}

bool Parse(TableReader& table, ClassRow& row) {
  row.title = table.Get("title");
  row.grades = List(table.Get("grades"));
  row.code = table.Get("classCode");
  row.type = Spelled(table.Get("classType"), kClassTypes);
  row.terms = List(table.Get("termSourcedIds"));
  row.subjects = List(table.Get("subjects"));
  return ParseRow(table, row) &&
         table.TakeReference("courseSourcedId", BundleFile::kCourses, false, row.course) &&
         table.TakeReference("schoolSourcedId", BundleFile::kOrgs, true, row.school);
}

bool Parse(TableReader& table, User& row) {
  row.enabled = table.Get("enabledUser").empty() || IsTrue(table.Get("enabledUser"));
  row.role = Spelled(table.Get("role"), kRoles);
  row.grades = List(table.Get("grades"));
  row.given_name = table.Get("givenName");
  row.family_name = table.Get("familyName");
  row.preferred_given_name = table.Get("preferredGivenName");
  row.preferred_family_name = table.Get("preferredFamilyName");
  return ParseRow(table, row);
}

bool Parse(TableReader& table, UserRole& row) {
  return ParseRow(table, row) &&
         table.TakeReference("userSourcedId", BundleFile::kUsers, true, row.user) &&
         TakeRole(table, row.role) &&
         table.TakeReference("orgSourcedId", BundleFile::kOrgs, false, row.org);
}

bool Parse(TableReader& table, Demographics& row) {
  row.sex = Spelled(table.Get("sex"), kSexes);
  row.flags.clear();
  for (std::string_view column : SpecOf(BundleFile::kDemographics).written) {
    if (IsTrue(table.Get(column))) row.flags.emplace_back(column);
  }
  std::string user;
  return ParseRow(table, row) && table.TakeReference("sourcedId", BundleFile::kUsers, true, user);
}

bool Parse(TableReader& table, Enrollment& row) {
  if (!ParseRow(table, row)) return false;
  row.role = TakeOneOf(table, "role", kRoles);
  table.NoteReference("schoolSourcedId", BundleFile::kOrgs, row.school);
  table.Note("beginDate", row.begin);
  table.Note("endDate", row.end);
  return table.TakeReference("classSourcedId", BundleFile::kClasses, true, row.class_id) &&
         table.TakeReference("userSourcedId", BundleFile::kUsers, true, row.user);
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
  if (!ParseRow(table, row)) return false;
  table.Note("assignDate", row.assigned);
  table.Note("dueDate", row.due);
  return table.Take("title", row.title) &&
         table.TakeReference("classSourcedId", BundleFile::kClasses, true, row.class_id) &&
         table.TakeReference("categorySourcedId", BundleFile::kCategories, false, row.category) &&
         TakeLowest(table, row.value_min) && table.TakeNumber("resultValueMax", row.value_max);
}

bool Parse(TableReader& table, ResultRow& row) {
  row.class_id = table.Get("classSourcedId");
  if (!ParseRow(table, row)) return false;
  // When it was changed decides which of two is newer: without it the row may undo another.
  if (!table.Get("dateLastModified").empty() && !row.modified_at) return false;
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
