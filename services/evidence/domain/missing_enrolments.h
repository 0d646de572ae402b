// Enrolments that whole lists of classes no longer have. Those of students who were erased are
// ended, too, and not counted: a student who is still there is listed as somebody new.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

void Decide(const v1::EndMissingEnrolmentsRequest& request, decider::Turn& turn);

}  // namespace throughline::evidence
