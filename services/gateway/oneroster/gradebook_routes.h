// The routes of the OneRoster endpoint; README.md beside this lists them.
#pragma once

#include "gateway/calls.h"
#include "gateway/request_guard.h"
#include "runtime/http/routes.h"

namespace throughline::gateway::oneroster {

// The parts must outlive the routes.
void AddGradebookRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls);

}  // namespace throughline::gateway::oneroster
