#include "evidence/domain/result_fold.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "evidence/domain/class_scores.h"
#include "evidence/domain/evaluation.h"
#include "evidence/domain/norms.h"
#include "evidence/domain/pooled_changes.h"
#include "evidence/domain/proficiency.h"
#include "evidence/domain/released_scores.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

v1::TrailPoint PointOf(uint64_t hash, const v1::RecordedResult& result) {
  v1::TrailPoint point;
  point.set_result(hash);
  point.set_day(result.day());
  point.set_ppm(result.ppm());
  point.set_assessment(result.assessment());
  return point;
}

}  // namespace

ResultFold::ResultFold(const v1::ResultsRecorded& recorded, decider::State& state)
    : district_(recorded.district()),
      school_(recorded.school()),
      source_(recorded.source()),
      state_(state),
      results_(district_, school_, source_),
      assessments_(district_) {}

void ResultFold::Apply(const v1::RecordedResult& recorded) {
  if (recorded.outcome() == v1::RESULT_OUTCOME_DUPLICATE && recorded.moved_to().empty()) {
    return ApplyDuplicate(recorded);
  }
  touched_.clear();
  const uint64_t hash = ResultHash(source_, recorded.source_id());
  v1::ResultRow& row = state_.Edit(kResults, results_.Of(recorded.source_id()));
  if (row.counted()) {
    before_ = row;
    Fold(before_, PointOf(hash, before_.recorded()), false);
  }
  const bool replaced = !touched_.empty();
  FillRow(recorded, state_.Find(kAssessments, assessments_.Of(recorded.assessment())), row);
  NameVersion(recorded.source_version(), row);
  const v1::TrailPoint point = PointOf(hash, row.recorded());
  if (row.counted()) Fold(row, point, true);
  // Cycles in order, each once: how a student stands in one rests on what stands in another.
  const auto place = [](const Touched& one) {
    return std::tie(one.cycle->evidence(), one.student);
  };
  std::sort(touched_.begin(), touched_.end(),
            [&](const Touched& a, const Touched& b) { return place(a) < place(b); });
  const auto same = [&](const Touched& a, const Touched& b) { return place(a) == place(b); };
  touched_.erase(std::unique(touched_.begin(), touched_.end(), same), touched_.end());
  for (const Touched& one : touched_) {
    const std::string student(one.student);
    replaced ? one.cycle->Refresh(student) : one.cycle->Add(student, point);
  }
}

// Nothing but the time of change is newer, or it was taken back before it came.
void ResultFold::ApplyDuplicate(const v1::RecordedResult& recorded) {
  const std::string_view key = results_.Of(recorded.source_id());
  if (recorded.retracted()) {
    v1::CountsRow& counts = state_.Edit(kCounts, JoinKey(district_, school_));
    counts.set_taken_back_early(counts.taken_back_early() + 1);
    if (state_.Find(kResults, key) == nullptr) {
      FillRow(recorded, nullptr, state_.Edit(kResults, key));
    }
  }
  v1::ResultRow& row = state_.Edit(kResults, key);
  v1::RecordedResult& result = *row.mutable_recorded();
  result.set_modified_at_ms(std::max(result.modified_at_ms(), recorded.modified_at_ms()));
  NameVersion(recorded.source_version(), row);
}

void ResultFold::Fold(const v1::ResultRow& row, const v1::TrailPoint& point, bool in) {
  const v1::RecordedResult& result = row.recorded();
  OfClass& of_class = ClassOf(result);
  of_class.scores.set_team(result.team());
  const int32_t students = CountScore(of_class.scores, result.student(), point, in);
  CountInSchool(of_class.of_school, point.ppm(), students, in);
  for (const SchoolMeanKey& mean : of_class.means) {
    CountInYear(mean, result.student(), point, in, state_);
  }
  if (of_class.has_cut) {
    CountProficient(district_, school_, result, point, in, state_, proficiency_);
  }
  for (const std::string& indicator : row.indicators()) {
    OfTeam& of_team = TeamOf(result, indicator);
    const std::string_view key = of_team.trails.Of(result.student());
    v1::TrailRow& trail = state_.Edit(kTrails, key);
    const ChartWeek::Latest latest = of_team.week.LatestIn(trail);
    in ? AddPoint(trail, point, result.team(), result.class_id())
       : RemovePoint(trail, point.result());
    of_team.week.Note(result.student(), latest, trail, state_);
    if (trail.results().empty()) state_.Erase(kTrails, key);
    for (CycleStudents& cycle : of_team.cycles) touched_.push_back({&cycle, result.student()});
  }
}

