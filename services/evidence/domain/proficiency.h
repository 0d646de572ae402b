// How many students of a school are proficient on an assessment that has a cut: by the latest score
// of each in the school year, which is from July to June here, so that it is the same whatever
// becomes of the calendar.
//
// It is counted while the assessment has a cut, with what had come before of this school year. A
// student's results of a year are one row, and only who crosses the cut, or comes, moves anything,
// so that a result costs the same however many there are. What is shown follows by the rule of
// disclosure/release.h, with the batch that brings enough students.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/date.h"
#include "decider/decider.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/assessment.pb.h"
#include "throughline/evidence/v1/result.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The calendar year in which the school year of the day, days since 1970-01-01, begins.
int32_t ProficiencyYearOf(int32_t day);

// Rows that are read when a result of that day is counted, and the keys of those that each student
// has.
void AddProficiencyRows(const std::string& district, const std::string& school,
                        const v1::Assessment& assessment, int32_t day,
                        std::vector<decider::RowKey>& rows, StudentKeys& of_students);
// For Apply: a counted result comes in, or goes. Adds the keys of what changed.
void CountProficient(const std::string& district, const std::string& school,
                     const v1::RecordedResult& result, v1::TrailPoint point, bool in,
                     decider::State& state, std::set<std::string>& changed);
// For Apply, when all results of an event are counted: shows of these what may be shown.
void MoveProficiency(const std::string& district, const std::set<std::string>& changed,
                     core::Instant time, decider::State& state);

// For Apply: `now` takes the place of what the district knows as that assessment, or there is none
// any more. Before it is put there.
void MoveCut(const std::string& district, const v1::Assessment& now, core::Instant time,
             decider::State& state);
void ForgetCut(const std::string& district, const std::string& assessment, decider::State& state);

}  // namespace throughline::evidence
