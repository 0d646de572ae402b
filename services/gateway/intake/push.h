// Sends what an endpoint understood to the evidence service, and brings back what became of each
// item.
#pragma once

#include <string_view>
#include <vector>

#include "gateway/door/ask.h"
#include "gateway/intake/pushed.h"

namespace throughline::gateway {

// An outcome for each item, in order. An error when evidence took none or not all of it: the same
// push again is then safe, as what was taken is a duplicate. `request_id` may be empty.
http::Task<core::Result<std::vector<ItemOutcome>>> Push(UnaryCalls& calls, const Caller& caller,
                                                        const Pushed& pushed,
                                                        std::string_view request_id);

}  // namespace throughline::gateway
