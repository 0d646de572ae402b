// Keeps the pages of other sites out of an installation that needs no credentials: the people at
// that machine also visit other sites, and their pages can make the browser send requests to it.
// Where credentials are needed a page has none to send, as there are no cookies. Pure.
#pragma once

#include "core/result.h"
#include "platform/http/message.h"

namespace throughline::gateway {

// CROSS_SITE_REFUSED when a browser says that a page of another site (or of another port) asks: in
// `Sec-Fetch-Site`, or in an `Origin` that is not the host that is called.
core::Result<void> CheckSite(const platform::http::Request& request);

// Of what may change something. A body, and a POST even without one, has to say of what type it is,
// and of none that a page may send without asking first (text/plain and those of forms):
// CONTENT_TYPE_MISSING or CONTENT_TYPE_REFUSED, both 415.
core::Result<void> CheckContentType(const platform::http::Request& request);

}  // namespace throughline::gateway
