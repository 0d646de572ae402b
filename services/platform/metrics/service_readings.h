// What a service of this process did, and how its partitions stand.
#pragma once

#include <vector>

#include "platform/metrics/metric.h"
#include "runtime/service.h"

namespace throughline::platform {

void AppendReadings(const runtime::Service& service, std::vector<Reading>& readings);

}  // namespace throughline::platform
