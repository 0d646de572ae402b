// Look-fors that are rated by a rubric of the district: by a criterion of one published revision,
// which never changes. Rubrics are noted from plans' facts, in every partition.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <string>

#include "core/result.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/visit.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"
#include "throughline/plans/v1/rubric_events.pb.h"

namespace throughline::cycles {

using LookFors = google::protobuf::RepeatedPtrField<v1::LookFor>;

// The look-fors with the revision and the levels of the rubrics that they name. RUBRIC_UNKNOWN,
// CRITERION_UNKNOWN, LEVELS_DIFFER; LOOK_FOR_INVALID of one that names a revision or a criterion of
// no rubric.
core::Result<LookFors> WithRubrics(const std::string& district, const LookFors& look_fors,
                                   const decider::State& state);

void Decide(const plans::v1::RubricAdopted& adopted, decider::Turn& turn);
void Apply(const plans::v1::RubricNoted& noted, decider::State& state);

}  // namespace throughline::cycles
