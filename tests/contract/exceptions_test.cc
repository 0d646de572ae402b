// What is thrown at any call of the journal ends the call, the stream, the turn of a partition or
// the attempt in which it happened, and nothing else: who asks again is answered, nobody waits for
// ever, and all ends when it is told to.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>

#include "evidence/domain/evidence_decider.h"
#include "evidence/evidence_service.h"
#include "evidence/privacy_fixture.h"
#include "notifications/delivery/delivery_worker.h"
#include "notifications/domain/notifications_decider.h"
#include "notifications/notifications_service.h"
#include "plans/domain/plans_decider.h"
#include "plans/plans_service.h"
#include "platform/grpc/server.h"
#include "platform/http_client/test_receiver.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline {
namespace {

using core::Result;
using std::chrono::system_clock;

enum class At { kAppend, kRead, kEnd, kHead, kApply, kLoad, kScan };
constexpr At kEverywhere[] = {At::kAppend, At::kRead, At::kEnd, At::kHead,
                              At::kApply,  At::kLoad, At::kScan};

// Throws at one call of all those of one kind.
class Fault {
 public:
  Fault(At at, int call) : at_(at), call_(call) {}
  void Pass(At at) {
    if (at == at_ && seen_++ == call_) throw std::runtime_error("a fault of the test");
  }
  bool was_thrown() const { return seen_ > call_; }

 private:
  const At at_;
  const int call_;
  std::atomic<int> seen_{0};
};

class ThrowingLog : public runtime::Log {
 public:
  explicit ThrowingLog(Fault& fault) : fault_(fault) {}
  Result<std::vector<runtime::Stretch>> Append(
      const std::vector<runtime::AppendTo>& batches) override {
    fault_.Pass(At::kAppend);
    return log_.Append(batches);
  }
  Result<std::vector<runtime::StoredRecord>> Read(const runtime::TopicPartition& from,
                                                  int64_t offset, size_t max_records,
                                                  size_t max_bytes) override {
    fault_.Pass(At::kRead);
    return log_.Read(from, offset, max_records, max_bytes);
  }
  Result<int64_t> End(const runtime::TopicPartition& of) override {
    fault_.Pass(At::kEnd);
    return log_.End(of);
  }
  int Listen(std::function<void(const runtime::TopicPartition&)> wake) override {
    return log_.Listen(std::move(wake));
  }
  void Unlisten(int listener) override { log_.Unlisten(listener); }

 private:
  Fault& fault_;
  runtime::SimulatedLog log_;
};

class ThrowingStore : public runtime::Store {
 public:
  explicit ThrowingStore(Fault& fault) : fault_(fault) {}
  Result<std::optional<std::string>> Head(const runtime::StorePartition& of) override {
    fault_.Pass(At::kHead);
    return store_.Head(of);
  }
  Result<void> Apply(const runtime::StorePartition& to, const runtime::Commit& commit) override {
    fault_.Pass(At::kApply);
    return store_.Apply(to, commit);
  }
  Result<std::vector<std::optional<std::string>>> Load(
      const runtime::StorePartition& from, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>& expected_token) override {
    fault_.Pass(At::kLoad);
    return store_.Load(from, keys, expected_token);
  }
  Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const runtime::StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit,
      const std::optional<std::string>& expected_token) override {
    fault_.Pass(At::kScan);
    return store_.Scan(from, table, prefix, after, limit, expected_token);
  }
  Result<void> Clear(const runtime::StorePartition& partition) override {
    return store_.Clear(partition);
  }

 private:
  Fault& fault_;
  runtime::SimulatedStore store_;
};

notifications::DeliverySetup ToThisMachine() {
  notifications::DeliverySetup setup;
  setup.webhooks = {*platform::AddressRules::Allowing({"127.0.0.1"}), true, ""};
  return setup;
}

