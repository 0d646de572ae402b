#include "cycles/domain/visit_steps.h"

#include <fmt/format.h>

#include "cycles/domain/missing.h"

namespace throughline::cycles {

namespace {

Missing ToBeHeld(const v1::Visit& visit, bool has_rooms) {
  Missing missing;
  Require(!visit.problem_of_practice().empty(), "problem_of_practice", missing);
  Require(!visit.look_fors().empty(), "look_fors", missing);
  Require(has_rooms, "rooms", missing);
  return missing;
}

Missing ToBeDebriefed(const v1::Visit& visit) {
  Missing missing;
  Require(!visit.debrief().patterns().empty(), "debrief.patterns", missing);
  Require(!visit.debrief().predictions().empty(), "debrief.predictions", missing);
  Require(!visit.debrief().next_level_of_work().empty(), "debrief.next_level_of_work", missing);
  Require(!visit.commitments().empty(), "commitments", missing);
  return missing;
}

Missing ToBeFollowedUp(const v1::Visit& visit) {
  Missing missing;
  for (const v1::Commitment& one : visit.commitments()) {
    Require(one.outcome() != v1::COMMITMENT_OUTCOME_UNSPECIFIED,
            fmt::format("commitments[{}].outcome", one.commitment()), missing);
  }
  return missing;
}

}  // namespace

std::vector<std::string> MissingForStep(const v1::Visit& visit, bool has_rooms) {
  switch (visit.state()) {
    case v1::VISIT_STATE_PACKET:
      return ToBeHeld(visit, has_rooms);
    case v1::VISIT_STATE_HELD:
      return ToBeDebriefed(visit);
    case v1::VISIT_STATE_DEBRIEFED:
      return ToBeFollowedUp(visit);
    default:
      return {};
  }
}

}  // namespace throughline::cycles
