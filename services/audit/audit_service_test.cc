// The trail as it is read: with credentials, over gRPC.
#include "audit/audit_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "audit/audit_trail.h"
#include "audit/test_trail.h"
#include "platform/access/test_tokens.h"
#include "platform/grpc/calls.h"
#include "platform/grpc/server.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::audit {
namespace {

using testing::ElementsAre;

class AuditServiceTest : public testing::Test {
 protected:
  AuditServiceTest() {
    log_.fault = [this](const runtime::AppendTo&) {
      return failing_ ? runtime::Fault::kFailBefore : runtime::Fault::kNone;
    };
    issuer_.AddEc("key");
    issuer_.WriteJwks(jwks_);
    access_ = *platform::Access::Create({{.jwks = jwks_,
                                          .issuer = platform::TestIssuer::kIssuer,
                                          .audience = platform::TestIssuer::kAudience}},
                                        clock_);
    access_->RecordOn(trail_);
    calls_.emplace(log_, *access_, [](const std::string& district, const std::string& student) {
      const bool known = district == "d" && student == "604821";
      return known ? std::optional<std::string>("pseudonym") : std::nullopt;
    });
    server_ = *platform::GrpcServer::Start("", {&*calls_});
    stub_ = v1::AuditService::NewStub(server_->InProcessChannel());
  }
  ~AuditServiceTest() override {
    server_->Stop(std::chrono::seconds(5));
    std::filesystem::remove(jwks_);
  }

  void Write(const std::string& subject, v1::Action action, const std::string& school = "s",
             const std::string& district = "d") {
    v1::AuditRecord record = RefusalOf(subject);
    record.set_district(district);
    record.set_action(action);
    record.add_objects("school=" + school);
    if (action != v1::ACTION_ACCESS_REFUSED) record.set_outcome(v1::OUTCOME_DONE);
    record.mutable_actor()->set_role(common::v1::ROLE_TEAM_MEMBER);
    ASSERT_TRUE(trail_.Record(record));
  }
  // Notes are written some time later: when this is, all before it are.
  void WaitForNotes() { Write("nobody", v1::ACTION_SIGNED_IN, "s", "another district"); }
  template <class Request, class Response>
  std::string Ask(grpc::Status (v1::AuditService::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                  const Request& request, Response& response,
                  const std::string& role = "privacy_officer", const std::string& district = "d") {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + issuer_.Sign(platform::TestIssuer::Claims(
                                                         clock_.Now(), role, district)));
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    return status.ok() ? "" : platform::FromStatus(status).reason;
  }
  // Who the listed records are of.
  std::vector<std::string> List(const v1::ListAuditTrailRequest& request) {
    v1::ListAuditTrailResponse response;
    EXPECT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, request, response), "");
    token_ = response.next_page_token();
    std::vector<std::string> subjects;
    for (const auto& record : response.records()) subjects.push_back(record.actor().subject());
    return subjects;
  }
  // What is listed of all that is no reading of the trail and no sign-in.
  static v1::ListAuditTrailRequest Request() {
    v1::ListAuditTrailRequest request;
    request.set_district("d");
    request.add_actions(v1::ACTION_IDENTITIES_READ);
    request.add_actions(v1::ACTION_ACCESS_REFUSED);
    return request;
  }

  const std::string jwks_ = testing::TempDir() + "audit-" + std::to_string(getpid());
  platform::TestIssuer issuer_;
  runtime::ManualClock clock_{core::FromMillis(1'800'000'000'000)};
  std::atomic<bool> failing_{false};
  runtime::SimulatedLog log_;
  AuditTrail trail_{log_, clock_, {.service = "evidence"}};
  std::unique_ptr<platform::Access> access_;
  std::optional<AuditService> calls_;
  std::unique_ptr<platform::GrpcServer> server_;
  std::unique_ptr<v1::AuditService::Stub> stub_;
  std::string token_;
};

TEST_F(AuditServiceTest, ListsTheLatestFirstInPages) {
  for (const char* subject : {"anna", "ben", "cleo", "dan", "eve"}) {
    Write(subject, v1::ACTION_IDENTITIES_READ);
  }
  auto request = Request();
  request.set_page_size(2);
  EXPECT_THAT(List(request), ElementsAre("eve", "dan"));
  request.set_page_token(token_);
  EXPECT_THAT(List(request), ElementsAre("cleo", "ben"));
  request.set_page_token(token_);
  EXPECT_THAT(List(request), ElementsAre("anna"));
  EXPECT_EQ(token_, "");
}

