// Emergency access is told to those whose business students' privacy is, and to nobody else: in
// lists, explanations and streams.
#include <gtest/gtest.h>

#include <thread>

#include "guarded_services.h"

namespace throughline {
namespace {

namespace v1 = notifications::v1;

class EmergencyAccessAlerts : public testing::Test {
 protected:
  EmergencyAccessAlerts() {
    plans::v1::CreateDistrictRequest create;
    create.mutable_district()->set_district("d");
    create.mutable_district()->set_time_zone("UTC");
    Ask("plans.v1.Plans", "CreateDistrict", administrator_, create);
    plans::v1::UpsertSchoolRequest school;
    school.mutable_school()->set_district("d");
    school.mutable_school()->set_school("s");
    while (services_
               .Call("/throughline.plans.v1.PlansService/UpsertSchool", administrator_,
                     school.SerializeAsString())
               .error_code() != kOk) {
      std::this_thread::yield();
    }
    // Notifications have heard of the district and of the school, each in its own time.
    for (const char* of : {"", "s"}) {
      v1::ListAlertsRequest list;
      list.set_district("d");
      list.set_school(of);
      while (services_
                 .Call("/throughline.notifications.v1.NotificationsService/ListAlerts",
                       administrator_, list.SerializeAsString())
                 .error_code() != kOk) {
        std::this_thread::yield();
      }
    }
  }

  template <class Response = plans::v1::CreateDistrictResponse>
  Response Ask(const std::string& service, const std::string& method, const std::string& token,
               const google::protobuf::Message& request, grpc::StatusCode expected = kOk) {
    const auto answer = services_.Begin("/throughline." + service + "Service/" + method, token,
                                        request.SerializeAsString())();
    EXPECT_EQ(answer.status.error_code(), expected) << method << answer.status.error_message();
    Response response;
    response.ParseFromString(answer.response);
    return response;
  }
  std::string Subject(const std::string& role, const std::string& subject) {
    return services_.TokenWith(role, "d", {{"sub", subject}});
  }

  plans::v1::EmergencyAccess Take() {
    plans::v1::TakeEmergencyAccessRequest take;
    take.set_district("d");
    take.set_school("s");
    take.set_reason("A child is missing after the trip.");
    take.mutable_caller()->set_subject("somebody else");
    return Ask<plans::v1::TakeEmergencyAccessResponse>("plans.v1.Plans", "TakeEmergencyAccess",
                                                       leader_, take)
        .access();
  }
  std::vector<v1::Alert> Alerts(const std::string& token, const std::string& school = "") {
    v1::ListAlertsRequest list;
    list.set_district("d");
    list.set_school(school);
    list.set_unresolved_only(unresolved_only_);
    const auto listed =
        Ask<v1::ListAlertsResponse>("notifications.v1.Notifications", "ListAlerts", token, list);
    return {listed.alerts().begin(), listed.alerts().end()};
  }
  // When notifications know of it.
  v1::Alert AlertWhenRaised() {
    while (Alerts(officer_).empty()) std::this_thread::yield();
    return Alerts(officer_).front();
  }
  template <class Request>
  static Request About(const v1::Alert& alert) {
    Request request;
    request.set_district(alert.district());
    request.set_school(alert.school());
    request.set_alert(alert.alert());
    return request;
  }
  // The types of what a stream says up to the first event of the type, read by an administrator.
  std::vector<std::string> EventsSeen(const std::string& token, const std::string& until) {
    v1::WatchEventsRequest request;
    request.set_district("d");
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    const auto stub = v1::NotificationsService::NewStub(services_.channel());
    auto reader = stub->WatchEvents(&context, request);
    v1::WatchEventsResponse response;
    std::vector<std::string> types;
    while (reader->Read(&response)) {
      types.push_back(response.type());
      if (response.type() == until) break;
    }
    context.TryCancel();
    return types;
  }

