// Keeps the numbers of a team's watched cycles: which contributions a change touches, and their
// sums.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "decider/decider.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// A team of a school.
struct TeamKey {
  std::string district;
  std::string school;
  std::string team;
  auto operator<=>(const TeamKey&) const = default;
};

// One indicator of one cycle of a team.
struct EvidenceKey {
  TeamKey team;
  std::string cycle;
  std::string indicator;
  auto operator<=>(const EvidenceKey&) const = default;
};

std::string RowKeyOf(const TeamKey& team);
std::string RowKeyOf(const EvidenceKey& evidence);
std::string ContributionKey(const EvidenceKey& evidence, std::string_view student);
// By stretch of days before student, so that what comes in together lies together.
std::string TrailKey(const TeamKey& team, std::string_view indicator, int32_t stretch,
                     std::string_view student);

// The watched cycle; nullptr when it is not watched (any more).
const v1::Watch* FindWatch(const v1::TeamRow& team, std::string_view cycle);

// The cycles that work on the indicator and whose days include `day`, baseline days among them.
std::vector<EvidenceKey> TouchedBy(const decider::State& state, const TeamKey& team,
                                   std::string_view indicator, int32_t day);

// For Apply: bring what students add up to date, and the sums with it. A closed cycle keeps the
// students and groups that it had; an open one has those of the roster.

// After a point was added to the student's trail.
void Refresh(decider::State& state, const EvidenceKey& evidence, std::string_view student,
             const v1::TrailPoint& added);
// After anything else about the student: looks through the trail.
void Refresh(decider::State& state, const EvidenceKey& evidence, std::string_view student);
// After the cycle began to be watched.
void RefreshAll(decider::State& state, const EvidenceKey& evidence);

// Rows that are read after a point of that day was added to the student's trail.
void AddTouchedRows(const decider::State& state, const TeamKey& team, std::string_view indicator,
                    std::string_view student, int32_t day, std::vector<decider::RowKey>& rows);

}  // namespace throughline::evidence
