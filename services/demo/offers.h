// The offers that teams of the demo answer. What they share, and so are offered, follows from their
// cycles.
#pragma once

#include "demo/script.h"
#include "throughline/connection.h"

namespace throughline::demo {

class DemoOffers {
 public:
  DemoOffers(const DemoScript& script, Connection& connection)
      : script_(script), connection_(connection) {}

  // On Mondays teams answer what they were offered; what the script says nothing of stays open.
  core::Result<void> Live(core::Date day);

 private:
  const DemoOfferAnswer* AnswerTo(const cycles::v1::Offer& offer) const;
  core::Result<void> Answer(const cycles::v1::Offer& offer, const DemoOfferAnswer& said);

  const DemoScript& script_;
  Connection& connection_;
};

}  // namespace throughline::demo
