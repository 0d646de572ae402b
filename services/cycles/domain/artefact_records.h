// What teams record of the phases of a cycle, each while its phase is open.
#pragma once

#include <optional>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"

namespace throughline::cycles {

void Decide(const v1::RecordAnalysisRequest& request, decider::Turn& turn);
void Decide(const v1::RecordDesignRequest& request, decider::Turn& turn);
void Decide(const v1::RecordLookRequest& request, decider::Turn& turn);
void Decide(const v1::RecordRefinementRequest& request, decider::Turn& turn);

// The analysis of a cycle, whose challenge and problem may be named.
std::optional<core::Error> TakeAnalysis(const v1::Analysis& analysis, const decider::State& state,
                                        v1::Cycle& cycle);
// Records what a cycle's artefacts and indicators have become: in their phase, or `amended` after
// it.
void Record(const v1::Cycle& changed, decider::Turn& turn, const v1::Amendment* amended = nullptr);
// TEXT_TOO_LONG
std::optional<core::Error> CheckLength(const v1::Artefacts& artefacts);
// Whether the cycle may have such a look.
std::optional<core::Error> CheckLook(const v1::Cycle& cycle, const v1::EvidenceLook& look,
                                     const decider::Turn& turn);

void Apply(const v1::ArtefactsRecorded& recorded, decider::State& state);

}  // namespace throughline::cycles
