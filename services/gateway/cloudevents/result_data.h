// The data of an event of the type throughline.result.v1; README.md has its members. Pure.
#pragma once

#include "core/result.h"
#include "gateway/json/json_reader.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway::cloudevents {

// FIELD_MISSING, FIELD_INVALID, FIELD_UNKNOWN, SCORE_INVALID or SCALE_INVALID, with the field.
core::Result<evidence::v1::Result> ReadResultData(const Json& data);

}  // namespace throughline::gateway::cloudevents
