// The weeks of run charts: of a team, and of all students of a school, the scores of each week on
// an indicator, of every student the latest of the week.
//
// What is shown of a week is in shown_scores.h: it moves with the batch that brings enough
// students, and of a school by itself, with each student once, however many teams they have results
// in. The classes of a team move with it, or are not shown.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "decider/decider.h"
#include "evidence/domain/shown_scores.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The charts of a team, or of all students of a school under an empty team, on an indicator.
std::string RunChartKey(const TeamKey& team, std::string_view indicator);
std::string ChartWeekKey(std::string_view run_chart, int32_t week);

// Rows that are read when a result of that day is counted.
void AddWeekRows(const TeamKey& team, std::string_view indicator, int32_t day,
                 std::vector<decider::RowKey>& rows);

// A student's latest score of a week.
struct WeekScore {
  LatestScore score;
  std::string class_id;  // empty: of all of the school's students
};

// For Apply: the week of a day on the charts of a team and of its school. What the results of it
// have in common is looked up once.
class ChartWeek {
 public:
  ChartWeek(const TeamKey& team, std::string_view indicator, int32_t day);

  // A student's latest of the week: of the school, and of the team if there is one.
  using Latest = std::array<WeekScore, 2>;
  Latest LatestIn(const v1::TrailRow& trail) const;
  // After a result of the day came into the student's trail, or out of it.
  void Note(const std::string& student, const Latest& before, const v1::TrailRow& trail,
            decider::State& state);
  // Adds the keys of the weeks in which the latest score of a student became another one, or of
  // another class of the team.
  void AddChanged(std::set<std::string>& changed) const;

 private:
  struct Chart {
    std::string team;  // empty: of all students of the school
    std::string week;  // key
    bool changed = false;
  };

  const int32_t monday_;       // first day of the week
  std::vector<Chart> charts_;  // of the school; then of the team, if there is one
};

// For Apply, when all results of an event are counted: shows of these weeks what may be shown.
void MoveChartWeeks(const std::string& district, const std::set<std::string>& changed,
                    core::Instant time, decider::State& state);

}  // namespace throughline::evidence
