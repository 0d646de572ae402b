// What Linux says of this process.
#pragma once

#include <vector>

#include "platform/metrics/metric.h"

namespace throughline::platform {

// And which program it is. What cannot be read is left out.
std::vector<Reading> ProcessReadings();

}  // namespace throughline::platform
