// Results: recorded, corrected, taken back, or set aside with a reason; never dropped.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

inline constexpr int kResultsAtMost = 500;

// A batch of one school, or of none: what could not be routed to a school is set aside on the
// district's key.
void Decide(const v1::IngestResultsRequest& request, decider::Turn& turn);
// Tries what was set aside again. On the district's key there is no school to try it in: the
// entries were sent on to their schools before, and are only let go here.
// `hidden` says whether what the state has set aside is concealed (concealment.h).
void Decide(const v1::ReleaseQuarantineRequest& request, bool hidden, decider::Turn& turn);
// Keeps what results that were set aside looked like.
void Decide(const v1::SealOriginalsRequest& request, decider::Turn& turn);
void Decide(const v1::DiscardQuarantineRequest& request, decider::Turn& turn);

// What was recorded is so again, and evaluated as it is now.
void RecordAgain(const v1::ResultsRecorded& recorded, decider::Turn& turn);

void Apply(const v1::ResultsRecorded& recorded, core::Instant time, decider::State& state);
void Apply(const v1::OriginalsSealed& sealed, decider::State& state);
void Apply(const v1::QuarantineDiscarded& discarded, decider::State& state);

// Rows that a batch reads and writes: before it is decided, or what was decided is folded.
std::vector<decider::RowKey> Touches(const v1::IngestResultsRequest& request,
                                     const decider::State& state);
std::vector<decider::RowKey> Touches(const v1::ResultsRecorded& recorded,
                                     const decider::State& state);

}  // namespace throughline::evidence
