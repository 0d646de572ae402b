// The routes of the OneRoster endpoint; README.md beside this lists them.
#pragma once

#include "gateway/door/calls.h"
#include "gateway/door/request_guard.h"
#include "platform/http/routes.h"

namespace throughline::gateway::oneroster {

// The parts must outlive the routes.
void AddGradebookRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls);

}  // namespace throughline::gateway::oneroster
