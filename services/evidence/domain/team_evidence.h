// Keeps the numbers of a team's watched cycles: which contributions a change touches, and their
// sums.
#pragma once

#include <string>
#include <vector>

#include "decider/decider.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The indicators of open cycles of the teams under the prefix of their keys, school years among
// them.
std::vector<EvidenceKey> OpenUnder(const std::string& prefix, const decider::State& state);
// The cycles that work on the indicator and whose days include `day`, baseline days among them.
std::vector<EvidenceKey> TouchedBy(const decider::State& state, const TeamKey& team,
                                   std::string_view indicator, int32_t day);

// For Apply: bring what students add up to date, and the sums with it, and say of whom that
// changed. A closed cycle keeps the students and groups that it had; an open one has those of the
// roster.

// After a point was added to the student's trail.
void Refresh(decider::State& state, const EvidenceKey& evidence, std::string_view student,
             const v1::TrailPoint& added, TouchedStudents& touched);
// After anything else about the student: looks through the trail.
void Refresh(decider::State& state, const EvidenceKey& evidence, std::string_view student,
             TouchedStudents& touched);
// After the cycle began to be watched.
void RefreshAll(decider::State& state, const EvidenceKey& evidence, TouchedStudents& touched);

// After the district's cut moved from `before`, a bin, 0 when there was none: of an open cycle.
// False when nobody struggles otherwise.
bool RefreshStruggling(decider::State& state, const EvidenceKey& evidence, int32_t before,
                       TouchedStudents& touched);

// Rows that are read after a point of that day was added to the student's trail.
void AddTouchedRows(const decider::State& state, const TeamKey& team, std::string_view indicator,
                    std::string_view student, int32_t day, std::vector<decider::RowKey>& rows);

}  // namespace throughline::evidence
