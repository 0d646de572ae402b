#include "platform/access/caller_fields.h"

#include <gtest/gtest.h>

#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::platform {
namespace {

template <class Request>
Request Said(Request request, const Principal* caller) {
  SayWhoCalls(CallerFieldsOf(*Request::descriptor()), caller, request);
  return request;
}

class CallerFields : public testing::Test {
 protected:
  CallerFields() {
    ada_.subject = "ada";
    ada_.role = common::v1::ROLE_OBSERVER;
    acknowledge_.set_acknowledged_by("somebody else");
    silence_.mutable_silence()->set_created_by("somebody else");
    upsert_.mutable_caller()->set_subject("somebody else");
    upsert_.mutable_caller()->set_role(common::v1::ROLE_DISTRICT_ADMINISTRATOR);
  }

  Principal ada_;
  notifications::v1::AcknowledgeAlertRequest acknowledge_;
  notifications::v1::CreateSilenceRequest silence_;
  notifications::v1::UpsertSubscriptionRequest upsert_;
};

TEST_F(CallerFields, AreTheCredentialsWhateverTheRequestSaid) {
  EXPECT_EQ(Said(acknowledge_, &ada_).acknowledged_by(), "ada");
  EXPECT_EQ(Said(silence_, &ada_).silence().created_by(), "ada");
  EXPECT_EQ(Said(upsert_, &ada_).caller().subject(), "ada");
  EXPECT_EQ(Said(upsert_, &ada_).caller().role(), common::v1::ROLE_OBSERVER);
  EXPECT_EQ(Said(notifications::v1::DeleteSubscriptionRequest(), &ada_).caller().subject(), "ada");
}

TEST_F(CallerFields, WithoutCredentialsPeopleAreWhoTheySayAndNobodyIsAnAdministrator) {
  EXPECT_EQ(Said(acknowledge_, nullptr).acknowledged_by(), "somebody else");
  EXPECT_EQ(Said(silence_, nullptr).silence().created_by(), "somebody else");
  EXPECT_FALSE(Said(upsert_, nullptr).has_caller());
}

TEST_F(CallerFields, NothingIsMadeThatTheRequestDoesNotHave) {
  EXPECT_FALSE(Said(notifications::v1::CreateSilenceRequest(), &ada_).has_silence());
}

TEST_F(CallerFields, NoTwoCallersAreCalledTheSame) {
  Principal other = ada_;
  other.issuer = "https://other";
  EXPECT_NE(NameOf(other), NameOf(ada_));
  other = ada_;
  other.role = common::v1::ROLE_DISTRICT_ADMINISTRATOR;
  EXPECT_NE(NameOf(other), NameOf(ada_));
  EXPECT_EQ(NameOf(Principal()), "");
}

}  // namespace
}  // namespace throughline::platform
