// One decision in the making: collects what a decider emits, applying each event at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decider/decider.h"
#include "runtime/envelope.h"
#include "runtime/event_chain.h"
#include "runtime/planted_bug.h"

namespace throughline::runtime {

// Where a decision comes from, and how its events are numbered.
struct DecisionOrigin {
  std::string_view service;
  int32_t partition = 0;
  std::string input_id;
  std::string correlation;
  std::string request_id;
  std::string timer;  // name of the timer that fired, or empty
  std::string traceparent;
  core::Instant now;
  v1::Actor actor = {};  // who called; empty: nobody is known to have
};

class DecisionTurn : public decider::Turn {
 public:
  DecisionTurn(const decider::Decider& decider, decider::State& state, ChainPlace& last,
               DecisionOrigin origin)
      : decider_(decider), state_(state), last_(last), origin_(std::move(origin)) {}

  const decider::State& state() const override { return state_; }
  core::Instant now() const override { return origin_.now; }
  std::string_view input_id() const override { return origin_.input_id; }
  std::string next_event_id() const override {
    return EventId(origin_.service, origin_.partition, last_.sequence + 1);
  }

  void Emit(const google::protobuf::Message& event, std::string_view subject,
            decider::Delivery delivery) override {
    Record(event, subject, delivery);
    decider_.Apply(
        {event, origin_.now, EventId(origin_.service, origin_.partition, last_.sequence)}, state_);
  }
  void Answer(const google::protobuf::Message& response) override {
    outcome_ = Accepted(&response, origin_.now);
  }
  void Refuse(core::Error error) override { outcome_ = Refused(error, origin_.now); }

  // An event of the runtime itself, which no decider applies.
  void Record(const google::protobuf::Message& event, std::string_view subject,
              const decider::Delivery& delivery = {}) {
    if (!origin_.timer.empty() && events_.empty()) state_.ClearTimer(origin_.timer);
    if (!Planted(Bug::kSequenceReused) || last_.sequence % 7 != 3 || events_.empty()) {
      ++last_.sequence;
    }
    v1::Packed& packed = events_.emplace_back();
    v1::Envelope& envelope = *packed.mutable_envelope();
    envelope.set_type(event.GetDescriptor()->full_name());
    envelope.set_time_ms(core::ToMillis(origin_.now));
    envelope.set_subject(std::string(subject));
    envelope.set_sequence(last_.sequence);
    envelope.set_cause(origin_.input_id);
    envelope.set_correlation(origin_.correlation);
    envelope.set_request_id(origin_.request_id);
    envelope.set_index(static_cast<int32_t>(events_.size()) - 1);
    envelope.set_timer(origin_.timer);
    envelope.set_traceparent(origin_.traceparent);
    const bool called = !origin_.actor.subject().empty() && events_.size() == 1;
    if (called) *envelope.mutable_actor() = origin_.actor;
    if (delivery.to == decider::Delivery::To::kKey) envelope.add_deliver_to(delivery.key);
    if (delivery.to == decider::Delivery::To::kEveryPartition) envelope.add_deliver_to("*");
    event.SerializeToString(packed.mutable_value());
    last_.chain = ChainValue(last_.chain, envelope, packed.value());
    envelope.set_chain(last_.chain);
  }

  // Ends the decision: every event says how many there are, the last one how far was read and
  // what the caller gets.
  std::vector<v1::Packed> Finish(const v1::Positions& positions,
                                 const std::optional<v1::Outcome>& outcome) {
    for (v1::Packed& packed : events_) {
      packed.mutable_envelope()->set_count(static_cast<int32_t>(events_.size()));
    }
    if (!events_.empty()) {
      *events_.back().mutable_envelope()->mutable_positions() = positions;
      if (outcome) *events_.back().mutable_envelope()->mutable_outcome() = *outcome;
    }
    return std::move(events_);
  }

  bool emitted() const { return !events_.empty(); }
  const std::optional<v1::Outcome>& outcome() const { return outcome_; }

 private:
  const decider::Decider& decider_;
  decider::State& state_;
  ChainPlace& last_;
  DecisionOrigin origin_;
  std::vector<v1::Packed> events_;
  std::optional<v1::Outcome> outcome_;
};

}  // namespace throughline::runtime
