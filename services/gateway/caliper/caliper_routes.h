// POST /caliper and /caliper/{source}: where a sensor sends its envelopes. GET of the same says
// what is taken there.
#pragma once

#include "gateway/sources/serving.h"

namespace throughline::gateway::caliper {

// The parts must outlive the routes.
void AddCaliperRoutes(const SourceContext& context);

}  // namespace throughline::gateway::caliper