ResultFold::OfClass& ResultFold::ClassOf(const v1::RecordedResult& result) {
  const std::string &assessment = result.assessment(), &class_id = result.class_id();
  const int32_t day = result.day();
  const auto known = classes_.find(std::tie(assessment, class_id, day));
  if (known != classes_.end()) return known->second;
  const auto* defined = state_.Find(kAssessments, assessments_.Of(assessment));
  OfClass of_class{
      state_.Edit(kClassScores, ClassScoresKey(district_, assessment, school_, class_id)),
      state_.Edit(kSchoolScores, JoinKey(district_, assessment, school_)),
      MeansOf(district_, school_, assessment, day, state_),
      defined != nullptr && defined->has_proficiency_cut()};
  return classes_.emplace(Alike(assessment, class_id, day), std::move(of_class)).first->second;
}

ResultFold::OfTeam& ResultFold::TeamOf(const v1::RecordedResult& result,
                                       const std::string& indicator) {
  const int32_t day = result.day();
  const auto known = teams_.find(std::tie(result.team(), indicator, day));
  if (known != teams_.end()) return known->second;
  const TeamKey team{district_, school_, result.team()};
  OfTeam of_team{TrailKeys(district_, school_, indicator, StretchOf(day)),
                 ChartWeek(team, indicator, day),
                 {}};
  for (EvidenceKey& evidence : TouchedBy(state_, team, indicator, day)) {
    auto cycle = CycleStudents::Of(std::move(evidence), state_, students_);
    if (cycle) of_team.cycles.push_back(*std::move(cycle));
  }
  return teams_.emplace(Alike(team.team, indicator, day), std::move(of_team)).first->second;
}

void ResultFold::Finish(core::Instant time) {
  std::set<EvidenceKey> cycles;
  std::set<std::string> weeks, assessments;
  std::set<SchoolMeanKey> means;
  for (const auto& [alike, of_team] : teams_) {
    for (const CycleStudents& cycle : of_team.cycles) cycles.insert(cycle.evidence());
    of_team.week.AddChanged(weeks);
  }
  for (const auto& [alike, of_class] : classes_) {
    assessments.insert(std::get<0>(alike));
    means.insert(of_class.means.begin(), of_class.means.end());
  }
  for (const EvidenceKey& evidence : cycles) {
    MoveShown(state_, evidence, time);
    NoteMoved(evidence.team, evidence.indicator, time, state_);
  }
  MoveStandings(state_, students_, time);
  for (const std::string& assessment : assessments) {
    SetReleaseTimer(kScoresDue, JoinKey(district_, assessment, school_), time, state_);
  }
  for (const SchoolMeanKey& mean : means) SetSchoolMeanTimer(mean, time, state_);
  MoveChartWeeks(district_, weeks, time, state_);
  MoveProficiency(district_, proficiency_, time, state_);
}

void SummedRows::Add(const std::string& assessment, const std::string& class_id,
                     const std::string& team, int32_t day, const std::string& student) {
  auto known = classes_.find(std::tie(assessment, class_id, team, day));
  if (known == classes_.end()) {
    known = classes_
                .emplace(std::make_tuple(assessment, class_id, team, day),
                         Begin(assessment, class_id, team, day))
                .first;
  }
  if (!known->second.students.insert(student).second) return;
  for (auto& [table, keys] : known->second.of_students) {
    rows_.push_back({std::string(table), std::string(keys.Of(student))});
  }
  for (const SchoolMeanKey& mean : known->second.means) AddMeanRows(mean, student, day, rows_);
}

// Adds the rows that all of them are summed in.
SummedRows::OfClass SummedRows::Begin(const std::string& assessment, const std::string& class_id,
                                      const std::string& team, int32_t day) {
  OfClass of_class;
  const auto* defined = state_.Find(kAssessments, assessments_.Of(assessment));
  if (defined == nullptr) return of_class;
  rows_.push_back(
      {std::string(kClassScores.name), ClassScoresKey(district_, assessment, school_, class_id)});
  rows_.push_back({std::string(kSchoolScores.name), JoinKey(district_, assessment, school_)});
  of_class.means = MeansOf(district_, school_, assessment, day, state_);
  AddProficiencyRows(district_, school_, *defined, day, rows_, of_class.of_students);
  for (const std::string& indicator : defined->indicators()) {
    const TeamKey of_team{district_, school_, team};
    AddTouchedRows(state_, of_team, indicator, day, rows_, of_class.of_students);
    AddWeekRows(of_team, indicator, day, rows_);
  }
  return of_class;
}

}  // namespace throughline::evidence
