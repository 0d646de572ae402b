// The Ed-Fi endpoint: what a sender of assessment results expects of an ODS / API 7, as far as it
// sends.
//
//   GET    /                                           where things are; needs no credential, but
//                                                      for browsers, which get the board
//   GET    /metadata, /metadata/data/v3/dependencies   need none either
//   POST   /data/v3/ed-fi/assessments                  what results are results of
//   POST   /data/v3/ed-fi/objectiveAssessments
//   POST   /data/v3/ed-fi/studentAssessments           an upsert by the natural key: 201, or 200
//   PUT    /data/v3/ed-fi/studentAssessments/{id}      204; 400 when the document has another key.
//                                                      The id is made of the key, so this too is an
//                                                      upsert: one that is not there yet is made
//   DELETE /data/v3/ed-fi/studentAssessments/{id}      204 with all of its objectives, else 404
//   GET    of any of these                             403: results are under pseudonyms as soon as
//                                                      they are here, and nothing leads back
//
// Any other method is 405, any other path below /data/v3 404, in Ed-Fi's words. Thread-safe.
#pragma once

#include "gateway/door/calls.h"
#include "gateway/door/public_address.h"
#include "gateway/door/request_guard.h"
#include "platform/http/routes.h"

namespace throughline::gateway::edfi {

// The document that says where things are, for GET /.
http::Handler RootHandler(const PublicAddress& address);

// All but the root. `guard` and `calls` must outlive the routes. `address` is what answers lead to.
void AddEdFiRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls,
                   const PublicAddress& address);

}  // namespace throughline::gateway::edfi
