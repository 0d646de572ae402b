// Where a school stands on an assessment in a school year: the mean of the latest score of each of
// its students. A measure of a plan that the assessment feeds is held against it.
//
// What is shown follows the exact sums by the rule of disclosure/release.h, with the students as
// the cell, some seconds after results came, as in released_scores.h. Only students whose latest
// score is another than the one that is shown are looked at for that.
#pragma once

#include <string>
#include <string_view>

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// school_mean/0 or 1/district/school/assessment/year
inline constexpr std::string_view kSchoolMeanDue = "school_mean/";

struct SchoolMeanKey {
  std::string district;
  std::string school;
  std::string assessment;
  int32_t year = 0;
  auto operator<=>(const SchoolMeanKey&) const = default;
};
// Of the results of one student.
std::string YearScoresKey(const SchoolMeanKey& key, std::string_view student);

// The calendar year in which the school year of a day begins: by the calendar's terms, and where no
// term has the day, on 1 July.
int32_t SchoolYearOf(int32_t day, const core::InstructionalCalendar& calendar);

// For Apply: a counted result comes into the year, or out of it.
void CountInYear(const SchoolMeanKey& key, const std::string& student, const v1::TrailPoint& point,
                 bool in, decider::State& state);
// For Apply, when all results of an event are counted.
void SetSchoolMeanTimer(const SchoolMeanKey& key, core::Instant time, decider::State& state);

void DecideSchoolMean(std::string_view timer, decider::Turn& turn);
void Apply(const v1::SchoolMeanReleased& released, decider::State& state);

}  // namespace throughline::evidence
