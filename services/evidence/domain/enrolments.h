// Enrolments with days: who is in which class on which day. Days are days since 1970-01-01, in the
// district. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "throughline/evidence/v1/roster.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// What is known of a student in a school.
struct Enrolled {
  std::set<std::string> undated;          // classes of which no day is known
  std::vector<v1::Enrolment> enrolments;  // of other classes
};

bool Lasts(const v1::Enrolment& enrolment, int32_t day);

// As a request names the student: a class without days stands above one with them.
Enrolled EnrolledBy(const v1::RosterStudent& student);
// As an event says the student, and as a row has them.
Enrolled EnrolledSaid(const v1::RosterStudent& student);
Enrolled EnrolledBy(const v1::StudentRow& row);

// Ends what lasts in the class, or is to come.
void Leave(Enrolled& enrolled, const std::string& class_id, int32_t day);
// Takes over what `before` has of classes that `enrolled` does not name: what lasts there ends on
// `day`, unless it is to be `kept`.
void Remember(Enrolled& enrolled, const Enrolled& before, bool kept, int32_t day);

// The classes that the student is in on the day, by id; none: has left, or is yet to come.
std::set<std::string> ClassesOn(const Enrolled& enrolled, int32_t day);
// The classes of a result's day: those of that day, else those whose enrolments were over last
// before it, else the first to come. Empty when nothing is known.
std::set<std::string> ClassesFor(const v1::StudentRow& row, int32_t day);
// The days after `day` on which an enrolment begins or is over.
std::set<int32_t> ChangesAfter(const v1::RosterStudent& student, int32_t day);

// The student as events say it on that day: enrolments in order of class and first day, the oldest
// of very many left out.
v1::RosterStudent StudentOn(const std::string& student, const std::set<std::string>& groups,
                            const Enrolled& enrolled, int32_t day);

// A stay in a school: from `first` until before `over`; absent: it is not over.
struct SchoolStay {
  int32_t first = 0;
  std::optional<int32_t> over;
  bool operator==(const SchoolStay&) const = default;
};
// The stays that a student's enrolments make, in order; those that touch are one. Classes without
// days make one that began on `undated_from`. Only for students with enrolments.
std::vector<SchoolStay> StaysOf(const v1::RosterStudent& student, int32_t undated_from);

}  // namespace throughline::evidence
