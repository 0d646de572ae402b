// Where a result belongs: its assessment, school and class, as far as its source does not name
// them.
//
// Of what the district's key knows, the line item says all three; else the class says the school;
// else the student's stay on the day does, from what rosters said: by the days of enrolments; where
// a roster says none, a stay begins on the day on which it first had the student in a school, and
// is over on the day on which it no longer did. The class is determined on the school's key, from
// the student's classes and from what their teams work on. What cannot be determined is set aside,
// never guessed. Pure functions; the rows are read by ResolvePlacement (result_places.h).
#pragma once

#include <string>
#include <string_view>

#include "decider/decider.h"
#include "evidence/domain/batch.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// By which line item, class or student the result is still to be placed; empty when it is not.
// They are asked in this order, each after what the one before it said was filled in.
std::string_view LineItemAsked(const v1::Result& result);
std::string_view ClassAsked(const v1::Result& result);
std::string_view StudentAsked(const v1::Result& result);
// Fills in what that row says; only of a result that asks for it.
void PlaceBy(const v1::LineItem& item, v1::Result& result);
void PlaceBy(const v1::ClassPlaceRow& place, v1::Result& result);
void PlaceBy(const v1::StudentPlaceRow& place, v1::Result& result);

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
