// Waves of practices, on the district's own key: planned, asked for, drawn, cancelled. What a draw
// came to is delivered to every partition (waves/drawn_place.h).
#pragma once

#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/practice.pb.h"
#include "throughline/cycles/v1/wave_events.pb.h"
#include "throughline/cycles/v1/waves_service.pb.h"

namespace throughline::cycles {

inline constexpr std::string_view kWaveDraw = "wave/draw/";  // + district/wave

void Decide(const v1::PlanWaveRequest& request, decider::Turn& turn);
// Whether the team is there is on its school's key: it was asked before.
void Decide(const v1::AskForPlaceRequest& request, decider::Turn& turn);
void Decide(const v1::DrawWaveRequest& request, decider::Turn& turn);
void Decide(const v1::CancelWaveRequest& request, decider::Turn& turn);
// The last day to ask is over.
void DecideDraw(std::string_view timer, decider::Turn& turn);

void Apply(const v1::WavePlanned& planned, decider::State& state);
void Apply(const v1::PlaceAskedFor& asked, decider::State& state);
void Apply(const v1::WaveDrawn& drawn, decider::State& state);
void Apply(const v1::WaveCancelled& cancelled, core::Instant time, decider::State& state);

}  // namespace throughline::cycles
