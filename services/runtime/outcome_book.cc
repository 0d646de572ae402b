#include "runtime/outcome_book.h"

#include <algorithm>
#include <functional>

#include "runtime/partition_tables.h"
#include "runtime/planted_bug.h"
#include "runtime/request_key.h"

namespace throughline::runtime {

void OutcomeBook::Begin(decider::State& state) {
  answers_.clear();
  ages_.clear();
  state.ForEach(kOutcomes, "", [&](const std::string& id, const v1::Outcome& outcome) {
    ages_.emplace_back(outcome.decided_at_ms(), id);
  });
  std::make_heap(ages_.begin(), ages_.end(), std::greater<>());
}

void OutcomeBook::Record(decider::State& state, const std::string& id, const v1::Outcome& outcome) {
  state.Edit(kOutcomes, id) = outcome;
  ages_.emplace_back(outcome.decided_at_ms(), id);
  std::push_heap(ages_.begin(), ages_.end(), std::greater<>());
  answers_.emplace_back(id, outcome);
}

// Callers that wait are distinguished by their requests: see WaitingCallers::Answer.
bool OutcomeBook::IsAnswered(decider::State& state, const v1::Envelope& command) {
  if (Planted(Bug::kOutcomesForgotten)) return false;
  const v1::Outcome* known = state.Find(kOutcomes, command.request_id());
  if (known == nullptr) return false;
  const v1::RequestDigest& decided = known->request_digest();
  // The same request, divided into other parts than before, was decided in part only.
  if (!IsReused(decided, command.request_digest()) &&
      !IsAnsweredBy(command.request_digest(), decided)) {
    return false;
  }
  answers_.emplace_back(command.request_id(), *known);
  return true;
}

void OutcomeBook::Owe(const v1::Envelope& event) {
  if (event.has_outcome()) answers_.emplace_back(event.request_id(), event.outcome());
}

void OutcomeBook::Expire(decider::State& state, core::Instant now) {
  const int64_t oldest = core::ToMillis(now - keep_);
  while (!ages_.empty() && ages_.front().first < oldest) {
    // One that was decided again since has an age of its own.
    const auto& [decided, id] = ages_.front();
    const v1::Outcome* known = state.Find(kOutcomes, id);
    if (known != nullptr && known->decided_at_ms() <= decided) state.Erase(kOutcomes, id);
    std::pop_heap(ages_.begin(), ages_.end(), std::greater<>());
    ages_.pop_back();
  }
}

}  // namespace throughline::runtime
