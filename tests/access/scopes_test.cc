// A credential that says a scope, over gRPC, where no endpoint of the gateway looks at it first;
// and a role that may make a call about the district and not about its schools.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "every_service.h"
#include "guarded_services.h"
#include "throughline/common/v1/access.pb.h"

namespace throughline {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;

const std::string kAt = "https://purl.imsglobal.org/spec/or/v1p2/scope/";

class Scopes : public testing::Test {
 protected:
  grpc::Status Try(const std::string& scope, const MethodDescriptor& method,
                   const google::protobuf::Message& request) {
    return services_.Call('/' + method.service()->full_name() + '/' + method.name(),
                          services_.TokenWith("district_administrator", "d", {{"scope", scope}}),
                          request.SerializeAsString());
  }
  static bool IsOutOfScope(const grpc::Status& status) {
    return status.error_code() == grpc::StatusCode::PERMISSION_DENIED &&
           status.error_details().find("SCOPE_MISSING") != std::string::npos;
  }
  // Whatever the service then says of a district that nobody has founded.
  static bool IsLetIn(const grpc::Status& status) {
    return status.error_code() != grpc::StatusCode::PERMISSION_DENIED &&
           status.error_code() != grpc::StatusCode::UNAUTHENTICATED;
  }
  static const MethodDescriptor& Method(const std::string& name) {
    return *DescriptorPool::generated_pool()->FindMethodByName(name);
  }
  // One result, for a class that nobody knows.
  static evidence::v1::IngestResultsRequest Ingest(bool retracted) {
    evidence::v1::IngestResultsRequest request;
    request.set_district("d");
    request.set_source("sis");
    auto& result = *request.add_results();
    result.set_source_id("r");
    result.set_school("s");
    result.set_retracted(retracted);
    return request;
  }

  GuardedServices services_;
  const MethodDescriptor& ingest_ = Method("throughline.evidence.v1.EvidenceService.IngestResults");
};

TEST_F(Scopes, WhoMayOnlyReadWritesNothing) {
  for (const std::string& scope : {kAt + "gradebook.readonly", std::string("results.readonly")}) {
    EXPECT_TRUE(IsOutOfScope(Try(scope, ingest_, Ingest(false)))) << scope;
    EXPECT_TRUE(IsOutOfScope(Try(scope, ingest_, Ingest(true)))) << scope;
  }
  evidence::v1::ListLineItemsRequest list;
  list.set_district("d");
  const auto& reading = Method("throughline.evidence.v1.EvidenceService.ListLineItems");
  EXPECT_TRUE(IsLetIn(Try(kAt + "gradebook.readonly", reading, list)));
  EXPECT_TRUE(IsOutOfScope(Try("results.readonly", reading, list)));
}

TEST_F(Scopes, WhoMayWriteOrTakeBackDoesThatAndNoMore) {
  EXPECT_TRUE(IsLetIn(Try(kAt + "gradebook.createput", ingest_, Ingest(false))));
  EXPECT_TRUE(IsOutOfScope(Try(kAt + "gradebook.delete", ingest_, Ingest(false))));
  EXPECT_TRUE(IsLetIn(Try(kAt + "gradebook.delete", ingest_, Ingest(true))));
}

TEST_F(Scopes, AStreamIsHeldToTheScopeLikeACall) {
  evidence::v1::StreamResultsRequest request;
  *request.mutable_batch() = Ingest(false);
  const auto& stream = Method("throughline.evidence.v1.EvidenceService.StreamResults");
  EXPECT_TRUE(IsOutOfScope(Try(kAt + "gradebook.readonly", stream, request)));
  EXPECT_TRUE(IsLetIn(Try(kAt + "gradebook.createput", stream, request)));
}

TEST_F(Scopes, WordsOfAPersonAndOursDoNotNarrow) {
  for (const char* scope : {"openid profile email", "throughline", ""}) {
    EXPECT_TRUE(IsLetIn(Try(scope, ingest_, Ingest(false)))) << scope;
  }
}

// Of schools and teams others answer.
TEST_F(Scopes, ADistrictLeaderAnswersForTheDistrictAlone) {
  const std::string leader = services_.Token("district_leader", "d");
  const auto status = [&](const std::string& path, const google::protobuf::Message& request) {
    return services_.Call(path, leader, request.SerializeAsString()).error_code();
  };
  cycles::v1::AnswerReviewRequest answer;
  notifications::v1::AcknowledgeAlertRequest acknowledge;
  notifications::v1::SnoozeAlertRequest snooze;
  for (const std::string school : {"", "s"}) {
    const auto expected =
        school.empty() ? grpc::StatusCode::NOT_FOUND : grpc::StatusCode::PERMISSION_DENIED;
    answer.set_district("d");
    answer.set_school(school);
    answer.set_review("r");
    EXPECT_EQ(status("/throughline.cycles.v1.CyclesService/AnswerReview", answer), expected);
    const std::string alerts = "/throughline.notifications.v1.NotificationsService/";
    acknowledge.set_district("d");
    acknowledge.set_school(school);
    acknowledge.set_alert("a");
    EXPECT_EQ(status(alerts + "AcknowledgeAlert", acknowledge), expected);
    snooze.set_district("d");
    snooze.set_school(school);
    snooze.set_alert("a");
    EXPECT_EQ(status(alerts + "SnoozeAlert", snooze), expected);
  }
}

// A word for reading opens reading methods only, and what no method names opens none.
TEST_F(Scopes, NoMethodIsOpenToAWordItDoesNotName) {
  for (const auto* service : EveryService()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      const auto& allowed = method.options().GetExtension(common::v1::allowed);
      if (allowed.anybody()) continue;
      const std::unique_ptr<google::protobuf::Message> request(
          google::protobuf::MessageFactory::generated_factory()
              ->GetPrototype(method.input_type())
              ->New());
      EXPECT_EQ(Try("no such word", method, *request).error_code(),
                grpc::StatusCode::PERMISSION_DENIED)
          << method.full_name();
      for (const auto& scope : allowed.scopes()) {
        const bool reads = method.name().starts_with("Get") || method.name().starts_with("List");
        EXPECT_TRUE(reads || scope.word().find("readonly") == std::string::npos)
            << method.full_name() << " is no reading";
      }
    }
  }
}

}  // namespace
}  // namespace throughline
