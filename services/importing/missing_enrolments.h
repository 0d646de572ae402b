// What is said of a school's enrolments that a bulk no longer has. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "importing/roster_bundle.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::importing {

// CLASS_TOO_LARGE when a class lists more students than can be compared with those of the district.
core::Result<void> CheckClasses(const std::map<std::string, SchoolRoster>& schools);

// Together they look at every enrolment of the school once. Without district and request id.
std::vector<evidence::v1::EndMissingEnrolmentsRequest> MissingEnrolmentsOf(
    const std::string& school_id, const SchoolRoster& school);

}  // namespace throughline::importing
