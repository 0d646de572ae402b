// GET /sign-in leads to the provider, and GET /sign-in/callback back from it to the board, signed
// in. POST /sign-out ends the session of the browser that asks, and says where to go on to.
// POST /sign-in/back-channel-logout is for the provider: it ends sessions that it names.
//
// Whoever signs in, is refused or signs out is on record.
#pragma once

#include "gateway/door/public_address.h"
#include "gateway/door/throttle.h"
#include "gateway/sign_in/sign_in.h"
#include "platform/access/access.h"
#include "platform/http/routes.h"

namespace throughline::gateway::sign_in {

inline constexpr char kSignIn[] = "/sign-in";

// How often an address may ask: many people may be behind one.
inline constexpr ThrottleOptions kSignInsOfAnAddress{.per_second = 20, .at_once = 200};

// The parts outlive the routes.
void AddSignInRoutes(platform::http::Routes& routes, SignIn& sign_in, const PublicAddress& address,
                     const platform::Access& access, ThrottleOptions limits = kSignInsOfAnAddress);

}  // namespace throughline::gateway::sign_in
