// Every refusal of a question about the history of an aggregate.
#pragma once

#include <string_view>

#include "core/errors.h"
#include "throughline/common/v1/history.pb.h"

namespace throughline::history {

core::Error AggregateElsewhere(common::v1::Aggregate of);  // AGGREGATE_ELSEWHERE
// AGGREGATE_UNKNOWN
core::Error AggregateUnknown(common::v1::Aggregate of, std::string_view id);

}  // namespace throughline::history
