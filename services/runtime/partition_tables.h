// Tables that the runtime keeps for itself in every partition; their names begin with `_`.
#pragma once

#include "decider/state.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

// What commands came to, by request id; for 24 hours.
inline constexpr decider::Table<v1::Outcome> kOutcomes{"_outcome"};

// The time of the partition's last event: time does not go back. One row, `last`.
inline constexpr decider::Table<v1::PartitionTime> kTime{"_time"};

// One row, empty, `all`: the store has all of the partition. It is not there while the owner is
// still folding in what a store had lost.
inline constexpr decider::Table<v1::PartitionTime> kWhole{"_whole"};
inline constexpr std::string_view kWholeKey = "all";

}  // namespace throughline::runtime
