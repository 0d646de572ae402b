// The school year of a team: watched as a cycle is, with the indicators that the team's cycles of
// that year work on. A student's growth is from the first result of its first days to the latest.
// Nobody is shown it as a cycle.
#pragma once

#include <string_view>

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/team_keys.h"

namespace throughline::evidence {

// The days of the school year that begins in that calendar year: by the calendar's terms, and where
// it has none of that year, from July to June.
core::InstructionalCalendar::Term DaysOfSchoolYear(int32_t year,
                                                   const core::InstructionalCalendar& calendar);
// The calendar year in which the school year of the day begins; between two years, and after the
// last, that of the one before.
int32_t SchoolYearAt(core::Date day, const core::InstructionalCalendar& calendar);

// The watched year that the day is in; nullptr when there is none.
const v1::Watch* FindSchoolYear(const v1::TeamRow& team, int32_t day);

// For Apply, after `cycle` began to be watched: so is the year in which it begins. Without terms in
// the calendar there is none.
void WatchSchoolYear(decider::State& state, const TeamKey& team, const v1::Watch& cycle,
                     core::Instant time, TouchedStudents& touched);

// The year is over: nobody is behind for it any more.
void DecideYearOver(std::string_view timer, decider::Turn& turn);
inline constexpr std::string_view kYearOver = "year_over/";  // year_over/district/school/team/year

}  // namespace throughline::evidence
