// The moments at which an offer is due for re-evaluation, each named after its reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/offer.pb.h"

namespace throughline::cycles {

struct OfferTimer {
  enum class What {
    kOverdue,   // it is past its due day
    kEscalate,  // and still is
    kLapse,     // it can no longer be answered
  };
  What what;
  std::string key;  // of the offer's row
};

// The offer timer of that name (`offer/<what>/<district>/<school>/<team>/<offer>`); nullopt for
// another.
std::optional<OfferTimer> ParseOfferTimer(std::string_view name);

// For Apply.
void SetOfferTimers(const v1::Offer& offer, decider::State& state);
void ClearOfferTimers(const v1::Offer& offer, decider::State& state);

}  // namespace throughline::cycles
