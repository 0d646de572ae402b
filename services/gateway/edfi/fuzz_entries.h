// One entry for each parser of this room, for a fuzzer: takes any bytes, and asserts what has to
// hold of whatever comes of them. Nothing else calls these.
#pragma once

#include <string_view>

namespace throughline::gateway::edfi {

void FuzzStudentAssessment(std::string_view bytes);
void FuzzAssessment(std::string_view bytes);
void FuzzObjectiveAssessment(std::string_view bytes);
void FuzzResourceId(std::string_view bytes);
// The key is what stands before the first line's end; without one, the value is null.
void FuzzKafkaRecord(std::string_view bytes);

}  // namespace throughline::gateway::edfi
