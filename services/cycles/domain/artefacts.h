// What a phase must leave behind before it may end. Pure.
#pragma once

#include <string>
#include <vector>

#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

// Paths of every artefact that the cycle's current phase still lacks, in order.
std::vector<std::string> MissingArtefacts(const v1::Cycle& cycle);

}  // namespace throughline::cycles
