#include "demo/ou2013_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "demo/bundle_rows.h"
#include "demo/data_table.h"
#include "oneroster/bundle_writer.h"

namespace throughline::demo {
namespace {

constexpr char kOuDistrict[] = "ou2013";

struct Session {
  const char* id;
  core::Date start;
  core::Date end;  // the day after the last
};

std::vector<Session> Sessions() {
  return {{"2013B", *core::ParseDate("2013-02-01"), *core::ParseDate("2013-10-01")},
          {"2013J", *core::ParseDate("2013-10-01"), *core::ParseDate("2014-06-01")}};
}

Session SessionOf(const std::string& presentation) {
  const auto sessions = Sessions();
  return presentation == "2013B" ? sessions[0] : sessions[1];
}

struct Assessment {
  std::string module, presentation, type;
  std::optional<int> due_day;
};

struct Class {
  std::string module, presentation, region;
};

struct OuStudent {
  std::string gender, disability, age, deprivation, education;
  std::set<std::string> classes;
};

struct College {
  std::map<std::string, Assessment> assessments;
  std::map<std::string, Class> classes;
  std::map<std::string, OuStudent> students;
  std::map<std::string, std::string> class_of;  // by module/presentation/student
};

std::string ClassIdOf(const DataRow& row) {
  return row["code_module"] + "-" + row["code_presentation"] + "-" + Slug(row["region"]);
}

void GatherStudent(const DataRow& row, College& college) {
  const std::string class_id = ClassIdOf(row);
  college.classes[class_id] = {row["code_module"], row["code_presentation"], row["region"]};
  OuStudent& student = college.students[row["id_student"]];
  student.gender = row["gender"];
  student.disability = row["disability"] == "Y" ? "yes" : "no";
  student.age = row["age_band"];
  student.education = row["highest_education"];
  // Quintiles: tenths leave cells that can never be shown.
  const std::string imd = row["imd_band"];
  if (!imd.empty() && imd != "?") student.deprivation = std::to_string(std::stoi(imd) / 20 + 1);
  student.classes.insert(class_id);
  college.class_of[row["code_module"] + "/" + row["code_presentation"] + "/" + row["id_student"]] =
      class_id;
}

void GatherAssessment(const DataRow& row, College& college) {
  Assessment& assessment = college.assessments[row["id_assessment"]];
  assessment = {row["code_module"], row["code_presentation"], row["assessment_type"], {}};
  if (row["date"] != "?" && !row["date"].empty()) assessment.due_day = std::stoi(row["date"]);
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c | 0x20; });
  return text;
}

const char* KindOf(const std::string& type) {
  if (type == "TMA") return "monthly_formative";
  return type == "CMA" ? "daily_check" : "annual_summative";
}

core::Date DueOf(const Assessment& assessment) {
  const Session session = SessionOf(assessment.presentation);
  if (!assessment.due_day) return session.end - std::chrono::days{1};
  return session.start + std::chrono::days{*assessment.due_day};
}

std::string AssessmentIdOf(const std::string& id, const Assessment& assessment) {
  return Lower(assessment.module) + "-" + assessment.presentation + "-" + Lower(assessment.type) +
         "-" + id;
}

void WriteOrgs(const College& college, oneroster::BundleWriter& writer) {
  oneroster::Org district = With<oneroster::Org>(kOuDistrict);
  district.name = "Open University 2013";
  district.type = "district";
  writer.Add(district);
  std::set<std::string> modules;
  for (const auto& [id, one] : college.classes) modules.insert(one.module);
  for (const std::string& module : modules) {
    oneroster::Org school = With<oneroster::Org>(module);
    school.name = "Module " + module;
    school.type = "school";
    school.parent = kOuDistrict;
    writer.Add(school);
  }
  for (const Session& session : Sessions()) {
    oneroster::AcademicSession row = With<oneroster::AcademicSession>(session.id);
    row.title = session.id;
    row.type = "term";
    row.start = session.start;
    row.end = session.end;
    row.school_year = core::FormatDate(session.end).substr(0, 4);
    writer.Add(row);
  }
  for (const std::string& module : modules) {
    oneroster::Course course = With<oneroster::Course>("course-" + module);
    course.title = "Module " + module;
    course.org = module;
    writer.Add(course);
  }
}

void WriteClasses(const College& college, oneroster::BundleWriter& writer) {
  for (const auto& [id, one] : college.classes) {
    oneroster::ClassRow row = With<oneroster::ClassRow>(id);
    row.title = one.region;
    row.course = "course-" + one.module;
    row.type = "scheduled";
    row.school = one.module;
    row.terms = {one.presentation};
    row.metadata["team"] = one.presentation;
    writer.Add(row);
  }
}

