// The routes of the OneRoster door; README.md beside this lists them.
#pragma once

#include "gateway/calls.h"
#include "gateway/door.h"
#include "runtime/http/routes.h"

namespace throughline::gateway::oneroster {

// The parts must outlive the routes.
void AddGradebookRoutes(http::Routes& routes, Doorkeeper& doorkeeper, UnaryCalls& calls);

}  // namespace throughline::gateway::oneroster
