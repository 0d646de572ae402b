// Every method of the services as JSON over HTTP, at the paths that the protos give it: whatever is
// below /v1/ and no route of another endpoint. At /v1/openapi.json is the document that says so;
// that needs no credential, nor does a method that anybody may call (common/v1/access.proto).
//
// A body may have 8 MiB. A call takes 30 seconds at most; what it would change may change still.
#pragma once

#include "gateway/door/calls.h"
#include "gateway/door/request_guard.h"
#include "platform/http/routes.h"

namespace throughline::gateway {

// The parts must outlive the routes.
void AddApiRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls);

}  // namespace throughline::gateway
