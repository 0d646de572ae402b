// The rows of a OneRoster 1.2 CSV bundle, as far as this system reads them. Plain values. Column
// names of the binding stand beside the members. A member that the file leaves empty is empty.
//
// Source: 1EdTech OneRoster 1.2, CSV Binding. Names of people are read to say who students are to
// those who teach them; mail addresses, birth dates and all else are not read at all: what is not
// held cannot leak.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"

namespace throughline::oneroster {

enum class RowStatus { kActive, kToBeDeleted };

// Columns `metadata.<name>`, by name without the prefix; empty values are left out.
using Metadata = std::map<std::string, std::string, std::less<>>;

// A row that is to be deleted may have no more than its sourcedId.
struct Row {
  std::string sourced_id;                    // sourcedId
  RowStatus status = RowStatus::kActive;     // status; empty: active
  std::optional<core::Instant> modified_at;  // dateLastModified
  Metadata metadata;
  int64_t line = 0;  // where the row starts, from 1; 0: not from a file

  bool operator==(const Row&) const = default;
};

struct Org : Row {
  std::string name;
  std::string type;  // district, school, department, local, state, national
  std::string identifier;
  std::string parent;  // parentSourcedId

  bool operator==(const Org&) const = default;
};

struct AcademicSession : Row {
  std::string title;
  std::string type;  // gradingPeriod, semester, schoolYear, term
  core::Date start;  // startDate
  core::Date end;    // endDate: the day after the last one
  std::string parent;
  std::string school_year;  // schoolYear: the year in which it ends

  bool operator==(const AcademicSession&) const = default;
};

struct Course : Row {
  std::string school_year_session;  // schoolYearSourcedId
  std::string title;
  std::string code;                 // courseCode
  std::vector<std::string> grades;  // comma separated in the file
  std::string org;                  // orgSourcedId
  std::vector<std::string> subjects;

  bool operator==(const Course&) const = default;
};

struct ClassRow : Row {
  std::string title;
  std::vector<std::string> grades;
  std::string course;              // courseSourcedId
  std::string code;                // classCode
  std::string type;                // classType: homeroom, scheduled
  std::string school;              // schoolSourcedId
  std::vector<std::string> terms;  // termSourcedIds
  std::vector<std::string> subjects;

  bool operator==(const ClassRow&) const = default;
};

struct User : Row {
  bool enabled = true;  // enabledUser; empty: true
  std::string role;     // OneRoster 1.1 only; in 1.2 it is in roles.csv and enrollments.csv
  std::vector<std::string> grades;
  std::string given_name;             // givenName
  std::string family_name;            // familyName
  std::string preferred_given_name;   // preferredGivenName
  std::string preferred_family_name;  // preferredFamilyName

  bool operator==(const User&) const = default;
};

struct UserRole : Row {
  std::string user;  // userSourcedId
  std::string role;  // student, teacher, aide, principal, siteAdministrator, ...
  std::string org;   // orgSourcedId

  bool operator==(const UserRole&) const = default;
};

// sourced_id is that of the user.
struct Demographics : Row {
  std::string sex;                 // male, female, unspecified, other
  std::vector<std::string> flags;  // names of the columns that say "true", in the binding's order

  bool operator==(const Demographics&) const = default;
};

struct Enrollment : Row {
  std::string class_id;  // classSourcedId
  std::string school;    // schoolSourcedId
  std::string user;      // userSourcedId
  std::string role;      // student, teacher, proctor, administrator
  std::optional<core::Date> begin;
  std::optional<core::Date> end;

  bool operator==(const Enrollment&) const = default;
};

struct Category : Row {
  std::string title;

  bool operator==(const Category&) const = default;
};

struct LineItem : Row {
  std::string title;
  std::string description;
  std::optional<core::Date> assigned;  // assignDate
  std::optional<core::Date> due;       // dueDate
  std::string class_id;                // classSourcedId
  std::string category;                // categorySourcedId
  std::string session;   // academicSessionSourcedId, else gradingPeriodSourcedId (the 1.1 name)
  double value_min = 0;  // resultValueMin
  double value_max = 0;  // resultValueMax
  std::string school;    // schoolSourcedId

  bool operator==(const LineItem&) const = default;
};

enum class ScoreStatus {
  kUnspecified,  // left empty
  kExempt,
  kFullyGraded,
  kNotSubmitted,
  kPartiallyGraded,
  kSubmitted,
};

struct ResultRow : Row {
  std::string line_item;  // lineItemSourcedId; may be empty in a retraction
  std::string student;    // studentSourcedId; may be empty in a retraction
  std::string class_id;   // classSourcedId, normally left out: the line item says it
  ScoreStatus score_status = ScoreStatus::kUnspecified;
  std::optional<double> score;  // a finite number; whether it is on the scale is not checked
  std::optional<core::Date> score_date;  // always there but in a retraction

  // The source system took it back.
  bool retracted() const { return status == RowStatus::kToBeDeleted; }

  bool operator==(const ResultRow&) const = default;
};

// "fully graded" and so on, as scoreStatus is spelled; empty for kUnspecified.
std::string_view ScoreStatusName(ScoreStatus status);

}  // namespace throughline::oneroster