// Three services, their calls, a stream of events and a delivery worker, on a journal that throws.
class District {
 public:
  explicit District(Fault& fault) : log_(fault), store_(fault) {
    for (runtime::Service* service : services_) service->Start(owner_);
    delivery_worker_.emplace(notifications_, log_, clock_, ToThisMachine(), delivery_telemetry_);
    auto server = platform::GrpcServer::Start(
        "", {&plans_calls_, &evidence_calls_, &notifications_calls_}, {}, {});
    EXPECT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    channel_ = server_->InProcessChannel();
  }
  ~District() {
    delivery_worker_->Stop();
    streams_.Close();
    server_->Stop(std::chrono::seconds(60));
    for (runtime::Service* service : services_) service->Stop();
  }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  static inline const runtime::ServiceOptions kSmall{
      .partitions = 1, .workers = 1, .waiting_at_most = 1};
  runtime::ManualClock clock_{*core::ParseInstant("2026-09-01T12:00:00Z")};
  runtime::SoleOwner owner_{1};
  ThrowingLog log_;
  ThrowingStore store_;
  plans::PlansDecider plans_rules_;
  evidence::EvidenceDecider evidence_rules_;
  notifications::NotificationsDecider notifications_rules_;
  runtime::Service plans_{log_, store_, plans_rules_, clock_, kSmall};
  runtime::Service evidence_{log_, store_, evidence_rules_, clock_, kSmall};
  runtime::Service notifications_{log_, store_, notifications_rules_, clock_, kSmall};
  const std::vector<runtime::Service*> services_{&plans_, &evidence_, &notifications_};
  platform::EventStreams streams_{log_, 1};
  const std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  plans::PlansService plans_calls_{plans_, plans_.rows(), *access_};
  const evidence::PrivacyInMemory students_{clock_};
  evidence::EvidenceService evidence_calls_{evidence_, evidence_.rows(), students_.privacy,
                                            *access_};
  notifications::NotificationsService notifications_calls_{
      notifications_, notifications_.rows(), log_, streams_, ToThisMachine(), *access_};
  notifications::DeliveryTelemetry delivery_telemetry_{nullptr};
  std::optional<notifications::DeliveryWorker> delivery_worker_;
  std::unique_ptr<platform::GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Calls until it is answered with success, as a client does, and with a time-out that no call needs
// that is answered at all.
void Insist(const std::function<grpc::Status(grpc::ClientContext*)>& call) {
  const auto until = system_clock::now() + std::chrono::minutes(1);
  grpc::Status status;
  do {
    grpc::ClientContext context;
    context.set_deadline(until);
    status = call(&context);
    ASSERT_NE(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << "it was not answered";
  } while (!status.ok() && system_clock::now() < until);
  ASSERT_TRUE(status.ok()) << status.error_message();
}

class Exceptions : public testing::TestWithParam<At> {
 protected:
  // What a district does, each until it is done.
  static void Live(District& district, platform::TestReceiver& receiver) {
    const auto plans = plans::v1::PlansService::NewStub(district.channel());
    const auto evidence = evidence::v1::EvidenceService::NewStub(district.channel());
    const auto notifications = notifications::v1::NotificationsService::NewStub(district.channel());
    Insist([&](grpc::ClientContext* context) {
      plans::v1::CreateDistrictRequest create;
      create.set_request_id("create");
      create.mutable_district()->set_district("d");
      create.mutable_district()->set_name("D");
      create.mutable_district()->set_time_zone("UTC");
      auto& term = *create.mutable_district()->mutable_calendar()->add_terms();
      term.set_first("2026-08-31");
      term.set_last("2027-06-01");
      term.set_name("Year");
      plans::v1::CreateDistrictResponse created;
      return plans->CreateDistrict(context, create, &created);
    });
    Push(*evidence);
    Insist([&](grpc::ClientContext* context) {
      notifications::v1::UpsertSubscriptionRequest request;
      request.mutable_subscription()->set_district("d");
      request.mutable_subscription()->set_subscription("hook");
      request.mutable_subscription()->set_subscriber("a system");
      request.mutable_subscription()->set_channel(notifications::v1::CHANNEL_WEBHOOK);
      request.mutable_subscription()->mutable_webhook()->set_url(receiver.url());
      notifications::v1::UpsertSubscriptionResponse subscribed;
      return notifications->UpsertSubscription(context, request, &subscribed);
    });
    Insist([&](grpc::ClientContext* context) {
      notifications::v1::SendTestDeliveryRequest request;
      request.set_district("d");
      request.set_subscription("hook");
      notifications::v1::SendTestDeliveryResponse sent;
      return notifications->SendTestDelivery(context, request, &sent);
    });
    Insist([&](grpc::ClientContext* context) {
      notifications::v1::WatchEventsRequest request;
      request.set_district("d");
      notifications::v1::WatchEventsResponse event;
      const auto stream = notifications->WatchEvents(context, request);
      if (!stream->Read(&event)) return stream->Finish();
      context->TryCancel();
      stream->Finish();
      return grpc::Status::OK;
    });
    EXPECT_TRUE(receiver.WaitFor(1));
  }
  // A result of nobody's, which is set aside and sealed, by a call and by a stream.
  static void Push(evidence::v1::EvidenceService::Stub& evidence) {
    evidence::v1::StreamResultsRequest request;
    auto& batch = *request.mutable_batch();
    batch.set_district("d");
    batch.set_source("sis");
    auto& result = *batch.add_results();
    result.set_source_id("r");
    result.set_student("nobody");
    Insist([&](grpc::ClientContext* context) {
      evidence::v1::IngestResultsResponse response;
      return evidence.IngestResults(context, batch, &response);
    });
    Insist([&](grpc::ClientContext* context) {
      evidence::v1::StreamResultsResponse response;
      const auto stream = evidence.StreamResults(context);
      const bool answered = stream->Write(request) && stream->Read(&response);
      stream->WritesDone();
      const grpc::Status status = stream->Finish();
      EXPECT_TRUE(answered || !status.ok());
      return status;
    });
    Insist([&](grpc::ClientContext* context) {
      evidence::v1::ListQuarantineRequest list;
      list.set_district("d");
      evidence::v1::ListQuarantineResponse response;
      const grpc::Status status = evidence.ListQuarantine(context, list, &response);
      EXPECT_TRUE(!status.ok() || response.results_size() == 1);
      return status;
    });
  }
};

TEST_P(Exceptions, EndWhatTheyHappenIn) {
  constexpr int kCallsAtMost = 6;
  int thrown = 0;
  for (int call = 0; call < kCallsAtMost; ++call) {
    SCOPED_TRACE(call);
    Fault fault(GetParam(), call);
    platform::TestReceiver receiver("HTTP/1.1 204 OK\r\n\r\n", "subscription\":\"hook\"}}");
    {
      District district(fault);
      Live(district, receiver);
    }
    if (HasFatalFailure()) return;
    thrown += fault.was_thrown();
  }
  EXPECT_GT(thrown, 2);
}

INSTANTIATE_TEST_SUITE_P(AtEveryCall, Exceptions, testing::ValuesIn(kEverywhere));

}  // namespace
}  // namespace throughline
