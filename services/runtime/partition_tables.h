// Tables that the runtime keeps for itself in every partition; their names begin with `_`.
#pragma once

#include "decider/state.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

// What commands came to, by request id; for 24 hours.
inline constexpr decider::Table<v1::Outcome> kOutcomes{"_outcome"};

// The time of the partition's last event: time does not go back. One row, `last`.
inline constexpr decider::Table<v1::PartitionTime> kTime{"_time"};

}  // namespace throughline::runtime
