// Days of a place: the tz database, by IANA name. A name that is not known is taken as UTC; refuse
// it on entry with IsKnownZone. Thread-safe. The machine's database is read as far as it lists
// clock changes one by one, which is to 2037: from then on a place keeps the offset it has.
#pragma once

#include <string>
#include <string_view>

#include "core/date.h"

namespace throughline::core {

// False for "localtime": the same log must mean the same days on every machine.
bool IsKnownZone(std::string_view iana);
// The calendar day there at that instant.
Date LocalDate(Instant instant, std::string_view zone);
// The first instant of that day there; where a day has no midnight, the first instant it has.
Instant StartOfDay(Date date, std::string_view zone);
// The first instant of that hour of the day there, 0 to 23; where clocks skip it, the first after.
Instant HourOfDay(Date date, int hour, std::string_view zone);

// "2026-11-30 14:05" there.
std::string FormatLocal(Instant instant, std::string_view zone);

}  // namespace throughline::core
