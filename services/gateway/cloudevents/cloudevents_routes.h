// POST /cloudevents and /cloudevents/{source}: results as CloudEvents; README.md has their form.
#pragma once

#include "gateway/sources/serving.h"

namespace throughline::gateway::cloudevents {

// The parts must outlive the routes.
void AddCloudEventsRoutes(const SourceContext& context);

}  // namespace throughline::gateway::cloudevents
