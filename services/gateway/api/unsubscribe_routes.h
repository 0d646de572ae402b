// Where the link in a digest leads: GET shows a page that asks, POST ends the digest, as RFC 8058
// has mail programs do it by themselves. The token of the link is all that is needed. A GET that
// did it would be done by whatever looks at links before people do.
#pragma once

#include "gateway/door/calls.h"
#include "platform/http/routes.h"

namespace throughline::gateway {

// GET and POST /unsubscribe?token=…; `calls` must outlive the routes.
void AddUnsubscribeRoutes(platform::http::Routes& routes, UnaryCalls& calls);

}  // namespace throughline::gateway