TEST_F(AuditServiceTest, FiltersBySubjectActionSchoolOutcomeAndTime) {
  Write("anna", v1::ACTION_IDENTITIES_READ);
  Write("ben", v1::ACTION_ACCESS_REFUSED);
  Write("anna", v1::ACTION_ACCESS_REFUSED, "r");
  clock_.Set(clock_.Now() + std::chrono::hours(1));
  Write("cleo", v1::ACTION_IDENTITIES_READ, "r");
  auto request = Request();
  request.set_subject("anna");
  EXPECT_THAT(List(request), ElementsAre("anna", "anna"));
  request = Request();
  request.set_about_school("r");
  EXPECT_THAT(List(request), ElementsAre("cleo", "anna"));
  request = Request();
  request.set_outcome(v1::OUTCOME_REFUSED);
  EXPECT_THAT(List(request), ElementsAre("anna", "ben"));
  request = Request();
  request.set_from_ms(core::ToMillis(clock_.Now()));
  EXPECT_THAT(List(request), ElementsAre("cleo"));
  request = Request();
  request.set_until_ms(core::ToMillis(clock_.Now()));
  EXPECT_THAT(List(request), ElementsAre("anna", "ben", "anna"));
}

TEST_F(AuditServiceTest, APrivacyOfficerFindsWhoLookedAStudentUp) {
  v1::AuditRecord record = RefusalOf("anna");
  record.add_objects("student=pseudonym");
  ASSERT_TRUE(trail_.Record(record));
  record = RefusalOf("ben");
  record.set_action(v1::ACTION_IDENTITIES_READ);
  record.set_outcome(v1::OUTCOME_DONE);
  for (const char* student : {"another", "pseudonym"}) record.add_students(student);
  ASSERT_TRUE(trail_.Record(record));
  Write("cleo", v1::ACTION_IDENTITIES_READ);
  auto request = Request();
  request.set_student("604821");
  EXPECT_THAT(List(request), ElementsAre("ben", "anna"));
  request.set_page_size(1);
  EXPECT_THAT(List(request), ElementsAre("ben"));
  request.set_page_token(token_);
  EXPECT_THAT(List(request), ElementsAre("anna"));

  const auto asked = AuditRecordsOf(log_).back();
  EXPECT_THAT(asked.objects(), ElementsAre("student=pseudonym"));
  EXPECT_THAT(asked.Utf8DebugString(), testing::Not(testing::HasSubstr("604821")));
  v1::ListAuditTrailResponse response;
  ASSERT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, Request(), response), "");
  for (const auto& one : response.records()) {
    EXPECT_EQ(one.students_size(), 0) << "shown to nobody";
    EXPECT_THAT(one.objects(), testing::Not(testing::Contains(testing::StartsWith("student="))));
  }
  EXPECT_EQ(
      Ask(&v1::AuditService::Stub::ListAuditTrail, request, response, "district_administrator"),
      "NOT_ALLOWED");
}

TEST_F(AuditServiceTest, ShowsNothingOfAnotherDistrict) {
  Write("anna", v1::ACTION_IDENTITIES_READ, "s", "e");
  Write("ben", v1::ACTION_IDENTITIES_READ);
  EXPECT_THAT(List(Request()), ElementsAre("ben"));
  auto request = Request();
  request.set_district("e");
  v1::ListAuditTrailResponse response;
  EXPECT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, request, response), "NOT_ALLOWED");
}

TEST_F(AuditServiceTest, ReadingTheTrailIsOnRecord) {
  Write("anna", v1::ACTION_IDENTITIES_READ);
  auto request = Request();
  request.set_subject("anna");
  List(request);
  const auto records = AuditRecordsOf(log_);
  const auto& read = records.back();
  EXPECT_EQ(read.action(), v1::ACTION_TRAIL_READ);
  EXPECT_EQ(read.actor().subject(), "somebody");
  EXPECT_EQ(read.actor().role(), common::v1::ROLE_PRIVACY_OFFICER);
  EXPECT_EQ(read.method(), "throughline.audit.v1.AuditService/ListAuditTrail");
  EXPECT_THAT(read.fields(), ElementsAre("actions", "subject"));
  EXPECT_EQ(read.count(), 1);
}

