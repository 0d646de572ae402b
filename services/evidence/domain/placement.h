// Where a result belongs when its source names no more than the student and the day.
//
// The school is determined on the district's key, from what rosters said: by the days of
// enrolments; where a roster says none, a stay begins on the day on which it first had the student
// in a school, and is over on the day on which it no longer did. The class is determined on the
// school's key, from the student's classes and from what their teams work on. What cannot be
// determined is set aside, never guessed. Pure functions.
#pragma once

#include <string>

#include "decider/decider.h"
#include "evidence/domain/evaluation.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The school of a day: of the stays that include it the one that began last, as a school that a
// student left may go on listing them. Between stays it is the one before; before the first, where
// rosters came later than the results, the first. Empty when two stays began on the same day.
std::string SchoolOn(const v1::StudentPlaceRow& place, core::Date day);

// The class of a result that names none: where it is recorded already; else of the classes that
// the student was in on its day (or was in last before it) the only one, or the only one whose team
// works on what the assessment observes in a cycle that includes the day. Several of one team count
// as one: the first by id. Empty when that is not enough.
std::string ClassOf(const v1::Result& result, const Batch& batch, const v1::ResultRow* before,
                    const decider::State& state);

// On the district's key: notes who came to the school and who left it.
void ListStudents(const v1::RosterChanged& changed, decider::Turn& turn);
void Apply(const v1::StudentsListed& listed, decider::State& state);

}  // namespace throughline::evidence
