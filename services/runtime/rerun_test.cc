#include "runtime/rerun.h"

#include <gmock/gmock.h>

#include "runtime/decision_turn.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::runtime {
namespace {

using core::FromMillis;
using testing::ElementsAre;

constexpr decider::Table<v1::PartitionTime> kSum{"sum"};  // of one row

// A number that is said is a fact, and sets a timer; when that is due, the rules conclude what the
// sum is, and say a number themselves.
class Telling final : public decider::Decider {
 public:
  std::string_view service() const override { return "sums"; }
  std::vector<std::string> upstream() const override { return {}; }
  std::string Route(const google::protobuf::Message&) const override { return ""; }
  void Decide(const decider::Input& input, decider::Turn& turn) const override {
    if (input.timer == nullptr) return;
    v1::InputSetAside said;
    said.set_topic("d");
    said.set_offset(1'000);
    turn.Emit(said, "d", {});
    v1::PartitionTime sum = *turn.state().Find(kSum, "d");
    turn.Emit(sum, "d", {});
  }
  void Apply(const decider::Event& event, decider::State& state) const override {
    const auto* said = event.As<v1::InputSetAside>();
    if (said == nullptr) return;
    v1::PartitionTime& row = state.Edit(kSum, "d");
    row.set_time_ms(row.time_ms() + said->offset());
    state.SetTimer("due", event.time + std::chrono::milliseconds(1));
  }
};

class Retelling final : public decider::Redecider {
 public:
  const decider::Decider& decider() const override { return telling_; }
  bool IsConclusion(const google::protobuf::Descriptor& event) const override {
    return &event == v1::PartitionTime::descriptor();
  }
  void DecideAgain(const google::protobuf::Message& fact, decider::Turn& turn) const override {
    turn.Emit(fact, "");
  }
  bool IsForConclusions(std::string_view) const override { return true; }
  bool IsDrawnFrom(const google::protobuf::Descriptor&) const override { return false; }

 private:
  const Telling telling_;
};

TEST(Rerun, WhatIsDecidedNowAddsNoFactToThoseThatWereRecorded) {
  SimulatedLog log;
  const Retelling rules;
  ChainPlace place;
  for (const int64_t at : {100, 200, 300}) {
    decider::State state(nullptr);
    DecisionTurn turn(rules.decider(), state, place,
                      {"sums", 0, "input", "input", "", "", "", FromMillis(at), {}});
    v1::InputSetAside said;
    said.set_topic("d");
    said.set_offset(1);
    turn.Emit(said, "d", {});
    AppendTo batch{{"events.sums", 0}, {}};
    for (const v1::Packed& event : turn.Finish({}, std::nullopt)) {
      batch.records.push_back(ToRecord(event));
    }
    ASSERT_TRUE(log.Append({batch}));
  }
  Rerun rerun(log, rules,
              {.partitions = 1,
               .subject = "d",
               .until = core::Instant::max(),
               .upstream = "",
               .recorded = {},
               .stands = {}});
  std::vector<int64_t> sums;
  while (*rerun.Step()) {
    for (const Conclusion& one : rerun.TakeConclusions()) {
      sums.push_back(static_cast<const v1::PartitionTime&>(*one.message).time_ms());
    }
  }
  EXPECT_THAT(sums, ElementsAre(1, 2));
}

}  // namespace
}  // namespace throughline::runtime
