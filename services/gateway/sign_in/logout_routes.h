// The routes that end sessions: of sign_in_routes.h those of signing out.
#pragma once

#include "gateway/door/public_address.h"
#include "gateway/door/throttle.h"
#include "gateway/sign_in/sign_in.h"
#include "platform/access/access.h"
#include "platform/http/routes.h"

namespace throughline::gateway::sign_in {

void AddLogoutRoutes(platform::http::Routes& routes, SignIn& sign_in, const PublicAddress& address,
                     const platform::Access& access, ThrottleOptions limits);

}  // namespace throughline::gateway::sign_in
