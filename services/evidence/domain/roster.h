// Rosters: classes with their teams, students with their groups and classes.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

void Decide(const v1::UpdateRosterRequest& request, decider::Turn& turn);
// A delivery to the district's key, which learns where classes and students are.
void Decide(const v1::RosterChanged& changed, decider::Turn& turn);

void Apply(const v1::RosterChanged& changed, core::Instant time, decider::State& state);
void Apply(const v1::ClassesListed& listed, decider::State& state);

}  // namespace throughline::evidence
