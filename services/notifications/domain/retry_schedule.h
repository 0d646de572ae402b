// When a failed delivery is tried again: the schedule of the Standard Webhooks specification, ten
// attempts over three days. To each pause comes up to a tenth of it, so that what failed together
// is not tried together; how much is derived from the delivery, and so the same whenever it is
// decided. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/date.h"

namespace throughline::notifications {

// When the next attempt falls due after the `attempt`th of the schedule (1, 2 …) failed; nullopt:
// it was the last. A receiver that asked for more time is given it, up to a day.
std::optional<core::Instant> NextAttempt(std::string_view delivery, int32_t attempt,
                                         core::Instant failed_at, int64_t retry_after_s);

}  // namespace throughline::notifications
