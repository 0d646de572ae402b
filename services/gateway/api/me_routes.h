// GET /v1/me: who calls, for a page that shows who is signed in, and where to sign in. It needs no
// credential: whoever has none is told of nobody.
#pragma once

#include <string>

#include "gateway/door/request_guard.h"
#include "platform/http/routes.h"

namespace throughline::gateway {

// `sign_in` is the path at which people sign in; empty: nobody does here. `open`: nobody needs a
// credential. The guard outlives the routes.
void AddMeRoutes(http::Routes& routes, RequestGuard& guard, const std::string& sign_in, bool open);

}  // namespace throughline::gateway
