// The delivery worker beside a service on the simulated journal, and a receiver on loopback.
#include "notifications/delivery/delivery_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "notifications/domain/notifications_decider.h"
#include "notifications/domain/tables.h"
#include "notifications/log_script.h"
#include "platform/http_client/test_receiver.h"
#include "runtime/simulated/simulated_journal.h"
#include "throughline/notifications/v1/notifications_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::notifications {
namespace {

using platform::TestReceiver;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kOk[] = "HTTP/1.1 204 OK\r\n\r\n";
constexpr char kBusy[] = "HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n";
constexpr char kEnd[] = "subscription\":\"hook\"}}";  // of a trial's body

// Gives partitions when a test says so.
class LateOwner : public runtime::Ownership {
 public:
  void Start(Partitions gained, Partitions) override { gained_ = std::move(gained); }
  void Stop() override {}
  void Give() { gained_({0}); }

 private:
  Partitions gained_;
};

class DeliveryWorkerTest : public testing::Test {
 protected:
  DeliveryWorkerTest() {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_version(1);
    LogScript(log_).Decide("plans", "", {&adopted}, clock_.Now(), "d");
    service_.Start(owner_);
  }
  ~DeliveryWorkerTest() override {
    delivery_worker_.reset();
    service_.Stop();
  }

  void Send() {
    DeliverySetup setup;
    setup.webhooks = {*platform::AddressRules::Allowing({"127.0.0.1"}), true, ""};
    delivery_worker_.emplace(service_, log_, clock_, setup, telemetry_);
  }
  void Give(const google::protobuf::Message& command) {
    std::promise<core::Result<std::string>> answer;
    service_.Submit(command, {},
                    [&](core::Result<std::string> is) { answer.set_value(std::move(is)); });
    const auto answered = answer.get_future().get();
    ASSERT_TRUE(answered) << answered.error().message;
  }
  void Subscribe(const std::string& url, const std::string& id = "hook") {
    ASSERT_TRUE(Soon([&] {
      const auto known = service_.rows().Get(district::kDistricts, "d", "d");
      return known && *known;
    }));
    v1::UpsertSubscriptionRequest request;
    v1::Subscription& subscription = *request.mutable_subscription();
    subscription.set_district("d");
    subscription.set_subscription(id);
    subscription.set_subscriber("a system");
    subscription.set_channel(v1::CHANNEL_WEBHOOK);
    subscription.mutable_webhook()->set_url(url);
    Give(request);
  }
  void Try(int times = 1, const std::string& id = "hook") {
    v1::SendTestDeliveryRequest request;
    request.set_district("d");
    request.set_subscription(id);
    for (int i = 0; i < times; ++i) Give(request);
  }
  std::vector<v1::Delivery> Open() {
    std::vector<v1::Delivery> open;
    const auto rows = service_.rows().Scan(kDeliveries, "d", "", "", 1000);
    if (rows) {
      for (const auto& [key, delivery] : *rows) open.push_back(delivery);
    }
    return open;
  }
  template <class Condition>
  static bool Soon(const Condition& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  runtime::ManualClock clock_{*core::ParseInstant("2026-09-01T12:00:00Z")};
  NotificationsDecider rules_;
  LateOwner owner_;
  runtime::Service service_{log_, store_, rules_, clock_, {.partitions = 1, .workers = 1}};
  DeliveryTelemetry telemetry_{nullptr};
  std::optional<DeliveryWorker> delivery_worker_;
};

TEST_F(DeliveryWorkerTest, SendsWhatIsDueAndTellsThatItArrived) {
  TestReceiver receiver(kOk, kEnd);
  owner_.Give();
  Send();
  Subscribe(receiver.url());
  Try();
  ASSERT_TRUE(receiver.WaitFor(1));
  EXPECT_THAT(receiver.requests()[0], HasSubstr("webhook-signature: v1,"));
  EXPECT_TRUE(Soon([&] { return Open().empty(); }));
}

TEST_F(DeliveryWorkerTest, SendsWhatWasDueBeforeItWasThere) {
  TestReceiver receiver(kOk, kEnd);
  owner_.Give();
  Subscribe(receiver.url());
  Try(3);
  Send();
  EXPECT_TRUE(receiver.WaitFor(3));
  EXPECT_TRUE(Soon([&] { return Open().empty(); }));
}

TEST_F(DeliveryWorkerTest, WhatWasSentAndNotToldOfIsSentAgainUnderItsId) {
  TestReceiver receiver("", kEnd);
  owner_.Give();
  Send();
  Subscribe(receiver.url());
  Try();
  ASSERT_TRUE(receiver.WaitFor(1));
  delivery_worker_.reset();  // before there was an answer
  const std::string id = Open().at(0).delivery();
  Send();
  ASSERT_TRUE(receiver.WaitFor(2));
  for (const std::string& request : receiver.requests()) {
    EXPECT_THAT(request, HasSubstr("webhook-id: " + id + "\r\n"));
  }
}

TEST_F(DeliveryWorkerTest, AFailureIsTriedAgainWhenItsTimeHasComeAndNoSooner) {
  TestReceiver receiver(kBusy, kEnd);
  owner_.Give();
  Send();
  Subscribe(receiver.url());
  Try();
  ASSERT_TRUE(Soon([&] { return !Open().empty() && Open()[0].next_attempt_at_ms() != 0; }));
  EXPECT_EQ(Open()[0].next_attempt_at_ms(), core::ToMillis(clock_.Now() + std::chrono::minutes(1)));
  EXPECT_EQ(Open()[0].last().status(), 503);
  EXPECT_EQ(receiver.requests().size(), 1u);
  clock_.Set(clock_.Now() + std::chrono::minutes(1));
  service_.Wake();
  EXPECT_TRUE(receiver.WaitFor(2));
}

TEST_F(DeliveryWorkerTest, OneEndpointIsSentAFewAtATime) {
  TestReceiver silent("", kEnd);
  owner_.Give();
  Subscribe(silent.url());
  Try(10);
  Send();
  ASSERT_TRUE(silent.WaitFor(4));
  // Another look finds no room: what comes after it is sent elsewhere, and is there.
  TestReceiver receiver(kOk, "other\"}}");
  Subscribe(receiver.url(), "other");
  Try(1, "other");
  ASSERT_TRUE(receiver.WaitFor(1));
  EXPECT_EQ(silent.connections(), 4u);
}

TEST_F(DeliveryWorkerTest, WhatIsDueIsSentByWhoeverRunsThePartition) {
  TestReceiver receiver(kOk, kEnd);
  {
    // Somebody else had the partition, and left something due.
    runtime::SoleOwner other(1);
    runtime::Service service{log_, store_, rules_, clock_, {.partitions = 1, .workers = 1}};
    service.Start(other);
    Send();
    Subscribe(receiver.url());
    Try();
    EXPECT_THAT(receiver.requests(), IsEmpty()) << "it is not ours";
    service.Stop();
  }
  owner_.Give();
  EXPECT_TRUE(receiver.WaitFor(1));
}

}  // namespace
}  // namespace throughline::notifications
