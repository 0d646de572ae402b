// What the endpoints have in common when they serve: which source pushes, in which days it lives,
// and how an answer becomes one of HTTP. The parts outlive every exchange.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "gateway/door/calls.h"
#include "gateway/door/request_guard.h"
#include "gateway/intake/source_settings.h"
#include "gateway/intake/understood.h"
#include "gateway/sources/declared_sources.h"
#include "gateway/sources/spool.h"
#include "platform/http/exchange.h"
#include "platform/http/routes.h"

namespace throughline::gateway {

inline constexpr size_t kPushBytesAtMost = 16 << 20;  // of a push that is read as a whole

struct SourceContext {
  http::Routes& routes;
  RequestGuard& guard;
  UnaryCalls& calls;
  const DeclaredSources& sources;
};

// What an endpoint for results asks of callers before it reads a body.
GuardTerms OfWhoPushes();

// The settings of the source that the route names by {source}, else of `otherwise`; its days are
// the district's unless it says others. DISTRICT_MISSING, SOURCE_INVALID, or what the plans service
// says.
http::Task<core::Result<SourceSettings>> SettingsOf(http::Exchange& exchange, const Caller& caller,
                                                    UnaryCalls& calls,
                                                    const DeclaredSources& sources,
                                                    std::string_view otherwise);
core::Result<std::string> SourceOf(const http::Exchange& exchange, const Caller& caller,
                                   std::string_view otherwise);

// What is asked for by a name that means nothing here, or twice, would go unnoticed: QUERY_UNKNOWN,
// QUERY_REPEATED.
core::Result<void> CheckQuery(const http::Request& request,
                              std::initializer_list<std::string_view> known);

// The body on disk; it is never in memory as a whole. BODY_TOO_LARGE when it is more than `at_most`
// bytes, BODY_CUT_OFF, or SPOOL_UNAVAILABLE.
http::Task<core::Result<Spool>> SpoolBody(http::Exchange& exchange, size_t at_most);

http::Response ToResponse(Answer answer);
// For what no endpoint's standard has a word for.
http::Response ToResponse(const core::Error& error);

}  // namespace throughline::gateway
