// The kinds of assessments as OneRoster's conventions and the protos have them. Pure.
#pragma once

#include "oneroster/conventions.h"
#include "throughline/evidence/v1/assessment.pb.h"

namespace throughline::importing {

evidence::v1::AssessmentKind KindOf(throughline::oneroster::AssessmentKind kind);

}  // namespace throughline::importing
