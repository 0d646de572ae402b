// What is shown of the scores of a school on an assessment, all classes together: the variance of a
// district is estimated from it.
//
// It follows the exact sums by the rule of disclosure/release.h, with the students of the school as
// the cell, each once, however many results or classes they have. Some seconds after results came,
// and not at each batch: what comes together is then shown together, to the last student.
#pragma once

#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

inline constexpr std::string_view kScoresDue =
    "scores/";  // scores/0 or 1/district/assessment/school

// For Apply: something that `prefix` releases came to what the key says: a timer, named by the
// prefix, 0 or 1, and the key. It is due a window of five seconds after the one that it was set in,
// so that what comes within as long is shown together wherever windows begin. Two timers take
// turns, so that a stream of results puts off neither.
void SetReleaseTimer(std::string_view prefix, std::string_view key, core::Instant time,
                     decider::State& state);

void DecideRelease(std::string_view timer, decider::Turn& turn);
void Apply(const v1::ScoresReleased& released, core::Instant time, decider::State& state);

}  // namespace throughline::evidence
