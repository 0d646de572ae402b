#include "evidence/domain/school_means.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "core/date.h"
#include "core/statistics/moments.h"
#include "disclosure/rounding.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"
#include "evidence/domain/found_results.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/released_scores.h"
#include "evidence/domain/school_year.h"
#include "evidence/domain/shown_scores.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

SchoolMeanKey KeyOf(const v1::SchoolMeanReleased& released) {
  return {released.district(), released.school(), released.assessment(), released.year()};
}

std::string StretchKey(const SchoolMeanKey& key, std::string_view student, int32_t day) {
  return JoinKey(YearScoresKey(key, student), std::to_string(StretchOf(day)));
}

// What is left of a student's results once the latest is gone.
LatestScore LatestOf(const SchoolMeanKey& key, std::string_view student,
                     const decider::State& state) {
  LatestScore latest;
  state.ForEach(kYearScores, JoinKey(YearScoresKey(key, student), ""),
                [&](const std::string&, const v1::TrailRow& row) {
                  for (const v1::TrailPoint& point : PointsOf(row)) {
                    if (!latest || IsBefore(*latest, point)) latest = point;
                  }
                });
  return latest;
}

int64_t SmallestOf(const std::string& district, const decider::State& state) {
  return disclosure::SmallestCell(PolicyOf(state, district));
}

// What is shown of teams has mostly the same students: as with the variance of a district, nothing
// may follow from both of the few who are in one of them only.
void Say(const v1::ShownScoresRow& shown, int64_t smallest, v1::SchoolMeanReleased& released) {
  const core::Moments scores = MomentsOf(shown.scores());
  if (scores.n() == 0) return;
  const double spread = std::sqrt(scores.Variance().value_or(0));
  released.set_students(static_cast<int32_t>(scores.n() / smallest * smallest));
  released.set_mean(disclosure::Rounded(scores.Mean() / kPpmOfAPercent, spread / kPpmOfAPercent,
                                        scores.n(), smallest));
  released.set_latest_result(core::FormatDate(core::FromDays(shown.latest_day())));
}

}  // namespace

std::string SchoolMeanKey::Text() const {
  return JoinKey(district, school, assessment, std::to_string(year));
}

std::string YearScoresKey(const SchoolMeanKey& key, std::string_view student) {
  return JoinKey(key.Text(), student);
}

std::vector<v1::MeasuredAssessment> MeasuredBy(const plans::v1::SitePlan& plan,
                                               const core::InstructionalCalendar& calendar) {
  std::set<std::string> assessments;
  for (const auto& measure : plan.measures()) {
    if (!measure.assessment().empty()) assessments.insert(measure.assessment());
  }
  std::vector<v1::MeasuredAssessment> measured;
  for (const std::string& assessment : assessments) {
    const auto days = DaysOfSchoolYear(plan.year(), calendar);
    v1::MeasuredAssessment& one = measured.emplace_back();
    one.set_assessment(assessment);
    one.set_year(plan.year());
    one.set_first_day(core::ToDays(days.first));
    one.set_last_day(core::ToDays(days.last));
  }
  return measured;
}

bool IsMeasured(const std::string& district, const std::string& school,
                const v1::MeasuredAssessment& one, const decider::State& state) {
  const auto* row = state.Find(kMeasured, JoinKey(district, school));
  if (row == nullptr) return false;
  return std::any_of(row->assessments().begin(), row->assessments().end(), [&](const auto& known) {
    return known.assessment() == one.assessment() && known.year() == one.year();
  });
}

void Measure(const v1::DesiredGrowthNoted& noted, core::Instant time, decider::State& state) {
  for (const v1::MeasuredAssessment& one : noted.measured()) {
    if (IsMeasured(noted.district(), noted.school(), one, state)) continue;
    const SchoolMeanKey key{noted.district(), noted.school(), one.assessment(), one.year()};
    const auto* assessment = state.Find(kAssessments, JoinKey(key.district, key.assessment));
    const DaySpan days{one.first_day(), one.last_day()};
    const FoundResults found = assessment == nullptr
                                   ? FoundResults()
                                   : ResultsIn(key.district, key.school, *assessment, days, state);
    for (const auto& [student, points] : found) {
      for (const auto& [result, point] : points) CountInYear(key, student, point, true, state);
    }
    *state.Edit(kMeasured, JoinKey(key.district, key.school)).add_assessments() = one;
    SetSchoolMeanTimer(key, time, state);
  }
}

