// Takes out of a message what it may not show: numbers that rest on fewer students than a cell may
// show or from which such a number could be found by subtraction, and records of single students.
// Works on any message of this system, however deep, so that queries, alerts and streams agree.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>

#include "throughline/common/v1/evidence.pb.h"

namespace throughline::district {

// Everything but the parts that are large enough is cleared: counts become 0, statistics absent.
void HideSmallCells(google::protobuf::Message& message, int64_t smallest);
// Whether the numbers may be shown at all: enough matched students.
bool MayShow(const common::v1::CycleEvidence& evidence, int64_t smallest);

// Leaves out every record of a single student: messages with a field `student`, and counts by
// score.
void LeaveOutStudents(google::protobuf::Message& message);

}  // namespace throughline::district
