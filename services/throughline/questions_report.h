// The four questions of a district or a school as a page for people: four headed answers in plain
// sentences, each number with its unit and of how many, and as of when.
#pragma once

#include <ostream>

#include "throughline/cycles/v1/questions_service.pb.h"
#include "throughline/district_clock.h"

namespace throughline {

void WriteQuestions(const cycles::v1::GetQuestionsResponse& questions, const DistrictClock& clock,
                    std::ostream& out);

}  // namespace throughline
