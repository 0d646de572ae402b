// Two small services for exercising the protocol alone: `tally` counts what it is told and keeps
// a total per district on the district's key; `echo` follows it. Every event says the running
// number, so that anything lost, repeated or decided on the wrong state shows.
#pragma once

#include <google/protobuf/wrappers.pb.h>

#include <string>

#include "decider/decider.h"

namespace throughline::simulation {

using google::protobuf::Int32Value;   // echo: taken over; or tally: a timer fired
using google::protobuf::Int64Value;   // tally: one more for a school
using google::protobuf::StringValue;  // command: "<school> <how many>", 0 is refused
using google::protobuf::UInt64Value;  // tally: the district's total

inline constexpr decider::Table<Int64Value> kCounts{"count"};

class TallyDecider : public decider::Decider {
 public:
  std::string_view service() const override { return "tally"; }
  std::vector<std::string> upstream() const override { return {}; }
  std::string Route(const google::protobuf::Message& command) const override {
    const auto& text = static_cast<const StringValue&>(command).value();
    return "d/" + text.substr(0, text.find(' '));
  }
  void Decide(const decider::Input& input, decider::Turn& turn) const override {
    if (input.timer != nullptr) {
      Int32Value fired;
      fired.set_value(static_cast<int32_t>(Count(turn.state(), "school")));
      if (fired.value() % 2 == 0) turn.Emit(fired, "d");
    } else if (const auto* command = input.As<StringValue>()) {
      DecideCommand(command->value(), turn);
    } else if (const auto* one = input.As<Int64Value>()) {  // delivered to the district's key
      UInt64Value total;
      total.set_value(Count(turn.state(), "district") + 1);
      turn.Emit(total, "d",
                one->value() % 5 == 0 ? decider::Delivery::ToEveryPartition()
                                      : decider::Delivery::Nowhere());
    } else if (input.As<UInt64Value>() != nullptr) {
      Int32Value heard;
      heard.set_value(-1);
      turn.Emit(heard, "d");
    }
  }
  void Apply(const decider::Event& event, decider::State& state) const override {
    if (const auto* one = event.As<Int64Value>()) {
      state.Edit(kCounts, "school").set_value(one->value());
      if (one->value() % 3 == 0) {
        state.SetTimer("third/" + std::to_string(one->value()), event.time + std::chrono::hours(5));
      }
    } else if (const auto* total = event.As<UInt64Value>()) {
      state.Edit(kCounts, "district").set_value(static_cast<int64_t>(total->value()));
    } else if (const auto* heard = event.As<Int32Value>()) {
      state.Edit(kCounts, "heard").set_value(Count(state, "heard") + heard->value());
    }
  }

 private:
  static int64_t Count(const decider::State& state, std::string_view which) {
    const Int64Value* count = state.Find(kCounts, which);
    return count == nullptr ? 0 : count->value();
  }
  static void DecideCommand(const std::string& text, decider::Turn& turn) {
    const int many = std::stoi(text.substr(text.find(' ')));
    if (many == 0)
      return turn.Refuse({core::Code::kInvalidArgument, "ZERO", "Nothing to count.", ""});
    Int64Value one;
    for (int i = 0; i < many; ++i) {
      one.set_value(Count(turn.state(), "school") + 1);
      turn.Emit(one, "d", i == 0 ? decider::Delivery::ToKey("d") : decider::Delivery::Nowhere());
    }
    turn.Answer(one);
  }
};

class EchoDecider : public decider::Decider {
 public:
  std::string_view service() const override { return "echo"; }
  std::vector<std::string> upstream() const override { return {"tally"}; }
  std::string Route(const google::protobuf::Message&) const override { return "d"; }
  void Decide(const decider::Input& input, decider::Turn& turn) const override {
    const auto* one = input.As<Int64Value>();
    if (one == nullptr) return;
    const Int64Value* seen = turn.state().Find(kCounts, "echo");
    Int32Value taken;
    taken.set_value(static_cast<int32_t>(seen == nullptr ? 1 : seen->value() + 1));
    turn.Emit(taken, "d");
  }
  void Apply(const decider::Event& event, decider::State& state) const override {
    if (const auto* taken = event.As<Int32Value>())
      state.Edit(kCounts, "echo").set_value(taken->value());
  }
};

}  // namespace throughline::simulation
