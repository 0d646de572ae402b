// A service whose Redis loses everything: its rows are said to be on their way back until they are
// all there again, and never to be absent.
#include <gtest/gtest.h>

#include <future>

#include "redis_server.h"
#include "runtime/redis/redis_store.h"
#include "runtime/service.h"
#include "runtime/simulated/simulated_journal.h"
#include "simulation/tally.h"

namespace throughline::runtime {
namespace {

using google::protobuf::Int64Value;
using google::protobuf::StringValue;

// A later version, which keeps its counts in hundreds.
class HundredsDecider final : public simulation::TallyDecider {
 public:
  int state_version() const override { return 1; }
  void Apply(const decider::Event& event, decider::State& state) const override {
    const auto* one = event.As<Int64Value>();
    if (one != nullptr) state.Edit(simulation::kCounts, "school").set_value(100 * one->value());
  }
};

class RebuildingTest : public testing::Test {
 protected:
  RebuildingTest() {
    auto opened = RedisStore::Open({.addresses = {redis_.address()}});
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    StartService();
  }
  void StartService() { StartService(tally_); }
  void StartService(const decider::Decider& decider) {
    service_.emplace(
        log_, *store_, decider, clock_,
        ServiceOptions{.partitions = 1, .workers = 1, .look_again = std::chrono::milliseconds(1)});
    service_->Start(owner_);
  }
  void Count(int many) {
    StringValue command;
    command.set_value("s " + std::to_string(many));
    std::promise<bool> answered;
    service_->Submit(command, {}, [&](const core::Result<std::string>& answer) {
      answered.set_value(answer.has_value());
    });
    EXPECT_TRUE(answered.get_future().get());
  }
  core::Result<std::optional<Int64Value>> Counted() {
    return service_->rows().Get(simulation::kCounts, "d/s", "school");
  }
  size_t Scanned() {
    const auto rows = service_->rows().ScanAll(simulation::kCounts, "", "", 10);
    if (!rows) EXPECT_EQ(rows.error().reason, "BEING_REBUILT");
    return rows ? rows->size() : 0;
  }

  RedisServer redis_;
  SimulatedLog log_;
  std::unique_ptr<RedisStore> store_;
  simulation::TallyDecider tally_;
  SystemClock clock_;
  SoleOwner owner_{1};
  std::optional<Service> service_;
};

TEST_F(RebuildingTest, RowsThatWereLostAreUnavailableUntilTheyAreThereAgain) {
  Count(7);
  EXPECT_EQ((*Counted())->value(), 7);
  EXPECT_GE(Scanned(), 1u);
  service_->Stop();
  ASSERT_EQ(redis_.Say({"FLUSHALL"}), "OK");
  const auto lost = Counted();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().reason, "BEING_REBUILT");
  EXPECT_EQ(lost.error().code, core::Code::kUnavailable);
  EXPECT_EQ(Scanned(), 0u);
  StartService();
  ASSERT_TRUE(Eventually([this] { return Counted().has_value(); }));
  EXPECT_EQ((*Counted())->value(), 7);
  EXPECT_GE(Scanned(), 1u);
}

TEST_F(RebuildingTest, RowsOfAnotherVersionAreFoldedAnew) {
  Count(7);
  service_->Stop();
  const HundredsDecider later;
  StartService(later);
  ASSERT_TRUE(Eventually([this] {
    const auto counted = Counted();
    return counted && *counted && (*counted)->value() == 700;
  }));
  service_->Stop();
  StartService();
  ASSERT_TRUE(Eventually([this] {
    const auto counted = Counted();
    return counted && *counted && (*counted)->value() == 7;
  }));
  Count(1);  // and it goes on from there
  EXPECT_EQ((*Counted())->value(), 8);
}

TEST_F(RebuildingTest, NobodyIsToldThatALostRowIsNotThere) {
  Count(7);
  for (int round = 0; round < 5; ++round) {
    redis_.Say({"FLUSHALL"});
    ASSERT_TRUE(Eventually([this] {
      const auto counted = Counted();
      if (counted) EXPECT_TRUE(*counted) << "absent, though it was counted";
      return counted.has_value();
    }));
  }
  EXPECT_EQ((*Counted())->value(), 7);
}

// Nothing comes in, and only readers touch the row: the owner notices all the same.
TEST_F(RebuildingTest, ADamagedRowIsFoldedAnewAndNeverServed) {
  Count(7);
  const std::string rows = "tl:{tally.0}:row:count";
  for (int round = 0; round < 5; ++round) {
    std::string kept = redis_.Say({"HGET", rows, "school"});
    ASSERT_FALSE(kept.empty());
    kept[round % kept.size()] = static_cast<char>(kept[round % kept.size()] ^ 0x10);
    ASSERT_EQ(redis_.Say({"HSET", rows, "school", kept}), "0");
    const auto damaged = Counted();
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().reason, "STORE_DAMAGED");
    ASSERT_TRUE(Eventually([this] {
      const auto counted = Counted();
      EXPECT_TRUE(!counted || (*counted && (*counted)->value() == 7));
      return counted.has_value();
    }));
  }
  Count(1);
  EXPECT_EQ((*Counted())->value(), 8);
}

}  // namespace
}  // namespace throughline::runtime
