// What is done to a roster's request at the door, before anything of it is written.
#pragma once

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// Refuses names that are none (NAME_INVALID). Takes out the ids of teachers who come to no class
// and whom the school does not know: of whoever is gone a source need not say what they were, and
// the id of a student belongs in no input.
core::Result<void> PrepareRoster(const runtime::Rows& rows, v1::UpdateRosterRequest& request);

}  // namespace throughline::evidence
