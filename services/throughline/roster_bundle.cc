#include "throughline/roster_bundle.h"

#include "oneroster/conventions.h"

namespace throughline {

using oneroster::IdOf;

namespace {

bool IsGone(const oneroster::Row& row) { return row.status == oneroster::RowStatus::kToBeDeleted; }

evidence::v1::AssessmentKind KindOf(oneroster::AssessmentKind kind) {
  switch (kind) {
    case oneroster::AssessmentKind::kAnnualSummative:
      return evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE;
    case oneroster::AssessmentKind::kTrimesterScreening:
      return evidence::v1::ASSESSMENT_KIND_TRIMESTER_SCREENING;
    case oneroster::AssessmentKind::kQuarterlyInterim:
      return evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM;
    case oneroster::AssessmentKind::kMonthlyFormative:
      return evidence::v1::ASSESSMENT_KIND_MONTHLY_FORMATIVE;
    case oneroster::AssessmentKind::kDailyCheck:
      return evidence::v1::ASSESSMENT_KIND_DAILY_CHECK;
  }
  return evidence::v1::ASSESSMENT_KIND_UNSPECIFIED;
}

}  // namespace

void RosterBundle::OnOrg(const oneroster::Org& org) {
  if (IsGone(org)) return;
  if (org.type == "district" && district_name.empty()) district_name = org.name;
  if (org.type == "school") schools[IdOf(org.sourced_id)].name = org.name;
}

void RosterBundle::OnAcademicSession(const oneroster::AcademicSession& session) {
  if (IsGone(session) || (session.type != "term" && session.type != "semester")) return;
  if (session.end <= session.start) return;
  terms_[session.start] = {session.end - std::chrono::days{1}, session.title};
}

void RosterBundle::OnClass(const oneroster::ClassRow& row) {
  if (IsGone(row)) return;
  const std::string school_id = IdOf(row.school);
  SchoolRoster& school = schools[school_id];
  school_of_class_[row.sourced_id] = school_id;
  evidence::v1::RosterClass& one = school.classes.emplace_back();
  one.set_class_id(IdOf(row.sourced_id));
  one.set_title(row.title.substr(0, 256));
  one.set_team(oneroster::TeamOf(row));
  auto team = row.metadata.find("team");
  school.teams.try_emplace(one.team(), team == row.metadata.end() ? row.course : team->second);
}

void RosterBundle::OnUser(const oneroster::User& user) {
  if (IsGone(user)) return;
  for (std::string& group : oneroster::GroupsOf(user)) {
    groups[user.sourced_id].insert(std::move(group));
  }
}

void RosterBundle::OnDemographics(const oneroster::Demographics& demographics) {
  for (std::string& group : oneroster::GroupsOf(demographics)) {
    groups[demographics.sourced_id].insert(std::move(group));
  }
}

void RosterBundle::OnEnrollment(const oneroster::Enrollment& enrollment) {
  if (IsGone(enrollment) || enrollment.role != "student") return;
  auto school = school_of_class_.find(enrollment.class_id);
  if (school == school_of_class_.end()) return;
  schools[school->second].students[enrollment.user].insert(IdOf(enrollment.class_id));
}

void RosterBundle::OnCategory(const oneroster::Category& category) {
  catalogue_.AddCategory(category);
}

void RosterBundle::OnLineItem(const oneroster::LineItem& line_item) {
  auto school = school_of_class_.find(line_item.class_id);
  if (IsGone(line_item) || school == school_of_class_.end()) return;
  auto assessment = catalogue_.AddLineItem(line_item, problems_);
  if (!assessment) return;
  evidence::v1::LineItem& one = line_items.emplace_back();
  one.set_line_item(line_item.sourced_id);
  one.set_assessment(*assessment);
  one.set_class_id(IdOf(line_item.class_id));
  one.set_school(school->second);
}

common::v1::InstructionalCalendar RosterBundle::Calendar() const {
  common::v1::InstructionalCalendar calendar;
  std::optional<core::Date> last;
  for (const auto& [first, end] : terms_) {
    if (last && first <= *last) return {};
    last = end.first;
    common::v1::Term& term = *calendar.add_terms();
    term.set_first(core::FormatDate(first));
    term.set_last(core::FormatDate(end.first));
    term.set_name(end.second);
  }
  return calendar;
}

std::vector<evidence::v1::Assessment> RosterBundle::Assessments() const {
  std::vector<evidence::v1::Assessment> all;
  for (const auto& [id, definition] : catalogue_.assessments()) {
    evidence::v1::Assessment& one = all.emplace_back();
    one.set_assessment(id);
    one.set_title(definition.title.substr(0, 256));
    one.set_kind(KindOf(definition.kind));
    one.set_scale_min(definition.scale_min);
    one.set_scale_max(definition.scale_max);
    if (definition.proficiency_cut) one.set_proficiency_cut(*definition.proficiency_cut);
    one.mutable_indicators()->Assign(definition.indicators.begin(), definition.indicators.end());
  }
  return all;
}

}  // namespace throughline
