// The services that an import calls. An import is a script on a thread of its own, so its calls
// wait.
#pragma once

#include "platform/grpc/patient_call.h"
#include "throughline/evidence/v1/evidence_service.grpc.pb.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"

namespace throughline::importing {

using platform::Call;
using platform::CallPages;

// They outlive whoever is given them.
struct Services {
  plans::v1::PlansService::Stub& plans;
  evidence::v1::EvidenceService::Stub& evidence;
  platform::CallTerms terms = {};
};

}  // namespace throughline::importing
