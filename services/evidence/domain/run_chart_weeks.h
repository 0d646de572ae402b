// The weeks of run charts: of a team, and of all students of a school, the scores of each week on
// an indicator, of every student the latest of the week.
//
// The results of a student are kept in rows of four weeks, so that adding one, or taking it out,
// costs the same however long the chart is. What is shown of a week is in shown_scores.h: it moves
// with the batch that brings enough students, and of a school by itself, with each student once,
// however many teams they have results in. The classes of a team move with it, or are not shown.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "decider/decider.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Weeks begin on Monday, and are counted from the one in which 1970 began.
int32_t WeekOf(int32_t day);  // of days since 1970-01-01
core::Date MondayOf(int32_t week);

// The charts of a team, or of all students of a school under an empty team, on an indicator.
std::string RunChartKey(const TeamKey& team, std::string_view indicator);
std::string ChartWeekKey(std::string_view run_chart, int32_t week);

// Rows that are read when a result of that day is counted, and the keys of those that each student
// has.
void AddWeekRows(const TeamKey& team, std::string_view indicator, int32_t day,
                 std::vector<decider::RowKey>& rows, StudentKeys& of_students);

// For Apply: the week of a day on the charts of a team and of its school. What the results of it
// have in common is looked up once.
class ChartWeek {
 public:
  ChartWeek(const TeamKey& team, std::string_view indicator, int32_t day);

  // A counted result of the day comes into the week, or out of it.
  void Count(const v1::RecordedResult& result, const v1::TrailPoint& point, bool in,
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

  const int32_t day_;
  core::KeysUnder of_students_;
  std::vector<Chart> charts_;
};

// For Apply, when all results of an event are counted: shows of these weeks what may be shown.
void MoveChartWeeks(const std::string& district, const std::set<std::string>& changed,
                    core::Instant time, decider::State& state);

}  // namespace throughline::evidence
