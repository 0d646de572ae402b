// What a bundle says of a district but for the results, gathered by school, in the services' words.
// Rosters are held in memory; a district of a hundred thousand students takes some ten megabytes.
//
// A bulk bundle says of each student all of their classes and groups. A delta says what changed:
// enrolments that began or are to be deleted, groups of the dimensions that its rows name. Whatever
// is to be deleted may be said with no more than its sourcedId, but for an enrolment, which has to
// say whose it is and in which class.
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

// What people call each student, by SIS id; those of whom it is said.
using StudentNames = std::map<std::string, std::string>;

// Groups of each student, by SIS id.
using StudentGroups = std::map<std::string, std::set<std::string>>;

using Enrolments = std::vector<evidence::v1::Enrolment>;

// Classes that a student, or a teacher, came to and left.
struct EnrolmentChange {
  std::set<std::string> came_to;
  std::set<std::string> left;
  Enrolments dated;  // all that are said of their classes
};

struct SchoolRoster {
  std::string name;                          // empty: not said
  std::map<std::string, std::string> teams;  // id -> name; empty: not said
  std::vector<evidence::v1::RosterClass> classes;
  // SIS id -> classes without days; none, and none in `dated`: the student has left.
  std::map<std::string, std::set<std::string>> students;
  std::map<std::string, Enrolments> dated;  // by SIS id: enrolments with a first or a last day
  // By SIS id: of a delta, what changed; of a bulk, classes of enrolments that are to be deleted.
  std::map<std::string, EnrolmentChange> changes;
  // Of a bulk: class -> SIS ids of all whom a row names, whatever it says of them.
  std::map<std::string, std::set<std::string>> listed;
  // By SIS id: who teaches; of a bulk, `came_to` and `dated` are all of their classes.
  std::map<std::string, EnrolmentChange> teachers;
};

class RosterBundle : public oneroster::BundleVisitor {
 public:
  // `of_changes`: what the bundle says of students is what changed.
  explicit RosterBundle(oneroster::ProblemSink problems, bool of_changes = false)
      : problems_(std::move(problems)), of_changes_(of_changes) {}

  void OnOrg(const oneroster::Org& org) override;
  void OnAcademicSession(const oneroster::AcademicSession& session) override;
  void OnCourse(const oneroster::Course& course) override;
  void OnClass(const oneroster::ClassRow& row) override;
  void OnUser(const oneroster::User& user) override;
  void OnUserRole(const oneroster::UserRole& role) override;
  void OnDemographics(const oneroster::Demographics& demographics) override;
  void OnEnrollment(const oneroster::Enrollment& enrollment) override;
  void OnCategory(const oneroster::Category& category) override;
  void OnLineItem(const oneroster::LineItem& line_item) override;
  void OnProblem(const oneroster::BundleProblem& problem) override;

  // The sessions of the first of these types that has some and in which none overlap: term,
  // semester, gradingPeriod. When there is no such type there are no terms, and every weekday
  // counts.
  common::v1::InstructionalCalendar Calendar() const;
  // Whether there are sessions of these types, which overlap in each of them.
  bool SessionsOverlap() const;
  std::vector<evidence::v1::Assessment> Assessments() const;
  bool of_changes() const { return of_changes_; }
  // Whether anybody is said to teach: a bundle may be of students alone.
  bool says_teachers() const;
  // Rows that say who is in a class, or which classes and users there are, and that could not be
  // read: whom they name is not known.
  int64_t rows_lost() const { return rows_lost_; }
  // Of all that is said here; 26 characters.
  std::string Digest() const;

  std::string district_name;
  std::map<std::string, SchoolRoster> schools;  // by id
  StudentNames names;  // of other users, too, where nothing says what they are
  StudentGroups groups;
  StudentGroups group_dimensions;         // that `groups` says anew, of a delta
  std::set<std::string> departed;         // SIS ids of users who are to be deleted
  std::set<std::string> teachers;         // SIS ids of users of whom some row says that they teach
  std::set<std::string> ended_classes;    // ids
  std::set<std::string> gone_line_items;  // SIS ids
  std::vector<evidence::v1::LineItem> line_items;

 private:
  void OnChange(const oneroster::Enrollment& enrollment);
  // Adds what an enrolment says to what is known of its user.
  void AddChange(const oneroster::Enrollment& enrollment, EnrolmentChange& change) const;
  // The enrolment's days; nullopt when it has none.
  std::optional<evidence::v1::Enrolment> DaysOf(const oneroster::Enrollment& enrollment) const;

  oneroster::ProblemSink problems_;
  const bool of_changes_;
  int64_t rows_lost_ = 0;
  std::map<std::string, std::string> school_of_class_;  // SIS id of a class -> school id
  std::map<std::string, std::string> course_titles_;
  oneroster::AssessmentCatalogue catalogue_;
  // By type; first and last day -> title, so that what several schools say counts once.
  std::map<std::string, std::map<std::pair<core::Date, core::Date>, std::string>> sessions_;
};

}  // namespace throughline::importing
