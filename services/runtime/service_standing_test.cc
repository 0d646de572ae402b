// How a service says that it stands, and in which trace its events are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "runtime/envelope.h"
#include "runtime/remembered_spans.h"
#include "runtime/service.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

constexpr char kInbox[] = "inbox.sums";

// Records every command as it is.
class Recording : public decider::Decider {
 public:
  std::string_view service() const override { return "sums"; }
  std::vector<std::string> upstream() const override { return {}; }
  std::string Route(const google::protobuf::Message&) const override { return "d"; }
  void Decide(const decider::Input& input, decider::Turn& turn) const override {
    if (input.message != nullptr) turn.Emit(*input.message, "d");
  }
  void Apply(const decider::Event&, decider::State&) const override {}
};

class ServiceStandingTest : public testing::Test {
 protected:
  ServiceStandingTest() {
    store_.fault = [this](const StorePartition&) {
      return broken_ ? Fault::kFailBefore : Fault::kNone;
    };
    service_.Start(owner_);
  }
  ~ServiceStandingTest() override { service_.Stop(); }

  // Its answer is waited for elsewhere.
  std::future<core::Result<std::string>> Submit(const RequestKey& key = {}) {
    auto answered = std::make_shared<std::promise<core::Result<std::string>>>();
    v1::PartitionTime command;
    command.set_time_ms(1);
    service_.Submit(command, key, [answered](core::Result<std::string> answer) {
      answered->set_value(std::move(answer));
    });
    return answered->get_future();
  }
  template <class Condition>
  static void WaitUntil(Condition&& condition) {
    const auto until = std::chrono::steady_clock::now() + 1min;
    while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_TRUE(condition());
  }
  double Behind() { return service_.SecondsBehind().front().second; }

  std::atomic<bool> broken_{false};
  ManualClock clock_{core::FromMillis(1'000'000)};
  SimulatedLog log_;
  SimulatedStore store_;
  Recording rules_;
  SoleOwner owner_{1};
  RememberedSpans tracer_;
  Service service_{log_,
                   store_,
                   rules_,
                   clock_,
                   {.partitions = 1, .workers = 1, .tracing = {.tracer = &tracer_}}};
};

TEST_F(ServiceStandingTest, APartitionIsBehindUntilWhatCameIsHandled) {
  ASSERT_TRUE(Submit().get());
  WaitUntil([&] { return service_.Idle(); });
  EXPECT_THAT(service_.SecondsBehind(), ElementsAre(Pair(0, 0.0)));
  broken_ = true;
  auto answer = Submit();
  WaitUntil([&] { return service_.FailingPartitions() == 1; });
  clock_.Set(clock_.Now() + 90s);
  EXPECT_GE(Behind(), 90);
  EXPECT_EQ(service_.CallersWaiting(), 1);
  broken_ = false;
  ASSERT_TRUE(answer.get());
  WaitUntil([&] { return Behind() == 0; });
  EXPECT_EQ(service_.CallersWaiting(), 0);
}

TEST_F(ServiceStandingTest, ACommandAndItsEventsAreInTheTraceOfItsCall) {
  RequestKey key;
  key.trace = tracer_.Begin();
  ASSERT_TRUE(Submit(key).get());
  WaitUntil([&] { return tracer_.Named("send events.sums").has_value(); });
  const Span sent = *tracer_.Named("send inbox.sums");
  const Span taken = *tracer_.Named("process inbox.sums");
  EXPECT_EQ(sent.parent, key.trace.span);
  EXPECT_EQ(taken.parent, sent.context.span);
  const auto events = log_.Read({EventsTopic("sums"), 0}, 0, 10, 1'000'000);
  ASSERT_TRUE(events);
  EXPECT_EQ(ParseEnvelope(events->front().record)->traceparent(),
            core::ToTraceParent(tracer_.Named("send events.sums")->context));
}

TEST_F(ServiceStandingTest, ACommandOfNobodysTraceIsInNone) {
  ASSERT_TRUE(Submit().get());
  for (const std::string& topic : {std::string(kInbox), EventsTopic("sums")}) {
    const auto records = log_.Read({topic, 0}, 0, 10, 1'000'000);
    ASSERT_TRUE(records);
    EXPECT_EQ(ParseEnvelope(records->front().record)->traceparent(), "");
  }
  EXPECT_TRUE(tracer_.spans().empty());
}

}  // namespace
}  // namespace throughline::runtime