TEST_F(AuditServiceTest, SoIsThatSomebodyMayNot) {
  v1::ListAuditTrailResponse response;
  EXPECT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, Request(), response, "district_leader"),
            "NOT_ALLOWED");
  WaitForNotes();
  EXPECT_THAT(List(Request()), ElementsAre("somebody"));
}

TEST_F(AuditServiceTest, IsNotAnsweredWhenThatCannotBePutOnRecord) {
  Write("anna", v1::ACTION_IDENTITIES_READ);
  failing_ = true;
  v1::ListAuditTrailResponse response;
  EXPECT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, Request(), response), "AUDIT_UNAVAILABLE");
  failing_ = false;
}

TEST_F(AuditServiceTest, RefusesWhatItCannotFind) {
  v1::ListAuditTrailResponse response;
  auto request = Request();
  request.set_student("4711");
  EXPECT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, request, response), "STUDENT_UNKNOWN");
  request = Request();
  request.set_from_ms(2);
  request.set_until_ms(1);
  EXPECT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, request, response), "PERIOD_INVALID");
  request = Request();
  request.set_page_token("made up");
  EXPECT_EQ(Ask(&v1::AuditService::Stub::ListAuditTrail, request, response), "PAGE_TOKEN_INVALID");
}

TEST_F(AuditServiceTest, ListsWhoHasAccess) {
  v1::AuditRecord sign_in = RefusalOf("anna");
  sign_in.mutable_actor()->set_role(common::v1::ROLE_TEAM_MEMBER);
  sign_in.set_action(v1::ACTION_SIGNED_IN);
  sign_in.set_outcome(v1::OUTCOME_DONE);
  sign_in.add_objects("school=s");
  sign_in.add_objects("team=t");
  ASSERT_TRUE(trail_.Record(sign_in));
  clock_.Set(clock_.Now() + std::chrono::hours(1));
  Write("anna", v1::ACTION_IDENTITIES_READ);
  Write("anna", v1::ACTION_ACCESS_REFUSED, "r");
  v1::ListAccessRequest request;
  request.set_district("d");
  request.set_page_size(1);
  v1::ListAccessResponse response;
  // The officer's own sign-in is a note: it is there once this first answer is on record.
  ASSERT_EQ(Ask(&v1::AuditService::Stub::ListAccess, request, response), "");
  response.Clear();
  ASSERT_EQ(Ask(&v1::AuditService::Stub::ListAccess, request, response), "");
  ASSERT_EQ(response.holders_size(), 1);
  const v1::AccessHolder& anna = response.holders(0);
  EXPECT_EQ(anna.caller().subject(), "anna");
  EXPECT_EQ(anna.school(), "s");
  EXPECT_EQ(anna.team(), "t");
  EXPECT_TRUE(anna.may_know_students());
  EXPECT_EQ(anna.last_ms() - anna.first_ms(), 3'600'000);
  EXPECT_EQ(anna.identity_reads(), 1);
  EXPECT_EQ(anna.refusals(), 1);
  EXPECT_NE(response.next_page_token(), "") << "the privacy officer is there, too";
}

TEST_F(AuditServiceTest, SaysWhoTookAccessInAnEmergency) {
  v1::AuditRecord record = RefusalOf("dana");
  record.mutable_actor()->set_role(common::v1::ROLE_DISTRICT_LEADER);
  record.set_action(v1::ACTION_EMERGENCY_ACCESS);
  record.set_outcome(v1::OUTCOME_DONE);
  for (const char* method : {"TakeEmergencyAccess", "EndEmergencyAccess"}) {
    record.set_method(std::string("throughline.plans.v1.PlansService/") + method);
    ASSERT_TRUE(trail_.Record(record));
  }
  v1::ListAccessRequest request;
  request.set_district("d");
  v1::ListAccessResponse response;
  ASSERT_EQ(Ask(&v1::AuditService::Stub::ListAccess, request, response), "");
  ASSERT_GE(response.holders_size(), 1);
  const v1::AccessHolder& dana = response.holders(0);
  EXPECT_EQ(dana.caller().subject(), "dana");
  EXPECT_FALSE(dana.may_know_students()) << "the role may not";
  EXPECT_EQ(dana.emergency_accesses(), 1);
  EXPECT_EQ(dana.emergency_access_ms(), core::ToMillis(clock_.Now()));
}

}  // namespace
}  // namespace throughline::audit
