// Every method of the services as JSON over HTTP, at the paths that the protos give it: whatever is
// below /v1/ and no route of another endpoint. At /v1/openapi.json is the document that says so;
// that needs no credential, nor does a method that anybody may call (common/v1/access.proto).
//
// POST /v1/reads:batch answers several reads in one: {"reads": ["/v1/alerts?school=a", …]}, at most
// kReadsAtMost paths of unary methods that are called by GET, with {"answers": [{"status": …,
// "body": …}, …]} in their order. Each is checked, refused, counted against the caller's limit and
// put on record as if it had come by itself; they go to the services at the same time.
//
// A body may have 8 MiB. A call takes 30 seconds at most; what it would change may change still.
#pragma once

#include <cstddef>

#include "gateway/door/calls.h"
#include "gateway/door/request_guard.h"
#include "platform/http/routes.h"

namespace throughline::gateway {

inline constexpr size_t kReadsAtMost = 20;

// The parts must outlive the routes.
void AddApiRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls);

}  // namespace throughline::gateway
