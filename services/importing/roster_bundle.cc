#include "importing/roster_bundle.h"

#include <algorithm>

#include "core/ids.h"
#include "csv/text.h"
#include "importing/assessment_kinds.h"
#include "oneroster/conventions.h"

namespace throughline::importing {

using oneroster::IdOf;

namespace {

constexpr size_t kTitleAtMost = 256;
constexpr int kTermsAtMost = 100;
constexpr std::string_view kStudent = "student";
constexpr std::string_view kTeacher = "teacher";
constexpr const char* kTermTypes[] = {"term", "semester", "gradingPeriod"};

std::string Short(std::string_view text) {
  return std::string(csv::Utf8Prefix(text, kTitleAtMost));
}

std::string DimensionOf(std::string_view group) {
  return std::string(group.substr(0, group.find(':')));
}

// Over when it began: it never was one.
bool IsEmpty(const evidence::v1::Enrolment& dated) {
  return dated.has_over() && dated.over() <= dated.first();
}

// Whether nothing, or nothing of use, is known of the row any more. A reference to a class that is
// not there is one to a row that was lost, or that the bundle does not have; the latter says that
// the class is over.
bool LosesTheRow(const oneroster::BundleProblem& problem) {
  const std::string_view reason = problem.reason;
  if (reason == oneroster::kUnknownReference) return problem.file == "classes.csv";
  if (reason == oneroster::kEmptyValue || reason == oneroster::kUnknownValue) {
    constexpr std::string_view kNeeded[] = {"sourcedId",      "status", "classSourcedId",
                                            "userSourcedId",  "role",   "courseSourcedId",
                                            "schoolSourcedId"};
    return std::find(std::begin(kNeeded), std::end(kNeeded), problem.column) != std::end(kNeeded);
  }
  return reason == oneroster::kMalformedQuoting || reason == oneroster::kWrongFieldCount ||
         reason == oneroster::kDuplicateSourcedId;
}

bool IsGone(const oneroster::Row& row) { return row.status == oneroster::RowStatus::kToBeDeleted; }

}  // namespace

void RosterBundle::OnOrg(const oneroster::Org& org) {
  if (IsGone(org)) return;
  if (org.type == "district" && district_name.empty()) district_name = Short(org.name);
  if (org.type == "school") schools[IdOf(org.sourced_id)].name = Short(org.name);
}

void RosterBundle::OnAcademicSession(const oneroster::AcademicSession& session) {
  if (IsGone(session) || session.end <= session.start) return;
  sessions_[session.type][{session.start, session.end - std::chrono::days{1}}] = session.title;
}

void RosterBundle::OnCourse(const oneroster::Course& course) {
  if (!IsGone(course)) course_titles_[course.sourced_id] = course.title;
}

void RosterBundle::OnClass(const oneroster::ClassRow& row) {
  if (IsGone(row)) {
    ended_classes.insert(IdOf(row.sourced_id));
    return;
  }
  const std::string school_id = IdOf(row.school);
  SchoolRoster& school = schools[school_id];
  school_of_class_[row.sourced_id] = school_id;
  evidence::v1::RosterClass& one = school.classes.emplace_back();
  one.set_class_id(IdOf(row.sourced_id));
  one.set_title(Short(row.title));
  one.set_team(oneroster::TeamOf(row));
  auto team = row.metadata.find("team");
  const bool named = team != row.metadata.end();
  school.teams.try_emplace(one.team(), Short(named ? team->second : course_titles_[row.course]));
}

void RosterBundle::OnUser(const oneroster::User& user) {
  if (user.role == kTeacher) teachers.insert(user.sourced_id);
  if (IsGone(user)) {
    departed.insert(user.sourced_id);
    return;
  }
  const bool may_be_student = user.role.empty() || user.role == kStudent;
  if (std::string name = oneroster::DisplayNameOf(user); may_be_student && !name.empty()) {
    names[user.sourced_id] = std::move(name);
  }
  for (std::string& group : oneroster::GroupsOf(user)) {
    if (of_changes_) group_dimensions[user.sourced_id].insert(DimensionOf(group));
    groups[user.sourced_id].insert(std::move(group));
  }
}

void RosterBundle::OnUserRole(const oneroster::UserRole& role) {
  if (role.role == kTeacher) teachers.insert(role.user);
}

void RosterBundle::OnDemographics(const oneroster::Demographics& demographics) {
  if (of_changes_) {
    // A flag that is not set any more is a group that the student is in no more.
    for (std::string& dimension : oneroster::DemographicDimensions()) {
      group_dimensions[demographics.sourced_id].insert(std::move(dimension));
    }
  }
  if (IsGone(demographics)) return;
  for (std::string& group : oneroster::GroupsOf(demographics)) {
    groups[demographics.sourced_id].insert(std::move(group));
  }
}

void RosterBundle::OnEnrollment(const oneroster::Enrollment& enrollment) {
  if (of_changes_) return OnChange(enrollment);
  if (enrollment.user.empty()) return;
  auto school = school_of_class_.find(enrollment.class_id);
  if (school == school_of_class_.end()) return;
  SchoolRoster& roster = schools[school->second];
  if (enrollment.role == kTeacher) {
    teachers.insert(enrollment.user);
    return AddChange(enrollment, roster.teachers[enrollment.user]);
  }
  if (enrollment.role != kStudent) return;
  const std::string class_id = IdOf(enrollment.class_id);
  roster.listed[class_id].insert(enrollment.user);
  auto& classes = roster.students[enrollment.user];
  if (IsGone(enrollment)) {
    roster.changes[enrollment.user].left.insert(class_id);
  } else if (auto dated = DaysOf(enrollment)) {
    if (!IsEmpty(*dated)) roster.dated[enrollment.user].push_back(*dated);
  } else {
    classes.insert(class_id);
  }
}

std::optional<evidence::v1::Enrolment> RosterBundle::DaysOf(
    const oneroster::Enrollment& enrollment) const {
  if (!enrollment.begin && !enrollment.end) return std::nullopt;
  evidence::v1::Enrolment dated;
  dated.set_class_id(IdOf(enrollment.class_id));
  // Systems that must say a day and know none say one of long ago.
  if (enrollment.begin && core::ToDays(*enrollment.begin) > 0) {
    dated.set_first(core::ToDays(*enrollment.begin));
  }
  if (enrollment.end) dated.set_over(std::max(1, core::ToDays(*enrollment.end)));
  if (dated.has_over() && dated.over() < dated.first()) {
    problems_({"enrollments.csv", enrollment.line, "endDate", oneroster::kBadDate,
               "The enrolment ends before it begins; its first day is not looked at.", ""});
    dated.clear_first();
  }
  return dated;
}

void RosterBundle::OnProblem(const oneroster::BundleProblem& problem) {
  const bool says_who_is_where = problem.file == "enrollments.csv" ||
                                 problem.file == "classes.csv" || problem.file == "users.csv";
  if (says_who_is_where && problem.line > 0 && LosesTheRow(problem)) ++rows_lost_;
  problems_(problem);
}

void RosterBundle::OnChange(const oneroster::Enrollment& enrollment) {
  const bool gone = IsGone(enrollment);
  // Who is to be deleted may be anybody: whom the roster does not know is passed over.
  const bool is_teacher = enrollment.role == kTeacher;
  if (!is_teacher && enrollment.role != kStudent && !(gone && enrollment.role.empty())) return;
  const auto known = school_of_class_.find(enrollment.class_id);
  const std::string school = known != school_of_class_.end() ? known->second
                             : enrollment.school.empty()     ? ""
                                                             : IdOf(enrollment.school);
  if (enrollment.user.empty() || enrollment.class_id.empty() || school.empty()) {
    return problems_({"enrollments.csv", enrollment.line, "", oneroster::kEmptyValue,
                      "An enrolment of a delta names its user, class and school.", ""});
  }
  SchoolRoster& roster = schools[school];
  if (is_teacher) teachers.insert(enrollment.user);
  AddChange(enrollment, (is_teacher ? roster.teachers : roster.changes)[enrollment.user]);
}

void RosterBundle::AddChange(const oneroster::Enrollment& enrollment,
                             EnrolmentChange& change) const {
  const bool gone = IsGone(enrollment);
  const std::string class_id = IdOf(enrollment.class_id);
  const auto dated = gone ? std::nullopt : DaysOf(enrollment);
  if (dated && !IsEmpty(*dated)) {
    change.dated.push_back(*dated);
  } else {
    // One that was over when it began says that there is none.
    (gone || dated ? change.left : change.came_to).insert(class_id);
    (gone || dated ? change.came_to : change.left).erase(class_id);
  }
}

void RosterBundle::OnCategory(const oneroster::Category& category) {
  catalogue_.AddCategory(category);
}

void RosterBundle::OnLineItem(const oneroster::LineItem& line_item) {
  if (IsGone(line_item)) {
    gone_line_items.insert(line_item.sourced_id);
    return;
  }
  // A class that the bundle does not have may be one that the district knows.
  auto school = school_of_class_.find(line_item.class_id);
  auto assessment = catalogue_.AddLineItem(line_item, problems_);
  if (!assessment) return;
  evidence::v1::LineItem& one = line_items.emplace_back();
  one.set_line_item(line_item.sourced_id);
  one.set_assessment(*assessment);
  one.set_class_id(IdOf(line_item.class_id));
  if (school != school_of_class_.end()) {
    one.set_school(school->second);
  } else if (!line_item.school.empty()) {
    one.set_school(IdOf(line_item.school));
  }
}

bool RosterBundle::SessionsOverlap() const {
  return Calendar().terms().empty() &&
         std::any_of(std::begin(kTermTypes), std::end(kTermTypes),
                     [&](const char* type) { return sessions_.contains(type); });
}

common::v1::InstructionalCalendar RosterBundle::Calendar() const {
  for (const char* type : kTermTypes) {
    auto sessions = sessions_.find(type);
    if (sessions == sessions_.end()) continue;
    common::v1::InstructionalCalendar calendar;
    bool consistent = true;
    std::optional<core::Date> before;
    for (const auto& [span, title] : sessions->second) {
      consistent &= !before || span.first > *before;
      before = span.second;
      common::v1::Term& term = *calendar.add_terms();
      term.set_first(core::FormatDate(span.first));
      term.set_last(core::FormatDate(span.second));
      term.set_name(Short(title));
    }
    if (consistent && calendar.terms_size() <= kTermsAtMost) return calendar;
  }
  return {};
}

bool RosterBundle::says_teachers() const {
  return std::any_of(schools.begin(), schools.end(),
                     [](const auto& school) { return !school.second.teachers.empty(); });
}

std::vector<evidence::v1::Assessment> RosterBundle::Assessments() const {
  std::vector<evidence::v1::Assessment> all;
  for (const auto& [id, definition] : catalogue_.assessments()) {
    evidence::v1::Assessment& one = all.emplace_back();
    one.set_assessment(id);
    one.set_title(Short(definition.title));
    one.set_kind(KindOf(definition.kind));
    one.set_scale_min(definition.scale_min);
    one.set_scale_max(definition.scale_max);
    one.set_scale(definition.scale);
    if (definition.proficiency_cut) one.set_proficiency_cut(*definition.proficiency_cut);
    one.mutable_indicators()->Assign(definition.indicators.begin(), definition.indicators.end());
  }
  return all;
}

std::string RosterBundle::Digest() const {
  std::string digest = district_name;
  const auto add = [&](std::initializer_list<std::string_view> parts) {
    digest = core::DerivedId({digest, core::DerivedId(parts)});
  };
  add({Calendar().SerializeAsString()});
  for (const auto& [id, school] : schools) {
    add({"school", id, school.name});
    for (const auto& [team, name] : school.teams) add({"team", team, name});
    for (const auto& one : school.classes) add({"class", one.SerializeAsString()});
    for (const auto& [student, classes] : school.students) {
      add({"student", student});
      for (const std::string& one : classes) add({"in", one});
    }
    for (const auto& [student, dated] : school.dated) {
      for (const auto& one : dated) add({"dated", student, one.SerializeAsString()});
    }
    for (const auto* changes : {&school.changes, &school.teachers}) {
      for (const auto& [user, change] : *changes) {
        add({changes == &school.changes ? "change" : "teacher", user});
        for (const std::string& one : change.came_to) add({"to", one});
        for (const std::string& one : change.left) add({"from", one});
        for (const auto& one : change.dated) add({"dated", one.SerializeAsString()});
      }
    }
  }
  for (const auto& [student, name] : names) add({"name", student, name});
  for (const auto& [student, of] : groups) {
    add({"groups", student});
    for (const std::string& group : of) add({"of", group});
  }
  for (const auto& [student, of] : group_dimensions) {
    add({"dimensions", student});
    for (const std::string& dimension : of) add({"of", dimension});
  }
  for (const std::string& one : departed) add({"departed", one});
  for (const std::string& one : teachers) add({"teaches", one});
  for (const std::string& one : ended_classes) add({"ended", one});
  for (const std::string& one : gone_line_items) add({"gone", one});
  for (const auto& one : Assessments()) add({"assessment", one.SerializeAsString()});
  for (const auto& one : line_items) add({"line item", one.SerializeAsString()});
  return digest;
}

}  // namespace throughline::importing
