// Which rules of the trigger table the numbers of a cycle's indicator meet.
#pragma once

#include "decider/decider.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

// Emits the numbers when they differ from those last said and, while the cycle is open, every rule
// that is newly met or no longer. Of a school year it emits only that the team is behind for it, or
// no longer.
void EvaluateTriggers(const EvidenceKey& evidence, decider::Turn& turn);

// For Apply: the open cycles of a school are to be evaluated, as what their numbers are held
// against has changed.
void EvaluateSoon(const std::string& district, const std::string& school, core::Instant time,
                  decider::State& state);
inline constexpr std::string_view kComparedAnew =
    "compared_anew/";  // compared_anew/district/school
void DecideComparedAnew(std::string_view timer, decider::Turn& turn);

// Half of the cycle has passed: says so once, of an indicator that students have a result on.
void EvaluateMidCycle(const EvidenceKey& evidence, decider::Turn& turn);

// For Apply: the cycle is open again. What alerts were raised for is met anew when it still is, as
// they were cleared when the cycle closed; reviews were not, and are not asked for again.
void ForgetAlerts(const EvidenceKey& evidence, decider::State& state);

void Apply(const v1::EvidenceSummarized& summarized, decider::State& state);
void Apply(const v1::EvidenceMoved& moved, decider::State& state);

}  // namespace throughline::evidence
