// Emergency access: somebody of the district may know, for a time and a reason, who the students of
// one school are. It ends by itself, or earlier when it is given back. Decided on the school's key;
// what was taken stays on record.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

inline constexpr std::string_view kEmergencyAccessOver = "emergency_access/";  // + district/access

void Decide(const v1::TakeEmergencyAccessRequest& request, decider::Turn& turn);
void Decide(const v1::EndEmergencyAccessRequest& request, decider::Turn& turn);
void DecideEmergencyAccessOver(std::string_view timer, decider::Turn& turn);

void Apply(const v1::EmergencyAccessTaken& taken, decider::State& state);
void Apply(const v1::EmergencyAccessEnded& ended, decider::State& state);

}  // namespace throughline::plans