void WriteStudents(const College& college, oneroster::BundleWriter& writer) {
  for (const auto& [id, student] : college.students) {
    oneroster::User user = With<oneroster::User>(id);
    user.metadata["group.disability"] = student.disability;
    user.metadata["group.age"] = Slug(student.age == "55<=" ? "55-up" : student.age);
    user.metadata["group.education"] = Slug(student.education);
    if (!student.deprivation.empty()) user.metadata["group.deprivation"] = student.deprivation;
    writer.Add(user);
    oneroster::Demographics demographics = With<oneroster::Demographics>(id);
    demographics.sex = student.gender == "F" ? "female" : "male";
    writer.Add(demographics);
    for (const std::string& class_id : student.classes) {
      const Class& where = college.classes.at(class_id);
      oneroster::Enrollment enrollment =
          With<oneroster::Enrollment>(id + "-" + where.module + "-" + where.presentation);
      enrollment.class_id = class_id;
      enrollment.school = where.module;
      enrollment.user = id;
      enrollment.role = "student";
      writer.Add(enrollment);
    }
  }
}

void WriteLineItems(const College& college, oneroster::BundleWriter& writer) {
  for (const char* type : {"TMA", "CMA", "Exam"}) {
    oneroster::Category category = With<oneroster::Category>(type);
    category.title = type;
    writer.Add(category);
  }
  for (const auto& [id, assessment] : college.assessments) {
    for (const auto& [class_id, where] : college.classes) {
      if (where.module != assessment.module || where.presentation != assessment.presentation) {
        continue;
      }
      oneroster::LineItem item = With<oneroster::LineItem>(fmt::format("{}-{}", id, class_id));
      item.title = assessment.type + " " + id;
      item.due = DueOf(assessment);
      item.class_id = class_id;
      item.category = assessment.type;
      item.session = assessment.presentation;
      item.value_min = 0;
      item.value_max = 100;
      item.school = where.module;
      item.metadata["assessment"] = AssessmentIdOf(id, assessment);
      item.metadata["kind"] = KindOf(assessment.type);
      item.metadata["indicator"] = Lower(assessment.module) + "-mastery";
      writer.Add(item);
    }
  }
}

core::Result<std::vector<oneroster::ResultRow>> ReadResults(const std::filesystem::path& csv_gz,
                                                            const College& college) {
  std::vector<oneroster::ResultRow> results;
  auto read = ForEachRow(csv_gz, [&](const DataRow& row) {
    const Assessment& assessment = college.assessments.at(row["id_assessment"]);
    const std::string student = row["id_student"];
    const std::string& class_id =
        college.class_of.at(assessment.module + "/" + assessment.presentation + "/" + student);
    oneroster::ResultRow result = With<oneroster::ResultRow>(row["id_assessment"] + "-" + student);
    result.line_item = row["id_assessment"] + "-" + class_id;
    result.student = student;
    const std::string day = row["date_submitted"];
    result.score_date = day.empty() || day == "?" ? DueOf(assessment)
                                                  : SessionOf(assessment.presentation).start +
                                                        std::chrono::days{std::stoi(day)};
    const std::string score = row["score"];
    if (!score.empty() && score != "?") result.score = std::stod(score);
    result.score_status = row["is_banked"] == "1" ? oneroster::ScoreStatus::kExempt
                          : result.score          ? oneroster::ScoreStatus::kFullyGraded
                                                  : oneroster::ScoreStatus::kNotSubmitted;
    results.push_back(std::move(result));
  });
  if (!read) return core::Refuse(read.error());
  std::sort(results.begin(), results.end(),
            [](const oneroster::ResultRow& a, const oneroster::ResultRow& b) {
              return std::tie(*a.score_date, a.sourced_id) < std::tie(*b.score_date, b.sourced_id);
            });
  return results;
}

}  // namespace

core::Result<void> WriteOu2013Bundle(const std::filesystem::path& data_folder,
                                     const std::filesystem::path& out_folder) {
  auto writer = oneroster::BundleWriter::Create(
      out_folder, "Open University Learning Analytics Dataset, 2013",
      {{oneroster::BundleFile::kClasses, {"team"}},
       {oneroster::BundleFile::kUsers,
        {"group.age", "group.deprivation", "group.disability", "group.education"}},
       {oneroster::BundleFile::kLineItems, {"assessment", "indicator", "kind"}}});
  if (!writer) return core::Refuse(writer.error());
  College college;
  auto read = ForEachRow(data_folder / "oulad-2013-students.csv.gz",
                         [&](const DataRow& row) { GatherStudent(row, college); });
  if (!read) return read;
  read = ForEachRow(data_folder / "oulad-2013-assessments.csv.gz",
                    [&](const DataRow& row) { GatherAssessment(row, college); });
  if (!read) return read;
  auto results = ReadResults(data_folder / "oulad-2013-results.csv.gz", college);
  if (!results) return core::Refuse(results.error());
  WriteOrgs(college, *writer);
  WriteClasses(college, *writer);
  WriteStudents(college, *writer);
  WriteLineItems(college, *writer);
  for (const oneroster::ResultRow& result : *results) writer->Add(result);
  return writer->Finish();
}

}  // namespace throughline::demo
