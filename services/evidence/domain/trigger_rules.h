// What the numbers of a cycle's indicator say, and which rules of the trigger table they meet.
#pragma once

#include <optional>
#include <vector>

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "evidence/domain/team_evidence.h"
#include "throughline/common/v1/evidence.pb.h"
#include "throughline/common/v1/policy.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

// The numbers now. `share_a_year` is the desired growth a year.
common::v1::CycleEvidence NumbersOf(const v1::EvidenceRow& row, int32_t rostered,
                                    const v1::Watch& watch, double share_a_year,
                                    const common::v1::Policy& policy,
                                    const core::InstructionalCalendar& calendar);

// The gaps of groups whose both sides have at least `smallest` matched students.
std::vector<common::v1::GapEvidence> GapsOf(const v1::EvidenceRow& row, int64_t smallest);

// Emits the numbers when they differ from those last said and, while the cycle is open, every rule
// that is newly met or no longer.
void EvaluateTriggers(const EvidenceKey& evidence, decider::Turn& turn);

void Apply(const v1::EvidenceSummarized& summarized, decider::State& state);
void Apply(const v1::EvidenceMoved& moved, decider::State& state);

}  // namespace throughline::evidence
