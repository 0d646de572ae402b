// What this service keeps the history of.
#pragma once

#include <vector>

#include "history/kept_aggregate.h"

namespace throughline::cycles {

const std::vector<history::KeptAggregate>& KeptAggregates();

}  // namespace throughline::cycles
