// The state tables of the evidence service and their keys. core/key.h lays these out.
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "core/key.h"
#include "decider/state.h"
#include "district/district_notes.h"
#include "throughline/evidence/v1/assessment.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"
#include "throughline/evidence/v1/students.pb.h"
#include "throughline/plans/v1/emergency_access.pb.h"

namespace throughline::evidence {

using core::JoinKey;
using decider::Table;
using district::CalendarOf;
using district::kDistricts;
using district::kSchools;
using district::PolicyOf;
using district::ZoneOf;

// In every partition.
inline constexpr Table<v1::Assessment> kAssessments{"assessment"};  // district/assessment
inline constexpr Table<v1::PercentileCut> kCuts{"cut"};             // district/indicator
inline constexpr Table<v1::ScaleRow> kScales{"scale"};              // district/assessment
inline constexpr Table<v1::Norm> kNorms{"norm"};                    // district/assessment

// On a school's key.
inline constexpr Table<v1::RosterClass> kClasses{"class"};    // district/school/class
inline constexpr Table<v1::StudentRow> kStudents{"student"};  // district/school/student
inline constexpr Table<v1::TeacherRow> kTeachers{"teacher"};  // district/school/teacher
inline constexpr Table<v1::TeamRow> kTeams{"team"};           // district/school/team
// district/school/source/source id
inline constexpr Table<v1::ResultRow> kResults{"result", true};
// district/school/indicator/stretch of days/student
inline constexpr Table<v1::TrailRow> kTrails{"trail"};
// district/school/team/cycle/indicator/student
inline constexpr Table<v1::ContributionRow> kContributions{"contribution"};
inline constexpr Table<v1::EvidenceRow> kEvidence{
    "evidence"};  // district/school/team/cycle/indicator
// How a student stands: district/school/indicator/student
inline constexpr Table<v1::StandingRow> kStandings{"standing"};
// How many stand how: district/school/indicator/cell
inline constexpr Table<v1::StrugglingCellRow> kStrugglingCells{"struggling_cell"};
inline constexpr Table<v1::ClassScoresRow> kClassScores{"class_scores"};  // see ClassScoresKey
// district/assessment/school
inline constexpr Table<v1::SchoolScoresRow> kSchoolScores{"school_scores"};
// What feeds measures: district/school; see SchoolMeanKey: district/school/assessment/year, with
// the student, and with a stretch of days.
inline constexpr Table<v1::MeasuredRow> kMeasured{"measured"};
inline constexpr Table<v1::ShownScoresRow> kSchoolMeans{"school_mean"};
inline constexpr Table<v1::TrailPoint> kLatestScores{"latest_score"};
inline constexpr Table<v1::TrailRow> kYearScores{"year_scores"};
// Run charts, see run_chart_weeks.h: district/school/team/indicator/week, of the whole school under
// an empty team.
inline constexpr Table<v1::ChartWeekRow> kChartWeeks{"chart_week"};
// As kChartWeeks: district/school/team/indicator
inline constexpr Table<v1::RunChartBaselinesRow> kRunChartBaselines{"run_chart_baselines"};
// Of assessments with a cut, see proficiency.h: district/year/assessment/school, so that a year of
// the whole district is one range.
inline constexpr Table<v1::ProficiencyRow> kProficiency{"proficiency"};
// A student's results: district/assessment/school/year/student
inline constexpr Table<v1::TrailRow> kCutScores{"cut_scores"};
inline constexpr Table<v1::CountsRow> kCounts{"counts"};  // district/school
inline constexpr Table<v1::DesiredGrowthRow> kDesiredGrowth{
    "desired_growth"};  // district/school/indicator
// What a team adds to the sums of its school: district/school/indicator/team
inline constexpr Table<v1::ChangeSums> kTeamChanges{"team_changes"};
// On the district's key, under an empty school, too: district/school/indicator
inline constexpr Table<v1::ChangesRow> kChanges{"changes"};
// As kChanges: district/school
inline constexpr Table<v1::WidenedGapsRow> kWidenedGaps{"widened_gaps"};
inline constexpr Table<v1::QuarantinedResult> kQuarantine{"quarantine"};  // district/school/entry
// Emergency access that is not over: district/school/access
inline constexpr Table<plans::v1::EmergencyAccess> kEmergencyAccess{"emergency_access"};
// district/school/former entry
inline constexpr Table<v1::FormerEntryRow> kFormerEntries{"former_entry"};

// On the district's key. What has no school is kept under an empty school.
inline constexpr Table<v1::LineItem> kLineItems{"line_item"};                 // district/line item
inline constexpr Table<v1::ClassPlaceRow> kClassPlaces{"class_place"};        // district/class
inline constexpr Table<v1::StudentPlaceRow> kStudentPlaces{"student_place"};  // district/student
inline constexpr Table<v1::HistogramRow> kHistograms{"histogram"};            // district/indicator
inline constexpr Table<v1::ErasureCertificate> kErasures{"erasure"};  // district/certificate
// What a school adds to the sums of the district: district/indicator/school
inline constexpr Table<v1::ChangesRow> kSchoolChanges{"school_changes"};
// district/assessment
inline constexpr Table<v1::DistrictScoresRow> kDistrictScores{"district_scores"};
// district/assessment/school
inline constexpr Table<v1::ScoresRow> kScoresOfSchools{"scores_of_school"};

// All of them but kFormerEntries, which no new event fills: for what goes over every table.
inline constexpr std::tuple kTables{district::kDistricts,
                                    district::kSchools,
                                    district::kTeams,
                                    district::kFollowed,
                                    kAssessments,
                                    kCuts,
                                    kScales,
                                    kNorms,
                                    kClasses,
                                    kStudents,
                                    kTeachers,
                                    kTeams,
                                    kResults,
                                    kTrails,
                                    kContributions,
                                    kEvidence,
                                    kStandings,
                                    kStrugglingCells,
                                    kClassScores,
                                    kSchoolScores,
                                    kMeasured,
                                    kSchoolMeans,
                                    kLatestScores,
                                    kYearScores,
                                    kChartWeeks,
                                    kRunChartBaselines,
                                    kProficiency,
                                    kCutScores,
                                    kCounts,
                                    kDesiredGrowth,
                                    kTeamChanges,
                                    kChanges,
                                    kWidenedGaps,
                                    kQuarantine,
                                    kEmergencyAccess,
                                    kLineItems,
                                    kClassPlaces,
                                    kStudentPlaces,
                                    kHistograms,
                                    kErasures,
                                    kSchoolChanges,
                                    kDistrictScores,
                                    kScoresOfSchools};

// By assessment first, so that one assessment of the whole district is one range.
inline std::string ClassScoresKey(std::string_view district, std::string_view assessment,
                                  std::string_view school, std::string_view class_id) {
  return JoinKey(district, assessment, school, class_id);
}

inline std::string ResultKey(std::string_view district, std::string_view school,
                             std::string_view source, std::string_view source_id) {
  return JoinKey(district, school, source, source_id);
}

}  // namespace throughline::evidence