  GuardedServices services_;
  bool unresolved_only_ = true;
  const std::string administrator_ = Subject("district_administrator", "ada");
  const std::string leader_ = Subject("district_leader", "lea");
  const std::string officer_ = Subject("privacy_officer", "pia");
  const std::string school_leader_ = services_.Token("school_leader", "d", "s");
  const std::string team_member_ = services_.Token("team_member", "d", "s", "t");
};

TEST_F(EmergencyAccessAlerts, NameWhoeverTookIt) {
  EXPECT_EQ(Take().subject(), "lea") << "whatever the request says";
  EXPECT_NE(AlertWhenRaised().condition().reason().find("lea (district leader)"),
            std::string::npos);
}

TEST_F(EmergencyAccessAlerts, AreListedForPrivacyOfficersAndAdministratorsOnly) {
  Take();
  const v1::Alert alert = AlertWhenRaised();
  for (const bool unresolved : {true, false}) {
    unresolved_only_ = unresolved;
    EXPECT_EQ(Alerts(administrator_).size(), 1U);
    EXPECT_EQ(Alerts(officer_).size(), 1U);
    EXPECT_TRUE(Alerts(leader_).empty());
    EXPECT_TRUE(Alerts(school_leader_, "s").empty());
    EXPECT_TRUE(Alerts(team_member_, "s").empty());
  }
  const std::string service = "notifications.v1.Notifications";
  for (const std::string& token : {leader_, school_leader_, team_member_}) {
    Ask(service, "GetAlert", token, About<v1::GetAlertRequest>(alert), kNotFound);
    Ask(service, "ExplainAlert", token, About<v1::ExplainAlertRequest>(alert), kNotFound);
  }
  for (const std::string& token : {school_leader_, team_member_, administrator_, officer_}) {
    const bool may = token == administrator_ || token == officer_;
    Ask(service, "AcknowledgeAlert", token, About<v1::AcknowledgeAlertRequest>(alert),
        may ? kOk : kNotFound);
  }
  const auto explained = Ask<v1::ExplainAlertResponse>(service, "ExplainAlert", officer_,
                                                       About<v1::ExplainAlertRequest>(alert));
  ASSERT_EQ(explained.causes_size(), 3) << "the call, what was taken, the alert";
}

TEST_F(EmergencyAccessAlerts, AreInNoStreamOfOthers) {
  Take();
  AlertWhenRaised();
  const std::string last = "throughline.plans.v1.TeamChanged";
  plans::v1::UpsertTeamsRequest teams;
  teams.set_district("d");
  teams.set_school("s");
  teams.add_teams()->set_team("t");
  Ask("plans.v1.Plans", "UpsertTeams", administrator_, teams);
  const auto count = [](const std::vector<std::string>& types, const std::string& type) {
    return std::count(types.begin(), types.end(), type);
  };
  const std::string taken = "throughline.plans.v1.EmergencyAccessTaken";
  EXPECT_EQ(count(EventsSeen(administrator_, last), taken), 1);
  EXPECT_EQ(count(EventsSeen(leader_, last), taken), 0);
}

TEST_F(EmergencyAccessAlerts, AreResolvedWhenAPrivacyOfficerEndsTheAccess) {
  const plans::v1::EmergencyAccess access = Take();
  AlertWhenRaised();
  plans::v1::EndEmergencyAccessRequest end;
  end.set_district("d");
  end.set_school("s");
  end.set_access(access.access());
  Ask("plans.v1.Plans", "EndEmergencyAccess", administrator_, end,
      grpc::StatusCode::PERMISSION_DENIED);
  Ask("plans.v1.Plans", "EndEmergencyAccess", officer_, end);
  while (!Alerts(officer_).empty()) std::this_thread::yield();
}

TEST_F(EmergencyAccessAlerts, AreDeliveredToSubscriptionsOfThoseWhoMayHearOfThem) {
  const auto subscribe = [&](const std::string& token) {
    v1::UpsertSubscriptionRequest upsert;
    auto& subscription = *upsert.mutable_subscription();
    subscription.set_district("d");
    subscription.set_subscriber("whoever");
    subscription.set_channel(v1::CHANNEL_WEBHOOK);
    subscription.mutable_webhook()->set_url("https://hooks.example.org/d");
    return Ask<v1::UpsertSubscriptionResponse>("notifications.v1.Notifications",
                                               "UpsertSubscription", token, upsert)
        .subscription();
  };
  EXPECT_EQ(subscribe(officer_).owner_role(), common::v1::ROLE_PRIVACY_OFFICER);
  EXPECT_EQ(subscribe(leader_).owner_role(), common::v1::ROLE_DISTRICT_LEADER);
}

}  // namespace
}  // namespace throughline
