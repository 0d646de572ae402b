// Credentials and streams: every batch is checked by itself, and nothing outlives its credential.
#include <gtest/gtest.h>

#include "guarded_services.h"

namespace throughline {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

class GuardedStreams : public testing::Test {
 protected:
  GuardedStreams() {
    plans::v1::CreateDistrictRequest create;
    create.mutable_district()->set_district("d");
    create.mutable_district()->set_name("D");
    create.mutable_district()->set_time_zone("UTC");
    auto& term = *create.mutable_district()->mutable_calendar()->add_terms();
    term.set_first("2026-08-31");
    term.set_last("2027-06-01");
    term.set_name("Year");
    const auto created =
        services_.Call("/throughline.plans.v1.PlansService/CreateDistrict",
                       services_.Token("district_administrator", "d"), create.SerializeAsString());
    EXPECT_TRUE(created.ok()) << created.error_message();
    // Evidence learns of the district in its own time.
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto pushed = services_.Call("/throughline.evidence.v1.EvidenceService/IngestResults",
                                         services_.Token("integration", "d"),
                                         BatchOf("d").batch().SerializeAsString());
      if (pushed.ok()) return;
      std::this_thread::yield();
    }
    ADD_FAILURE() << "evidence never took a result";
  }

  // A result of nobody's, which is quarantined.
  static evidence::v1::StreamResultsRequest BatchOf(const std::string& district) {
    evidence::v1::StreamResultsRequest request;
    auto& batch = *request.mutable_batch();
    batch.set_district(district);
    batch.set_source("sis");
    auto& result = *batch.add_results();
    result.set_source_id("r");
    result.set_student("nobody");
    return request;
  }
  static void Carry(grpc::ClientContext& context, const std::string& token) {
    context.AddMetadata("authorization", "Bearer " + token);
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
  }
  void LetTheCredentialExpire() {
    services_.clock().Set(services_.clock().Now() + std::chrono::hours(2));
  }

  GuardedServices services_;
  std::unique_ptr<evidence::v1::EvidenceService::Stub> evidence_ =
      evidence::v1::EvidenceService::NewStub(services_.channel());
  std::unique_ptr<notifications::v1::NotificationsService::Stub> notifications_ =
      notifications::v1::NotificationsService::NewStub(services_.channel());
};

TEST_F(GuardedStreams, EveryBatchOfAStreamIsJudgedByItself) {
  grpc::ClientContext context;
  Carry(context, services_.Token("integration", "d"));
  auto stream = evidence_->StreamResults(&context);
  evidence::v1::StreamResultsResponse response;
  ASSERT_TRUE(stream->Write(BatchOf("d")));
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_TRUE(stream->Write(BatchOf("e")));
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(GuardedStreams, ABatchAfterTheCredentialExpiredIsRefused) {
  grpc::ClientContext context;
  Carry(context, services_.Token("integration", "d"));
  auto stream = evidence_->StreamResults(&context);
  evidence::v1::StreamResultsResponse response;
  ASSERT_TRUE(stream->Write(BatchOf("d")));
  ASSERT_TRUE(stream->Read(&response));
  LetTheCredentialExpire();
  stream->Write(BatchOf("d"));
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(GuardedStreams, AStreamWithoutACredentialEndsBeforeItsFirstBatch) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  auto stream = evidence_->StreamResults(&context);
  evidence::v1::StreamResultsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(GuardedStreams, AReaderWhoseCredentialExpiresIsEndedAndGoesOnWithANewOne) {
  notifications::v1::WatchEventsRequest request;
  request.set_district("d");
  {
    grpc::ClientContext context;
    Carry(context, services_.Token("district_leader", "d"));
    auto reader = notifications_->WatchEvents(&context, request);
    notifications::v1::WatchEventsResponse response;
    ASSERT_TRUE(reader->Read(&response));
    LetTheCredentialExpire();
    request.set_after(response.token());
    while (reader->Read(&response)) request.set_after(response.token());
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  }
  grpc::ClientContext context;
  Carry(context, services_.Token("district_leader", "d"));
  auto reader = notifications_->WatchEvents(&context, request);
  notifications::v1::WatchEventsResponse response;
  // Of what happens next there is something to read.
  const auto pushed =
      services_.Call("/throughline.evidence.v1.EvidenceService/IngestResults",
                     services_.Token("integration", "d"), BatchOf("d").batch().SerializeAsString());
  EXPECT_TRUE(pushed.ok());
  if (!reader->Read(&response)) FAIL() << reader->Finish().error_message();
  context.TryCancel();
}

}  // namespace
}  // namespace throughline
