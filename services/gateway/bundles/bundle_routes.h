// The endpoint for OneRoster's CSV bundles: a zip is uploaded, brought in by the same importer as
// the command line's, and answered with lines of JSON while that goes on. See README.md.
#pragma once

#include "gateway/bundles/import_run.h"
#include "gateway/bundles/import_threads.h"
#include "gateway/door/request_guard.h"
#include "platform/http/routes.h"

namespace throughline::gateway::bundles {

// `threads` and `guard` must outlive the routes, and the exchanges under way.
void AddBundleRoutes(http::Routes& routes, RequestGuard& guard, ImportThreads& threads,
                     ServiceChannels channels);

}  // namespace throughline::gateway::bundles
