// Keeps the pages of other sites out where a browser's request counts without anything that its
// page has to say: in an installation that needs no credentials, and where the credential is a
// session's cookie. People visit other sites, too, and the pages of those can make their browser
// send requests here. Pure.
#pragma once

#include <string_view>

#include "core/result.h"
#include "platform/http/message.h"

namespace throughline::gateway {

// CROSS_SITE_REFUSED when a browser says that a page of another site (or of another port) asks: in
// `Sec-Fetch-Site`, or in an `Origin` that is not `own`; empty: not the host that is called.
core::Result<void> CheckSite(const platform::http::Request& request, std::string_view own = {});

// The same of a request whose credential is a cookie. What may change something has to say,
// besides, that a page of this site asks: a browser does, and nothing else has a cookie to send.
// What it says in `Sec-Fetch-Site` holds, however a proxy calls this host.
core::Result<void> CheckOwnPage(const platform::http::Request& request, std::string_view own);

// Of what may change something. A body, and a POST even without one, has to say of what type it is,
// and of none that a page may send without asking first (text/plain and those of forms):
// CONTENT_TYPE_MISSING or CONTENT_TYPE_REFUSED, both 415.
core::Result<void> CheckContentType(const platform::http::Request& request);

}  // namespace throughline::gateway
