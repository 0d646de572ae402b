// What `throughline whatif` prints. Pure but for the stream.
#pragma once

#include <optional>
#include <ostream>

#include "core/date.h"
#include "throughline/what_if.h"

namespace throughline {

// Which alerts are told of: those raised from the one day on, to the end of the other, in the
// district.
struct WhatIfDays {
  std::optional<core::Date> from, to;
};

// The alerts of these days.
std::vector<JudgedAlert> AlertsIn(const WhatIfAnswer& answer, const WhatIfDays& days);
// For people: how many alerts stay, come and go by kind and level, by team and by week, and each
// one that comes or goes.
void PrintWhatIf(const WhatIfAnswer& answer, const WhatIfDays& days, std::ostream& out);
// One JSON object: the counts, and every alert.
void PrintWhatIfJson(const WhatIfAnswer& answer, const WhatIfDays& days, std::ostream& out);

}  // namespace throughline
