// The life of a district, as its script says it, one day at a time.
#pragma once

#include "demo/offers.h"
#include "demo/plans.h"
#include "demo/practices.h"
#include "demo/surveys.h"
#include "demo/teams.h"
#include "demo/visits.h"
#include "demo/waves.h"

namespace throughline::demo {

class DemoLife {
 public:
  // Both outlive this.
  DemoLife(const DemoScript& script, Connection& connection);
  DemoLife(const DemoLife&) = delete;  // its parts refer to each other

  // Everything that people do on this day. What that is follows from the script, the day and what
  // the services say; every call has a request id made of what it is about, so that living a day
  // again changes nothing.
  core::Result<void> Live(core::Date day);

 private:
  DemoLibrary library_;
  DemoPlans plans_;
  DemoSurveys surveys_;
  DemoWaves waves_;
  DemoTeams teams_;
  DemoOffers offers_;
  DemoVisits visits_;
};

}  // namespace throughline::demo
