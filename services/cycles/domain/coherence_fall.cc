#include "cycles/domain/coherence_fall.h"

#include <fmt/format.h>

#include <string>

#include "core/key.h"
#include "core/statistics/agreement.h"
#include "cycles/domain/conditions.h"
#include "district/district_notes.h"

namespace throughline::cycles {

namespace {

using Falls = google::protobuf::RepeatedPtrField<plans::v1::CoherenceFall>;

constexpr double kFallWhenNotSaid = 0.20;  // of policies that were adopted before they said so

// By the policy as it is, or is supposed to have been. What was noted before it said what was
// compared says what fell by the policy of that day, and no more.
Falls FallsOf(const plans::v1::CoherenceFallNoted& noted, const common::v1::Policy& policy) {
  if (noted.compared().empty()) return noted.falls();
  const double at_least = policy.has_coherence_fall() ? policy.coherence_fall() : kFallWhenNotSaid;
  Falls falls;
  for (const plans::v1::CoherenceFall& one : noted.compared()) {
    if (core::HasFallenBy(one.before(), one.now(), at_least)) *falls.Add() = one;
  }
  return falls;
}

// "Raters agree less than in the survey before: Strategic focus (0.90, now 0.60), ..."
std::string ReasonOf(const Falls& falls) {
  std::string factors;
  for (const plans::v1::CoherenceFall& fall : falls) {
    factors += fmt::format("{}{} ({:.2f}, now {:.2f})", factors.empty() ? "" : ", ", fall.name(),
                           fall.before(), fall.now());
  }
  return fmt::format("Raters agree less than in the survey before (coherence from 0 to 1): {}.",
                     factors);
}

}  // namespace

void OpenReviewOf(const plans::v1::CoherenceFallNoted& noted, decider::Turn& turn) {
  const Falls falls = FallsOf(noted, district::PolicyOf(turn.state(), noted.district()));
  if (falls.empty()) return;
  v1::Condition condition;
  condition.set_district(noted.district());
  condition.set_school(noted.school());
  condition.set_trigger(common::v1::TRIGGER_COHERENCE_FELL);
  condition.set_reason(ReasonOf(falls));
  OpenReview(condition, turn);
}

void Decide(const plans::v1::SurveyResultsRecorded& recorded, decider::Turn& turn) {
  if (recorded.falls().empty() && recorded.compared().empty()) return;
  plans::v1::CoherenceFallNoted noted;
  noted.set_district(recorded.round().district());
  noted.set_school(recorded.round().school());
  noted.set_round(recorded.round().round());
  *noted.mutable_falls() = recorded.falls();
  *noted.mutable_compared() = recorded.compared();
  turn.Emit(noted, core::Key{noted.district(), noted.school()}.Text());
  OpenReviewOf(noted, turn);
}

}  // namespace throughline::cycles
