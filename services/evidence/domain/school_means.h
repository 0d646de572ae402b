// Where a school stands on an assessment that feeds a measure of a plan of it: the mean of the
// latest score of each of its students in the plan's school year.
//
// It is counted from the plan's publication on, with what had come before: a result costs nothing
// for it where no measure asks. The scores of a student are kept in stretches of days, as trails
// are, and the latest beside them, so that adding one costs the same however many there are.
//
// What is shown follows the exact sums by the rule of disclosure/release.h, with the students as
// the cell, some seconds after results came, as in released_scores.h. Only students whose latest
// score is another than the one that is shown are looked at for that.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"
#include "throughline/plans/v1/site_plan.pb.h"

namespace throughline::evidence {

// school_mean/0 or 1/district/school/assessment/year
inline constexpr std::string_view kSchoolMeanDue = "school_mean/";

struct SchoolMeanKey {
  std::string district;
  std::string school;
  std::string assessment;
  int32_t year = 0;
  auto operator<=>(const SchoolMeanKey&) const = default;
  std::string Text() const;
};
// Of the results of one student.
std::string YearScoresKey(const SchoolMeanKey& key, std::string_view student);

// The assessments that feed measures of the plan, with the days of its school year: by the
// calendar's terms, and where it has none of that year, from July to June.
std::vector<v1::MeasuredAssessment> MeasuredBy(const plans::v1::SitePlan& plan,
                                               const core::InstructionalCalendar& calendar);
// Whether the assessment's results of that year are counted already.
bool IsMeasured(const std::string& district, const std::string& school,
                const v1::MeasuredAssessment& one, const decider::State& state);
// For Apply: those that are new are counted from here on, and what has come.
void Measure(const v1::DesiredGrowthNoted& noted, core::Instant time, decider::State& state);

// The means that a result of that day is in.
std::vector<SchoolMeanKey> MeansOf(const std::string& district, const std::string& school,
                                   const std::string& assessment, int32_t day,
                                   const decider::State& state);
// Rows that are read when one of them is counted.
void AddMeanRows(const SchoolMeanKey& key, const std::string& student, int32_t day,
                 std::vector<decider::RowKey>& rows);
// For Apply: a counted result comes into the year, or out of it.
void CountInYear(const SchoolMeanKey& key, const std::string& student, v1::TrailPoint point,
                 bool in, decider::State& state);
// For Apply, when all results of an event are counted. None while fewer students than a smallest
// cell are to be shown otherwise: nothing could move.
void SetSchoolMeanTimer(const SchoolMeanKey& key, core::Instant time, decider::State& state);

void DecideSchoolMean(std::string_view timer, decider::Turn& turn);
void Apply(const v1::SchoolMeanReleased& released, decider::State& state);

}  // namespace throughline::evidence
