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

// Rows that are read when a result of that day is counted.
void AddWeekRows(const TeamKey& team, std::string_view indicator, std::string_view student,
                 int32_t day, std::vector<decider::RowKey>& rows);

// For Apply: a counted result comes into its week, or out of it. Adds the keys of the weeks in
// which the student's latest score is another one then, or of another class of the team.
void CountInWeek(const TeamKey& team, std::string_view indicator, const v1::RecordedResult& result,
                 const v1::TrailPoint& point, bool in, decider::State& state,
                 std::set<std::string>& changed);
// For Apply, when all results of an event are counted: shows of these weeks what may be shown.
void MoveChartWeeks(const std::string& district, const std::set<std::string>& changed,
                    core::Instant time, decider::State& state);

}  // namespace throughline::evidence
