// Results of a school, put into all that is summed of them, and taken out of it. What the results
// of a class on a day have in common - rows, keys, cycles - is looked up once, for as many as there
// are.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/keys_under.h"
#include "decider/decider.h"
#include "evidence/domain/run_chart_weeks.h"
#include "evidence/domain/school_means.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/team_evidence.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// For Apply: the results of one event, which must outlive this. Teams, cycles and assessments stay
// as they are until it is finished.
class ResultFold {
 public:
  ResultFold(const v1::ResultsRecorded& recorded, decider::State& state);

  void Apply(const v1::RecordedResult& recorded);
  // When all of them are in: shows what may be shown of what moved.
  void Finish(core::Instant time);

 private:
  // Of the results of a class on an assessment and a day.
  struct OfClass {
    v1::ClassScoresRow& scores;
    v1::SchoolScoresRow& of_school;
    std::vector<SchoolMeanKey> means;
    bool has_cut;
  };
  // Of those of a team on an indicator and a day.
  struct OfTeam {
    core::KeysUnder trails;
    ChartWeek week;
    std::vector<CycleStudents> cycles;
  };
  // What a student adds to a cycle may have changed.
  struct Touched {
    CycleStudents* cycle;
    std::string_view student;
  };

  // Takes a result out, or puts it in.
  void Fold(const v1::ResultRow& row, const v1::TrailPoint& point, bool in);
  void ApplyDuplicate(const v1::RecordedResult& recorded);
  OfClass& ClassOf(const v1::RecordedResult& result);
  OfTeam& TeamOf(const v1::RecordedResult& result, const std::string& indicator);

  const std::string& district_;
  const std::string& school_;
  const std::string& source_;
  decider::State& state_;
  core::KeysUnder results_, assessments_;
  // By assessment, class and day; by team, indicator and day.
  using Alike = std::tuple<std::string, std::string, int32_t>;
  std::map<Alike, OfClass, std::less<>> classes_;
  std::map<Alike, OfTeam, std::less<>> teams_;
  v1::ResultRow before_;          // of one result that was counted
  std::vector<Touched> touched_;  // by one result
  TouchedStudents students_;
  std::set<std::string> proficiency_;
};

// Rows that results of a school are summed in, as far as a fold of them looks at them. `district`
// and `school` must outlive it.
class SummedRows {
 public:
  SummedRows(const std::string& district, const std::string& school, const decider::State& state,
             std::vector<decider::RowKey>& rows)
      : district_(district), school_(school), state_(state), rows_(rows), assessments_(district) {}

  void Add(const std::string& assessment, const std::string& class_id, const std::string& team,
           int32_t day, const std::string& student);

 private:
  struct OfClass {
    StudentKeys of_students;
    std::vector<SchoolMeanKey> means;
    absl::flat_hash_set<std::string> students;  // whose rows are there
  };
  OfClass Begin(const std::string& assessment, const std::string& class_id, const std::string& team,
                int32_t day);

  const std::string& district_;
  const std::string& school_;
  const decider::State& state_;
  std::vector<decider::RowKey>& rows_;
  core::KeysUnder assessments_;
  // By assessment, class, team and day.
  std::map<std::tuple<std::string, std::string, std::string, int32_t>, OfClass, std::less<>>
      classes_;
};

}  // namespace throughline::evidence
