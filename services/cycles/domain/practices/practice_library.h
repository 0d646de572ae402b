// The district's library of practices, on the district's own key: drafts that come from what teams
// write, and what leaders make of them. Every change is delivered to every partition.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/practice_events.pb.h"
#include "throughline/cycles/v1/practices_service.pb.h"

namespace throughline::cycles {

void Decide(const v1::UpsertPracticeRequest& request, decider::Turn& turn);
void Decide(const v1::PublishPracticeRequest& request, decider::Turn& turn);
void Decide(const v1::MergePracticeRequest& request, decider::Turn& turn);
void Decide(const v1::RetirePracticeRequest& request, decider::Turn& turn);
// Names that a team wrote become drafts, unless the library has them.
void Decide(const v1::PracticesNamed& named, decider::Turn& turn);

void Apply(const v1::PracticeChanged& changed, core::Instant time, decider::State& state);

}  // namespace throughline::cycles
