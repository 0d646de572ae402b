// A district: decided on its own key, adopted by every partition.
#pragma once

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

void Decide(const v1::CreateDistrictRequest& request, decider::Turn& turn);
void Decide(const v1::AddTermsRequest& request, decider::Turn& turn);
void Decide(const v1::UpdateDistrictRequest& request, decider::Turn& turn);
// A delivery: every partition takes the district over.
void Decide(const v1::DistrictChanged& changed, decider::Turn& turn);

void Apply(const v1::DistrictChanged& changed, decider::State& state);
void Apply(const v1::DistrictAdopted& adopted, decider::State& state);

// The calendar of a school: the district's terms and closures, and its own. CALENDAR_INVALID or
// DATE_INVALID names the field.
core::Result<core::InstructionalCalendar> CalendarOf(
    const common::v1::InstructionalCalendar& calendar,
    const google::protobuf::RepeatedPtrField<std::string>& school_closures);

}  // namespace throughline::plans
