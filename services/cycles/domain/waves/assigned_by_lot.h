// Which teams began with a practice on the day that a draw gave them, on the district's own key.
#pragma once

#include <string>

#include "decider/decider.h"
#include "throughline/cycles/v1/practice.pb.h"
#include "throughline/cycles/v1/wave.pb.h"

namespace throughline::cycles {

// Whether chance decided that the team begins with it when it did: it waited for its day.
bool IsByLot(const std::string& district, const std::string& practice, const std::string& school,
             const std::string& team, const decider::State& state);

// For Apply.
void NoteLots(const v1::Wave& drawn, decider::State& state);
void ForgetLots(const v1::Wave& cancelled, decider::State& state);
// The practice was merged into another one, which was drawn for under its name.
void MoveLots(const v1::Practice& merged, decider::State& state);

}  // namespace throughline::cycles
