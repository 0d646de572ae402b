// What the draw of a wave came to for a team, on the key of its school: noted, and told to the team
// until it begins.
#pragma once

#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/wave_events.pb.h"

namespace throughline::cycles {

inline constexpr std::string_view kPlaceOver = "wave/over/";  // + district/school/team/wave

// Of the teams of this partition.
void Decide(const v1::WaveDrawn& drawn, decider::Turn& turn);
void Decide(const v1::WaveCancelled& cancelled, decider::Turn& turn);
// The day came on which it begins, or the last teams do.
void DecidePlaceOver(std::string_view timer, decider::Turn& turn);

// What follows from the note: the team is told, or no longer.
void TellPlace(const v1::DrawnPlace& place, decider::Turn& turn);

void Apply(const v1::PlaceDrawn& drawn, decider::State& state);

}  // namespace throughline::cycles
