// POST /csv/{source}: a vendor's file of results. README.md beside this has the parameters.
#pragma once

#include "gateway/sources/serving.h"

namespace throughline::gateway::csv {

// The parts must outlive the routes.
void AddCsvRoutes(const SourceContext& context);

}  // namespace throughline::gateway::csv
