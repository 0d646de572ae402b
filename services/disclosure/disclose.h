// Makes of a message of this system what a reader may be shown of it. Works on any message, however
// deep, so that queries, alerts, explanations and streams agree.
//
// Numbers about students carry with them what of them may be shown (`shown`, which moves by the
// rule of release.h), and that takes their place here. Numbers that carry nothing, such as those of
// events from before there was this rule, are not shown.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>

#include "throughline/common/v1/evidence.pb.h"

namespace throughline::disclosure {

// Conditions, reviews and cycles say in a sentence what the numbers say that are left
// (finding_sentence.h).
//
// What may not be shown is absent: counts, and statistics with them; the numbers say why
// (`absent`). `smallest` is the district's
// smallest cell as it is now, which may be larger than when the numbers were made. Returns whether
// anything was left out. What has been shown already stays as it is.
bool HideSmallCells(google::protobuf::Message& message, int64_t smallest);

// Leaves out every record of a single student: messages with a field `student`, counts by score,
// percentiles, and exact sums of teams.
void LeaveOutStudents(google::protobuf::Message& message);

// Leaves out who called: an event that remembers it is for the service that wrote it.
void LeaveOutCallers(google::protobuf::Message& message);

// Whether readers are told at all that an event happened: a percentile or a norm of the district
// that moved says something of the score that moved it, and a room that was visited names its
// teacher.
bool IsTold(const google::protobuf::Message& event);

}  // namespace throughline::disclosure
