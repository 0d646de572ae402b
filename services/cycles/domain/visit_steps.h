// What a visit needs before a step of it may end. Pure.
#pragma once

#include <string>
#include <vector>

#include "throughline/cycles/v1/visit.pb.h"

namespace throughline::cycles {

// Paths of everything that the visit's current step still lacks, in order. `has_rooms`: at least
// one room is recorded.
std::vector<std::string> MissingForStep(const v1::Visit& visit, bool has_rooms);

}  // namespace throughline::cycles
