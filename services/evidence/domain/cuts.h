// The score under which a student struggles: a percentile of all of the district's results on an
// indicator, exact, from a histogram in steps of 0.1 percent of scale that the schools' changes are
// folded into on the district's own key. Looked at once a minute after something changed.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

inline constexpr std::string_view kCutDue = "cut/";  // cut/district/indicator

// Deliveries: a school's changes to the district's key, the district's cuts to everybody.
void Decide(const v1::ScoresCounted& counted, decider::Turn& turn);
void Decide(const v1::CutsPublished& published, decider::Turn& turn);
void DecideCut(std::string_view timer, decider::Turn& turn);

void Apply(const v1::DistrictScoresCounted& counted, core::Instant time, decider::State& state);
// Whoever stands otherwise by it in an open cycle does so from here on: when a cut comes to be
// known leaves no trace. A closed cycle keeps how its students stood.
void Apply(const v1::CutsAdopted& adopted, core::Instant time, decider::State& state);

}  // namespace throughline::evidence
