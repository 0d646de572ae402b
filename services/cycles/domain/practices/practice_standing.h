// The standing of practices, assessed anew as cycles close, evidence moves and teams take practices
// up: on the district's key. A change that teams are told of is delivered to every partition.
#pragma once

#include <string_view>

#include "decider/decider.h"

namespace throughline::cycles {

// `timer` is kAssessmentDue and a district.
void DecideAssessments(std::string_view timer, decider::Turn& turn);

}  // namespace throughline::cycles
