// When a school teaches.
#pragma once

#include "core/instructional_calendar.h"
#include "throughline/common/v1/calendar.pb.h"

namespace throughline::plans {

// The calendar of a school: the district's terms and closures, and its own. CALENDAR_INVALID or
// DATE_INVALID names the field.
core::Result<core::InstructionalCalendar> CalendarOf(
    const common::v1::InstructionalCalendar& calendar,
    const google::protobuf::RepeatedPtrField<std::string>& school_closures);

}  // namespace throughline::plans
