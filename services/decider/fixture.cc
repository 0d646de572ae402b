#include "decider/fixture.h"

#include <cstdlib>
#include <deque>

namespace throughline::decider {

using google::protobuf::Message;

class Fixture::OneTurn : public Turn {
 public:
  OneTurn(Fixture& fixture, Outcome& outcome, const Timer* timer)
      : fixture_(fixture),
        outcome_(outcome),
        fired_(timer == nullptr ? "" : timer->name),
        id_("fixture." + std::to_string(++fixture.inputs_)) {}

  const State& state() const override { return fixture_.state_; }
  core::Instant now() const override { return fixture_.now_; }
  std::string_view input_id() const override { return id_; }
  std::string next_event_id() const override {
    return std::string(fixture_.decider_.service()) + ".0." +
           std::to_string(fixture_.sequence_ + 1);
  }
  void Emit(const Message& event, std::string_view, Delivery delivery) override {
    if (outcome_.refusal) std::abort();
    std::string id = next_event_id();
    ++fixture_.sequence_;
    std::shared_ptr<Message> copy(event.New());
    copy->CopyFrom(event);
    if (!fired_.empty()) fixture_.state_.ClearTimer(fired_);
    fixture_.decider_.Apply(Event{*copy, now(), id}, fixture_.state_);
    fixture_.recorded_.push_back({copy, now(), id, fired_});
    fired_.clear();
    outcome_.events.push_back(copy);
    if (delivery.to != Delivery::To::kNowhere) delivered_.push_back(copy);
  }
  void Answer(const Message& response) override {
    outcome_.answer.reset(response.New());
    outcome_.answer->CopyFrom(response);
  }
  void Refuse(core::Error error) override { outcome_.refusal = std::move(error); }

  std::vector<std::shared_ptr<Message>> delivered_;

 private:
  Fixture& fixture_;
  Outcome& outcome_;
  std::string fired_;
  std::string id_;
};

Fixture::Fixture(const Decider& decider, core::Instant start)
    : decider_(decider), now_(start), state_(nullptr) {}

void Fixture::DecideOne(const Input& input, Outcome& outcome) {
  std::deque<std::shared_ptr<Message>> waiting;
  {
    OneTurn turn(*this, outcome, input.timer);
    decider_.Decide(input, turn);
    waiting.assign(turn.delivered_.begin(), turn.delivered_.end());
  }
  while (!waiting.empty()) {
    std::shared_ptr<Message> next = waiting.front();
    waiting.pop_front();
    OneTurn turn(*this, outcome, nullptr);
    decider_.Decide(Input{next.get(), nullptr}, turn);
    waiting.insert(waiting.end(), turn.delivered_.begin(), turn.delivered_.end());
  }
}

Fixture::Outcome Fixture::Give(const Message& message) {
  Outcome outcome;
  DecideOne(Input{&message, nullptr}, outcome);
  return outcome;
}

Fixture::Outcome Fixture::AdvanceTo(core::Instant to) {
  Outcome outcome;
  while (auto timer = state_.NextTimer()) {
    if (timer->due > to) break;
    if (timer->due > now_) now_ = timer->due;
    size_t before = outcome.events.size();
    DecideOne(Input{nullptr, &*timer}, outcome);
    if (outcome.events.size() == before) state_.ClearTimer(timer->name);
  }
  now_ = to;
  return outcome;
}

std::vector<RowChange> Fixture::Rows() {
  for (RowChange& change : state_.TakeChanges()) {
    if (change.value) {
      rows_[change.row] = std::move(*change.value);
    } else {
      rows_.erase(change.row);
    }
  }
  std::vector<RowChange> all;
  for (const auto& [row, value] : rows_) all.push_back({row, value});
  return all;
}

std::vector<RowChange> Fixture::FoldedAgain() const {
  State state(nullptr);
  for (const Recorded& event : recorded_) {
    if (!event.fired_timer.empty()) state.ClearTimer(event.fired_timer);
    decider_.Apply(Event{*event.message, event.time, event.id}, state);
  }
  std::map<RowKey, std::string> rows;
  for (RowChange& change : state.TakeChanges()) {
    if (change.value) rows[change.row] = std::move(*change.value);
  }
  std::vector<RowChange> all;
  for (const auto& [row, value] : rows) all.push_back({row, value});
  return all;
}

}  // namespace throughline::decider