std::vector<SchoolMeanKey> MeansOf(const std::string& district, const std::string& school,
                                   const std::string& assessment, int32_t day,
                                   const decider::State& state) {
  std::vector<SchoolMeanKey> means;
  const auto* row = state.Find(kMeasured, JoinKey(district, school));
  if (row == nullptr) return means;
  for (const v1::MeasuredAssessment& one : row->assessments()) {
    if (one.assessment() != assessment || day < one.first_day() || one.last_day() < day) continue;
    means.push_back({district, school, assessment, one.year()});
  }
  return means;
}

void AddMeanRows(const SchoolMeanKey& key, const std::string& student, int32_t day,
                 std::vector<decider::RowKey>& rows) {
  rows.push_back({std::string(kSchoolMeans.name), key.Text()});
  rows.push_back({std::string(kLatestScores.name), YearScoresKey(key, student)});
  rows.push_back({std::string(kYearScores.name), StretchKey(key, student, day)});
}

void CountInYear(const SchoolMeanKey& key, const std::string& student, v1::TrailPoint point,
                 bool in, decider::State& state) {
  point.clear_assessment();  // the key says it
  const std::string of_student = YearScoresKey(key, student);
  const auto* known = state.Find(kLatestScores, of_student);
  const LatestScore before = known == nullptr ? LatestScore() : LatestScore(*known);
  const std::string stretch = StretchKey(key, student, point.day());
  v1::TrailRow& scores = state.Edit(kYearScores, stretch);
  in ? AddPoint(scores, point) : RemovePoint(scores, point.result());
  if (scores.results().empty()) state.Erase(kYearScores, stretch);
  LatestScore now = before;
  if (in && (!before || IsBefore(*before, point))) now = point;
  if (!in && before && before->result() == point.result()) now = LatestOf(key, student, state);
  if (!now) {
    state.Erase(kLatestScores, of_student);
  } else if (!before || before->result() != now->result() || before->day() != now->day()) {
    state.Edit(kLatestScores, of_student) = *now;
  }
  const bool same = before && now && before->ppm() == now->ppm();
  if (same || (!before && !now)) return;
  NoteScore(student, before, now, state.Edit(kSchoolMeans, key.Text()));
}

void SetSchoolMeanTimer(const SchoolMeanKey& key, core::Instant time, decider::State& state) {
  const auto* row = state.Find(kSchoolMeans, key.Text());
  if (row == nullptr || row->pending_size() < SmallestOf(key.district, state)) return;
  SetReleaseTimer(kSchoolMeanDue, key.Text(), time, state);
}

void DecideSchoolMean(std::string_view timer, decider::Turn& turn) {
  const auto [district, school, assessment, year] =
      core::SplitKey<4>(timer.substr(kSchoolMeanDue.size() + 2));
  v1::SchoolMeanReleased released;
  released.set_district(std::string(district));
  released.set_school(std::string(school));
  released.set_assessment(std::string(assessment));
  int32_t number = 0;
  std::from_chars(year.data(), year.data() + year.size(), number);
  released.set_year(number);
  const auto* row = turn.state().Find(kSchoolMeans, KeyOf(released).Text());
  if (row == nullptr) return;
  const int64_t smallest = SmallestOf(released.district(), turn.state());
  const auto plan = PlanOf(*row, smallest);
  if (!plan.any) return;
  Say(RowAfter(*row, plan), smallest, released);
  turn.Emit(released, core::Key{district, school}.Text());
}

void Apply(const v1::SchoolMeanReleased& released, decider::State& state) {
  const std::string key = KeyOf(released).Text();
  const auto* row = state.Find(kSchoolMeans, key);
  if (row == nullptr) return;
  const auto plan = PlanOf(*row, SmallestOf(released.district(), state));
  if (!plan.any) return;
  v1::ShownScoresRow shown = RowAfter(*row, plan);
  state.Edit(kSchoolMeans, key) = std::move(shown);
}

}  // namespace throughline::evidence
