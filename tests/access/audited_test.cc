// Calls every method of every service without a credential and with each role, and looks at what is
// on record of it: a refusal once, with its reason, and nothing else; what a method says of itself
// (audit/v1/audited.proto) when it was done.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "every_service.h"
#include "guarded_services.h"
#include "platform/grpc/calls.h"

namespace throughline {
namespace {

using audit::v1::AuditRecord;
using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kRoles[] = {"district_administrator",
                                  "district_leader",
                                  "school_leader",
                                  "team_member",
                                  "integration",
                                  "observer",
                                  "privacy_officer"};

std::string FullNameOf(const MethodDescriptor& method) {
  return method.service()->full_name() + '/' + method.name();
}

class AuditedTest : public testing::Test {
 protected:
  template <class Walk>
  void EachMethod(const Walk& walk) {
    for (const auto* descriptor : EveryService()) {
      for (int i = 0; i < descriptor->method_count(); ++i) {
        SCOPED_TRACE(FullNameOf(*descriptor->method(i)));
        walk(*descriptor->method(i));
      }
    }
  }
  std::string Token(const std::string& role) const {
    const bool school = role == "school_leader" || role == "team_member";
    return services_.Token(role, "d", school ? "s" : "", role == "team_member" ? "t" : "");
  }
  grpc::Status Call(const MethodDescriptor& method, const std::string& token,
                    const std::string& request = "") {
    services_.audit().Take();
    return services_.Call('/' + FullNameOf(method), token, request);
  }
  std::vector<AuditRecord> Refusals() {
    std::vector<AuditRecord> refusals;
    for (AuditRecord& record : services_.audit().Take()) {
      if (record.action() == audit::v1::ACTION_ACCESS_REFUSED)
        refusals.push_back(std::move(record));
    }
    return refusals;
  }
  static bool IsRefused(const grpc::Status& status) {
    return status.error_code() == grpc::StatusCode::UNAUTHENTICATED ||
           status.error_code() == grpc::StatusCode::PERMISSION_DENIED;
  }
  std::vector<AuditRecord> DoneAs(const std::string& role, const std::string& path,
                                  const google::protobuf::Message& request) {
    services_.audit().Take();
    const auto status = services_.Call(path, Token(role), request.SerializeAsString());
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<AuditRecord> done;
    for (AuditRecord& record : services_.audit().Take()) {
      if (record.action() != audit::v1::ACTION_SIGNED_IN) done.push_back(std::move(record));
    }
    return done;
  }

  GuardedServices services_;
};

TEST_F(AuditedTest, WhoIsNotRecognizedIsRefusedOnRecord) {
  EachMethod([&](const MethodDescriptor& method) {
    for (const char* token : {"", "garbage"}) {
      const grpc::Status status = Call(method, token);
      const auto refusals = Refusals();
      if (!IsRefused(status)) {
        EXPECT_THAT(refusals, IsEmpty());
        continue;
      }
      ASSERT_THAT(refusals, SizeIs(1));
      EXPECT_EQ(refusals[0].reason(), platform::FromStatus(status).reason);
      EXPECT_EQ(refusals[0].outcome(), audit::v1::OUTCOME_REFUSED);
      EXPECT_FALSE(refusals[0].has_actor());
      EXPECT_EQ(refusals[0].district(), "");
    }
  });
}

// An empty request names no district: whoever is let in by their role is held to that.
TEST_F(AuditedTest, EveryRefusalOfARoleIsOnRecordOnce) {
  int refused = 0;
  EachMethod([&](const MethodDescriptor& method) {
    for (const char* role : kRoles) {
      const grpc::Status status = Call(method, Token(role));
      const auto refusals = Refusals();
      if (!IsRefused(status)) {
        EXPECT_THAT(refusals, IsEmpty()) << role;
        continue;
      }
      ++refused;
      ASSERT_THAT(refusals, SizeIs(1)) << role;
      const AuditRecord& refusal = refusals[0];
      // Requests of a stream are refused by it; who opens it was only recognized.
      if (!method.client_streaming()) {
        EXPECT_EQ(refusal.method(), FullNameOf(method));
      }
      EXPECT_EQ(refusal.reason(), platform::FromStatus(status).reason) << role;
      EXPECT_EQ(refusal.actor().subject(), "somebody");
      EXPECT_EQ(refusal.actor().role(), platform::RoleOf(role));
      EXPECT_EQ(refusal.district(), "d");
    }
  });
  EXPECT_GT(refused, 100);
}

TEST_F(AuditedTest, ARefusalSaysWhatItWasAbout) {
  plans::v1::ListTeamsRequest request;
  request.set_district("e");
  request.set_school("s2");
  const auto* method = DescriptorPool::generated_pool()->FindMethodByName(
      "throughline.plans.v1.PlansService.ListTeams");
  EXPECT_TRUE(IsRefused(Call(*method, Token("observer"), request.SerializeAsString())));
  const auto refusals = Refusals();
  ASSERT_THAT(refusals, SizeIs(1));
  EXPECT_THAT(refusals[0].objects(), ElementsAre("district=e", "school=s2"));
  EXPECT_EQ(refusals[0].district(), "d") << "that of the caller";
}

TEST_F(AuditedTest, ASignInIsOnRecordTheFirstTime) {
  const auto* method = DescriptorPool::generated_pool()->FindMethodByName(
      "throughline.plans.v1.PlansService.GetDistrict");
  const auto sign_ins = [&](const std::string& role) {
    Call(*method, Token(role));
    int count = 0;
    for (const AuditRecord& record : services_.audit().Take()) {
      count += record.action() == audit::v1::ACTION_SIGNED_IN ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(sign_ins("team_member"), 1);
  EXPECT_EQ(sign_ins("team_member"), 0);
  EXPECT_EQ(sign_ins("school_leader"), 1);
}

TEST_F(AuditedTest, WhatChangesADistrictIsOnRecordWithWhatItChanged) {
  plans::v1::CreateDistrictRequest create;
  create.set_request_id("once");
  create.mutable_district()->set_district("d");
  create.mutable_district()->set_name("D");
  create.mutable_district()->set_time_zone("UTC");
  auto& term = *create.mutable_district()->mutable_calendar()->add_terms();
  term.set_first("2026-08-31");
  term.set_last("2027-06-01");
  term.set_name("Year");
  auto done =
      DoneAs("district_administrator", "/throughline.plans.v1.PlansService/CreateDistrict", create);
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(done[0].action(), audit::v1::ACTION_DISTRICT_CHANGED);
  EXPECT_EQ(done[0].outcome(), audit::v1::OUTCOME_DONE);
  EXPECT_EQ(done[0].district(), "d");
  EXPECT_THAT(done[0].fields(), ElementsAre("name", "time_zone", "calendar"));
  EXPECT_THAT(done[0].request_id(), SizeIs(40));

  plans::v1::UpdateDistrictRequest update;
  update.set_district("d");
  update.mutable_policy()->set_struggling_percentile(0.25);
  done =
      DoneAs("district_administrator", "/throughline.plans.v1.PlansService/UpdateDistrict", update);
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_THAT(done[0].fields(), ElementsAre("policy.struggling_percentile"));
}

TEST_F(AuditedTest, AReadOfTheTrailIsOnRecord) {
  audit::v1::ListAuditTrailRequest request;
  request.set_district("d");
  const auto done =
      DoneAs("privacy_officer", "/throughline.audit.v1.AuditService/ListAuditTrail", request);
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(done[0].action(), audit::v1::ACTION_TRAIL_READ);
}

}  // namespace
}  // namespace throughline
