// What holds of a cycle and should be known, and the reviews that it opens. Each at most once at a
// time: see ConditionKey.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::cycles {

// What a trigger does, as its option in the proto says; of one that this version does not know,
// nothing.
const common::v1::TriggerEffect& EffectOf(common::v1::Trigger trigger);

// A condition of the cycle: where it is, and nothing else yet.
v1::Condition ConditionOf(const v1::Cycle& cycle, common::v1::Trigger trigger,
                          const std::string& indicator = {}, const std::string& group = {});

// The same of what moved, of a cycle or of none.
v1::Condition ConditionOf(const evidence::v1::EvidenceMoved& moved);

// Raises the condition when it does not hold yet, or holds with a lower severity or another
// verdict.
void Raise(const v1::Condition& condition, decider::Turn& turn);
// Clears it when it holds, with these numbers.
void Clear(const v1::Condition& condition, decider::Turn& turn);
// Clears everything that holds of a cycle that is over.
void ClearAll(const v1::Cycle& cycle, decider::Turn& turn);
// Opens a review for the condition unless one is open; returns its id.
std::string OpenReview(const v1::Condition& condition, decider::Turn& turn);
// What people call what the review is about, as they do now.
v1::ReviewNames NamesOf(const v1::Review& review, const decider::State& state);
// The id of a review that is opened now, about `key`: ids are in order of time.
std::string ReviewId(std::string_view key, const decider::Turn& turn);

void Apply(const v1::ConditionRaised& raised, decider::State& state);
void Apply(const v1::ConditionCleared& cleared, decider::State& state);

}  // namespace throughline::cycles
