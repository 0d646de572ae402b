// A decider for tests that read as scripts in time: one partition, in memory, no log.
// Inputs are decided at the fixture's time; timers fire, in order, when time is moved over them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "decider/decider.h"

namespace throughline::decider {

class Fixture {
 public:
  struct Outcome {
    std::vector<std::shared_ptr<google::protobuf::Message>> events;
    std::shared_ptr<google::protobuf::Message> answer;  // null when there was none
    std::optional<core::Error> refusal;

    // The first event that is an M; null when there is none.
    template <class M>
    const M* First() const {
      for (const auto& event : events) {
        if (event->GetDescriptor() == M::descriptor()) return static_cast<const M*>(event.get());
      }
      return nullptr;
    }
    template <class M>
    std::vector<const M*> All() const {
      std::vector<const M*> found;
      for (const auto& event : events) {
        if (event->GetDescriptor() == M::descriptor())
          found.push_back(static_cast<const M*>(event.get()));
      }
      return found;
    }
    template <class M>
    const M& AnswerAs() const {
      return static_cast<const M&>(*answer);
    }
  };

  Fixture(const Decider& decider, core::Instant start);

  // Gives a command or a fact. Deliveries that come back to this fixture's only partition are
  // decided right after, and their events are part of the outcome.
  Outcome Give(const google::protobuf::Message& message);
  // Moves time on, firing every timer that falls due, each at its own due time.
  Outcome AdvanceTo(core::Instant to);
  core::Instant now() const { return now_; }
  const State& state() const { return state_; }
  // A second state that folded the same events, to compare with: Apply alone must lead here too.
  std::vector<RowChange> FoldedAgain() const;
  std::vector<RowChange> Rows();  // every row, serialized, in order

 private:
  class OneTurn;
  void DecideOne(const Input& input, Outcome& outcome);

  const Decider& decider_;
  core::Instant now_;
  State state_;
  int64_t inputs_ = 0;
  int64_t sequence_ = 0;
  struct Recorded {
    std::shared_ptr<google::protobuf::Message> message;
    core::Instant time;
    std::string id;
    std::string fired_timer;  // the timer whose firing this event recorded, or empty
  };
  std::vector<Recorded> recorded_;
  std::map<RowKey, std::string> rows_;
};

}  // namespace throughline::decider
