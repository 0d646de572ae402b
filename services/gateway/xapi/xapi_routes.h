// The part of a Learning Record Store that is pushed to: POST and PUT /xapi/statements, GET
// /xapi/about, and the same below /xapi/{source}. Statements are not given back.
#pragma once

#include "gateway/sources/serving.h"

namespace throughline::gateway::xapi {

// The parts must outlive the routes.
void AddXapiRoutes(const SourceContext& context);

}  // namespace throughline::gateway::xapi
