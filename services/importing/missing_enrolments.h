// What is said of a school's enrolments that a bulk no longer has. Pure.
#pragma once

#include <vector>

#include "importing/roster_bundle.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::importing {

// Together they look at every enrolment of the school once. Without district and request id.
std::vector<evidence::v1::EndMissingEnrolmentsRequest> MissingEnrolmentsOf(
    const std::string& school_id, const SchoolRoster& school);

}  // namespace throughline::importing
