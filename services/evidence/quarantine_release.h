// Releasing results that were set aside because no school could be determined: their schools are
// looked up again, the schools take them in, and only then are they let go.
#pragma once

#include <functional>

#include "core/result.h"
#include "evidence/result_routing.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

using ReleaseCallback = std::function<void(core::Result<v1::ReleaseQuarantineResponse>)>;

// `done` is called once. A failure on the way leaves the entries where they are; releasing them
// again changes nothing that a school has already taken in.
// `key` is that of the request, without a digest.
void ReleaseWithoutSchool(v1::ReleaseQuarantineRequest request, runtime::RequestKey key,
                          const RoutingContext& on, ReleaseCallback done);

}  // namespace throughline::evidence
