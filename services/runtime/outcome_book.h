// What the commands of a partition came to: kept for a day in the partition's state, so that a
// repeated request gets the first answer, and what callers are still to be answered. Of one owner
// of the partition; not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/date.h"
#include "decider/state.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

class OutcomeBook {
 public:
  using Answers = std::vector<std::pair<std::string, v1::Outcome>>;  // by outcome id

  explicit OutcomeBook(std::chrono::milliseconds keep) : keep_(keep) {}

  // Forgets everything and begins with the outcomes of `state`, which is loaded.
  void Begin(decider::State& state);
  // Records what was decided, and owes its callers the answer.
  void Record(decider::State& state, const std::string& id, const v1::Outcome& outcome);
  // Whether the command needs no decision: it was decided before, or something else was, under its
  // request id. Its callers are then owed the outcome that is known.
  bool IsAnswered(decider::State& state, const v1::Envelope& command);
  // Of an event that is in the log already: its outcome is in the state, or will be.
  void Owe(const v1::Envelope& event);
  void Expire(decider::State& state, core::Instant now);

  bool owes() const { return !answers_.empty(); }
  Answers TakeAnswers() { return std::exchange(answers_, {}); }

 private:
  const std::chrono::milliseconds keep_;
  Answers answers_;
  std::vector<std::pair<int64_t, std::string>> ages_;  // a heap of decided_at_ms, oldest on top
};

}  // namespace throughline::runtime
