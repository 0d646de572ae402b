// What a bundle says of a district but for the results, gathered by school, in the services' words.
// Rosters are held in memory; a district of a hundred thousand students takes some ten megabytes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "oneroster/assessment_catalogue.h"
#include "oneroster/bundle_reader.h"
#include "throughline/common/v1/calendar.pb.h"
#include "throughline/evidence/v1/assessment.pb.h"
#include "throughline/evidence/v1/roster.pb.h"

namespace throughline::importing {

// Groups of each student, by SIS id.
using StudentGroups = std::map<std::string, std::set<std::string>>;

struct SchoolRoster {
  std::string name;
  std::map<std::string, std::string> teams;  // id -> name
  std::vector<evidence::v1::RosterClass> classes;
  // SIS id -> classes; none: the student has left.
  std::map<std::string, std::set<std::string>> students;
};

class RosterBundle : public oneroster::BundleVisitor {
 public:
  explicit RosterBundle(oneroster::ProblemSink problems) : problems_(std::move(problems)) {}

  void OnOrg(const oneroster::Org& org) override;
  void OnAcademicSession(const oneroster::AcademicSession& session) override;
  void OnCourse(const oneroster::Course& course) override;
  void OnClass(const oneroster::ClassRow& row) override;
  void OnUser(const oneroster::User& user) override;
  void OnDemographics(const oneroster::Demographics& demographics) override;
  void OnEnrollment(const oneroster::Enrollment& enrollment) override;
  void OnCategory(const oneroster::Category& category) override;
  void OnLineItem(const oneroster::LineItem& line_item) override;
  void OnProblem(const oneroster::BundleProblem& problem) override { problems_(problem); }

  // The sessions of the first of these types that has some and in which none overlap: term,
  // semester, gradingPeriod. When there is no such type there are no terms, and every weekday
  // counts.
  common::v1::InstructionalCalendar Calendar() const;
  std::vector<evidence::v1::Assessment> Assessments() const;
  // Of all that is said here; 26 characters.
  std::string Digest() const;

  std::string district_name;
  std::map<std::string, SchoolRoster> schools;  // by id
  StudentGroups groups;
  std::vector<evidence::v1::LineItem> line_items;

 private:
  oneroster::ProblemSink problems_;
  std::map<std::string, std::string> school_of_class_;  // SIS id of a class -> school id
  std::map<std::string, std::string> course_titles_;
  oneroster::AssessmentCatalogue catalogue_;
  // By type; first and last day -> title, so that what several schools say counts once.
  std::map<std::string, std::map<std::pair<core::Date, core::Date>, std::string>> sessions_;
};

}  // namespace throughline::importing
