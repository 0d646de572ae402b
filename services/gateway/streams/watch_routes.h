// GET /v1/alerts:watch and GET /v1/events:watch as server-sent events.
//
// The id of an event is the position after it; a client that comes back with it, in the header
// Last-Event-ID or the parameter `after`, misses nothing and gets nothing twice. Without a position
// a stream begins with what happens from now on, or, with `from=beginning`, with the first event
// there is, or, with `from=snapshot`, with an event `snapshot` that has the alerts that are open
// now (and perhaps one of what happens next already); the position is sent at once, so that who is
// cut off before anything happens has one. `GET /v1/alerts` says the position of its list, too.
// Parameters: `school`, and `district` where no credential says it.
//
// A position that is not one of this log (it is of another district, or of a log that was lost) is
// answered by an event `reset`: with the alerts that are open now for its data, and then whatever
// happens from there on. A stream that has nothing to say sends a comment every 15 seconds. One
// whose reader does not keep up is closed; it has its position.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "gateway/door/calls.h"
#include "gateway/door/request_guard.h"
#include "platform/http/routes.h"

namespace throughline::gateway {

// The parts must outlive the routes. `notifications` is the way to that service.
void AddWatchRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls,
                    const std::shared_ptr<grpc::Channel>& notifications);

}  // namespace throughline::gateway
