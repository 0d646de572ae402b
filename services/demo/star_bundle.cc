#include "demo/star_bundle.h"

#include <fmt/format.h>

#include <set>

#include "demo/bundle_rows.h"
#include "demo/data_table.h"
#include "oneroster/bundle_writer.h"

namespace throughline::demo {
namespace {

constexpr char kStarDistrict[] = "star";
constexpr int kFirstSpring = 1986;  // of kindergarten
constexpr std::string_view kGrades = "K123";
constexpr std::pair<const char*, const char*> kSubjects[] = {{"read", "reading"},
                                                             {"math", "mathematics"}};
constexpr double kScaleMin = 200;
constexpr double kScaleMax = 800;

int YearOf(const std::string& grade) {
  return kFirstSpring + static_cast<int>(kGrades.find(grade));
}

core::Date TestDay(const std::string& grade) {
  return *core::ParseDate(std::to_string(YearOf(grade)) + "-04-15");
}

struct StarStudent {
  std::string sex, ethnicity, lunch;
  std::set<std::string> classes;
};

// Everything but the results, gathered by id so that what is written is in order.
struct Roster {
  std::map<std::string, std::string> schools;                          // id -> type
  std::map<std::string, std::pair<std::string, std::string>> classes;  // id -> school, grade
  std::map<std::string, std::string> class_types;
  std::map<std::string, StarStudent> students;
};

std::string SchoolOf(const DataRow& row) { return "s" + row["sch"]; }
std::string ClassOf(const DataRow& row) { return "t" + row["tch"]; }
std::string Known(const std::string& value) { return value == "NA" ? "" : value; }

void Gather(const DataRow& row, Roster& roster) {
  roster.schools[SchoolOf(row)] = row["schtype"];
  roster.classes[ClassOf(row)] = {SchoolOf(row), row["gr"]};
  roster.class_types[ClassOf(row)] = row["cltype"];
  StarStudent& student = roster.students[row["id"]];
  student.classes.insert(ClassOf(row));
  if (!Known(row["sx"]).empty()) student.sex = row["sx"];
  if (!Known(row["eth"]).empty()) student.ethnicity = row["eth"];
  if (!Known(row["ses"]).empty()) student.lunch = row["ses"] == "F" ? "free" : "not";
}

void WriteOrgs(const Roster& roster, oneroster::BundleWriter& writer) {
  oneroster::Org district = With<oneroster::Org>(kStarDistrict);
  district.name = "Tennessee STAR schools";
  district.type = "district";
  writer.Add(district);
  for (const auto& [id, type] : roster.schools) {
    oneroster::Org school = With<oneroster::Org>(id);
    school.name = "School " + id.substr(1) + " (" + type + ")";
    school.type = "school";
    school.parent = kStarDistrict;
    writer.Add(school);
  }
  for (char grade : kGrades) {
    const int year = YearOf(std::string(1, grade));
    oneroster::AcademicSession session =
        With<oneroster::AcademicSession>("year-" + std::to_string(year));
    session.title = std::to_string(year - 1) + "-" + std::to_string(year);
    session.type = "schoolYear";
    session.start = *core::ParseDate(std::to_string(year - 1) + "-08-15");
    session.end = *core::ParseDate(std::to_string(year) + "-06-01");
    session.school_year = std::to_string(year);
    writer.Add(session);
    oneroster::Course course = With<oneroster::Course>("grade-" + std::string(1, grade));
    course.title = "Grade " + std::string(1, grade);
    course.org = kStarDistrict;
    writer.Add(course);
  }
}

void WriteClasses(const Roster& roster, oneroster::BundleWriter& writer) {
  for (const auto& [id, where] : roster.classes) {
    oneroster::ClassRow row = With<oneroster::ClassRow>(id);
    row.title = "Teacher " + id.substr(1) + " (" + roster.class_types.at(id) + ")";
    row.course = "grade-" + where.second;
    row.type = "homeroom";
    row.school = where.first;
    row.terms = {"year-" + std::to_string(YearOf(where.second))};
    row.metadata["team"] = "grade-" + where.second;
    writer.Add(row);
  }
}

void WriteStudents(const Roster& roster, oneroster::BundleWriter& writer) {
  for (const auto& [id, student] : roster.students) {
    oneroster::User user = With<oneroster::User>(id);
    if (!student.lunch.empty()) user.metadata["group.lunch"] = student.lunch;
    if (!student.ethnicity.empty()) user.metadata["group.ethnicity"] = student.ethnicity;
    writer.Add(user);
    if (!student.sex.empty()) {
      oneroster::Demographics demographics = With<oneroster::Demographics>(id);
      demographics.sex = student.sex == "F" ? "female" : "male";
      writer.Add(demographics);
    }
    for (const std::string& class_id : student.classes) {
      oneroster::Enrollment enrollment =
          With<oneroster::Enrollment>(fmt::format("{}-{}", id, class_id));
      enrollment.class_id = class_id;
      enrollment.school = roster.classes.at(class_id).first;
      enrollment.user = id;
      enrollment.role = "student";
      writer.Add(enrollment);
    }
  }
}

void WriteLineItems(const Roster& roster, oneroster::BundleWriter& writer) {
  oneroster::Category category = With<oneroster::Category>("spring");
  category.title = "Annual test";
  writer.Add(category);
  for (const auto& [id, where] : roster.classes) {
    for (const auto& [column, subject] : kSubjects) {
      oneroster::LineItem item = With<oneroster::LineItem>(id + "-" + subject);
      item.title = "Grade " + where.second + " " + subject;
      item.due = TestDay(where.second);
      item.class_id = id;
      item.category = "spring";
      item.session = "year-" + std::to_string(YearOf(where.second));
      item.value_min = kScaleMin;
      item.value_max = kScaleMax;
      item.school = where.first;
      item.metadata["assessment"] = "grade-" + where.second + "-" + subject;
      item.metadata["kind"] = "annual_summative";
      item.metadata["indicator"] = subject;
      // Scaled scores of the Stanford Achievement Test: one scale from grade to grade.
      item.metadata["scale"] = std::string("stanford-") + subject;
      writer.Add(item);
    }
  }
}

void WriteResults(const DataRow& row, oneroster::BundleWriter& writer) {
  for (const auto& [column, subject] : kSubjects) {
    const std::string line_item = ClassOf(row) + "-" + subject;
    oneroster::ResultRow result = With<oneroster::ResultRow>(row["id"] + "-" + line_item);
    result.line_item = line_item;
    result.student = row["id"];
    result.score_date = TestDay(row["gr"]);
    result.score_status = oneroster::ScoreStatus::kNotSubmitted;
    if (!Known(row[column]).empty()) {
      result.score = std::stod(row[column]);
      result.score_status = oneroster::ScoreStatus::kFullyGraded;
    }
    writer.Add(result);
  }
}

}  // namespace

core::Result<void> WriteStarBundle(const std::filesystem::path& star_csv_gz,
                                   const std::filesystem::path& out_folder) {
  auto writer = oneroster::BundleWriter::Create(
      out_folder, "Project STAR",
      {{oneroster::BundleFile::kClasses, {"team"}},
       {oneroster::BundleFile::kUsers, {"group.ethnicity", "group.lunch"}},
       {oneroster::BundleFile::kLineItems, {"assessment", "indicator", "kind", "scale"}}});
  if (!writer) return core::Refuse(writer.error());
  Roster roster;
  auto read = ForEachRow(star_csv_gz, [&](const DataRow& row) { Gather(row, roster); });
  if (!read) return read;
  WriteOrgs(roster, *writer);
  WriteClasses(roster, *writer);
  WriteStudents(roster, *writer);
  WriteLineItems(roster, *writer);
  read = ForEachRow(star_csv_gz, [&](const DataRow& row) { WriteResults(row, *writer); });
  if (!read) return read;
  return writer->Finish();
}

}  // namespace throughline::demo
