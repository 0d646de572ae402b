#include "cycles/domain/coherence_fall.h"

#include <fmt/format.h>

#include <string>

#include "core/key.h"
#include "cycles/domain/conditions.h"

namespace throughline::cycles {

namespace {

// "Raters agree less than in the survey before: Strategic focus (0.90, now 0.60), ..."
std::string ReasonOf(const plans::v1::CoherenceFallNoted& noted) {
  std::string factors;
  for (const plans::v1::CoherenceFall& fall : noted.falls()) {
    factors += fmt::format("{}{} ({:.2f}, now {:.2f})", factors.empty() ? "" : ", ", fall.name(),
                           fall.before(), fall.now());
  }
  return fmt::format("Raters agree less than in the survey before (coherence from 0 to 1): {}.",
                     factors);
}

}  // namespace

void OpenReviewOf(const plans::v1::CoherenceFallNoted& noted, decider::Turn& turn) {
  v1::Condition condition;
  condition.set_district(noted.district());
  condition.set_school(noted.school());
  condition.set_trigger(common::v1::TRIGGER_COHERENCE_FELL);
  condition.set_reason(ReasonOf(noted));
  OpenReview(condition, turn);
}

void Decide(const plans::v1::SurveyResultsRecorded& recorded, decider::Turn& turn) {
  if (recorded.falls().empty()) return;
  plans::v1::CoherenceFallNoted noted;
  noted.set_district(recorded.round().district());
  noted.set_school(recorded.round().school());
  noted.set_round(recorded.round().round());
  *noted.mutable_falls() = recorded.falls();
  turn.Emit(noted, core::Key{noted.district(), noted.school()}.Text());
  OpenReviewOf(noted, turn);
}

}  // namespace throughline::cycles
