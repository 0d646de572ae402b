#include "notifications/notifications_service.h"

#include <gmock/gmock.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "notifications/domain/notifications_decider.h"
#include "notifications/log_script.h"
#include "runtime/partition.h"
#include "runtime/simulated/simulated_journal.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::notifications {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using Stub = v1::NotificationsService::Stub;

// The only partition of the service, stepped by whoever wants something of it; time is set by hand.
class SteppedService : public runtime::Commands {
 public:
  SteppedService(runtime::Log& log, runtime::Store& store, core::Instant start)
      : log_(log),
        now_(start),
        partition_(
            log, store, decider_, {.partition = 0, .partitions = 1, .nonce = "test"},
            [this](const std::string&, const runtime::v1::Outcome& outcome) {
              std::exchange(waiting_, nullptr)(runtime::ToAnswer(outcome));
            },
            counters_) {}

  void Submit(const google::protobuf::Message& command, const runtime::RequestKey&,
              runtime::AnswerCallback done) override {
    std::lock_guard lock(mutex_);
    waiting_ = std::move(done);
    LogScript(log_).Command("notifications", "request-" + std::to_string(++requests_), command,
                            now_);
    Run();
  }
  // Takes in what is there, then lets time pass, timer by timer.
  void AdvanceTo(core::Instant to) {
    std::lock_guard lock(mutex_);
    Run();
    while (partition_.NextDue() && *partition_.NextDue() <= to) {
      now_ = std::max(now_, *partition_.NextDue());
      Run();
    }
    now_ = to;
  }
  core::Instant now() const { return now_; }

 private:
  void Run() {
    while (true) {
      auto stepped = partition_.Step(now_);
      ASSERT_TRUE(stepped) << stepped.error().message;
      if (!*stepped) return;
    }
  }

  runtime::Log& log_;
  std::mutex mutex_;
  core::Instant now_;
  NotificationsDecider decider_;
  runtime::Counters counters_;
  runtime::AnswerCallback waiting_;
  int requests_ = 0;
  runtime::Partition partition_;
};

class NotificationsServiceTest : public testing::Test {
 protected:
  NotificationsServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&calls_);
    server_ = builder.BuildAndStart();
    stub_ = v1::NotificationsService::NewStub(server_->InProcessChannel({}));
    AdoptWithSmallestCell(10);
  }
  ~NotificationsServiceTest() override {
    streams_.Close();
    server_->Shutdown();
  }

  void AdoptWithSmallestCell(int32_t smallest) {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_version(++district_version_);
    auto& policy = *adopted.mutable_district()->mutable_policy();
    policy.set_group_wait_s(30);
    policy.set_group_interval_s(300);
    policy.set_repeat_interval_s(86400);
    policy.set_smallest_cell(smallest);
    script_.Decide("plans", "", {&adopted}, service_.now(), "d");
    After(seconds(0));
  }
  static cycles::v1::Condition ConditionOf(const std::string& indicator,
                                           const std::string& school = "s") {
    cycles::v1::Condition condition;
    condition.set_district("d");
    condition.set_school(school);
    condition.set_cycle("c");
    condition.set_trigger(common::v1::TRIGGER_OFF_TRACK);
    condition.set_indicator(indicator);
    condition.set_severity(cycles::v1::SEVERITY_WARNING);
    condition.set_reason("Growth is under what was desired by now.");
    return condition;
  }
  void Raise(const cycles::v1::Condition& condition) {
    cycles::v1::ConditionRaised raised;
    *raised.mutable_condition() = condition;
    script_.Decide("cycles", "", {&raised}, service_.now(), "d/" + condition.school());
    After(seconds(1));
  }
  void Clear(const cycles::v1::Condition& condition) {
    cycles::v1::ConditionCleared cleared;
    *cleared.mutable_condition() = condition;
    script_.Decide("cycles", "", {&cleared}, service_.now(), "d/" + condition.school());
    After(seconds(1));
  }
  void After(std::chrono::seconds later) { service_.AdvanceTo(service_.now() + later); }

  template <class Response, class Request>
  core::Result<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return core::Refuse(platform::FromStatus(status));
    return response;
  }
  // Indicators, page by page.
  std::vector<std::vector<std::string>> Pages(v1::ListAlertsRequest request, int32_t size = 0) {
    std::vector<std::vector<std::string>> pages;
    request.set_district("d");
    request.set_page_size(size);
    do {
      auto page = Call(&Stub::ListAlerts, request);
      if (!page) return {{page.error().reason}};
      auto& names = pages.emplace_back();
      for (const v1::Alert& alert : page->alerts()) names.push_back(alert.condition().indicator());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return pages;
  }
  v1::Alert First() {
    v1::ListAlertsRequest request;
    request.set_district("d");
    return Call(&Stub::ListAlerts, request)->alerts(0);
  }
  template <class Request>
  static Request For(const v1::Alert& alert) {
    Request request;
    request.set_district(alert.district());
    request.set_school(alert.school());
    request.set_alert(alert.alert());
    return request;
  }

  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  LogScript script_{log_};
  SteppedService service_{log_, store_, *core::ParseInstant("2026-09-01T12:00:00Z")};
  platform::EventStreams streams_{log_, 1};
  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  NotificationsService calls_{
      service_, runtime::Rows(store_, "notifications", 1), log_, streams_, DeliverySetup(),
      *access_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
  int64_t district_version_ = 0;
};

TEST_F(NotificationsServiceTest, AlertsAreListedBySchoolAndTime) {
  for (const char* indicator : {"e", "b", "g", "a", "c"}) Raise(ConditionOf(indicator));
  Raise(ConditionOf("z", "r"));
  EXPECT_THAT(Pages({}), ElementsAre(ElementsAre("z", "e", "b", "g", "a", "c")));
  EXPECT_THAT(Pages({}, 4), ElementsAre(ElementsAre("z", "e", "b", "g"), ElementsAre("a", "c")));
  v1::ListAlertsRequest of_school;
  of_school.set_school("r");
  EXPECT_THAT(Pages(of_school), ElementsAre(ElementsAre("z")));
  EXPECT_THAT(Pages({}, 1001), ElementsAre(ElementsAre("PAGE_INVALID")));
  of_school.set_school("r/z");
  EXPECT_THAT(Pages(of_school), ElementsAre(ElementsAre("ID_INVALID")));
}

TEST_F(NotificationsServiceTest, ThoseThatAreNotResolvedAreListedAlike) {
  for (const char* indicator : {"e", "b", "g", "a"}) Raise(ConditionOf(indicator));
  auto gap = ConditionOf("c");
  gap.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  Raise(gap);
  Raise(ConditionOf("z", "r"));
  Clear(ConditionOf("b"));
  v1::ListAlertsRequest unresolved;
  unresolved.set_unresolved_only(true);
  EXPECT_THAT(Pages(unresolved), ElementsAre(ElementsAre("z", "e", "g", "a", "c")));
  EXPECT_THAT(Pages(unresolved, 2),
              ElementsAre(ElementsAre("z", "e"), ElementsAre("g", "a"), ElementsAre("c")));
  unresolved.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  EXPECT_THAT(Pages(unresolved), ElementsAre(ElementsAre("c")));
  unresolved.set_unresolved_only(false);
  EXPECT_THAT(Pages(unresolved), ElementsAre(ElementsAre("c")));
}

TEST_F(NotificationsServiceTest, AlertsAreListedByWhomTheyConcern) {
  auto of_team = ConditionOf("a");
  of_team.set_team("t");
  Raise(of_team);
  for (const std::string school : {"s", ""}) {
    auto gap = ConditionOf(school.empty() ? "of the district" : "of the school", school);
    gap.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
    gap.clear_team();
    gap.clear_cycle();
    Raise(gap);
  }
  EXPECT_THAT(Pages({}), ElementsAre(ElementsAre("of the district", "a", "of the school")));
  for (const bool unresolved_only : {false, true}) {
    v1::ListAlertsRequest list;
    list.set_unresolved_only(unresolved_only);
    list.add_levels(common::v1::LEVEL_DISTRICT);
    EXPECT_THAT(Pages(list), ElementsAre(ElementsAre("of the district")));
    list.add_levels(common::v1::LEVEL_TEAM);
    EXPECT_THAT(Pages(list), ElementsAre(ElementsAre("of the district", "a")));
    list.set_school("s");
    EXPECT_THAT(Pages(list), ElementsAre(ElementsAre("a")));
  }
  const v1::Alert of_district = First();
  EXPECT_EQ(Call(&Stub::GetAlert, For<v1::GetAlertRequest>(of_district))->alert().alert(),
            of_district.alert());
  EXPECT_TRUE(Call(&Stub::ExplainAlert, For<v1::ExplainAlertRequest>(of_district)));
}

TEST_F(NotificationsServiceTest, AlertsAreListedOfLevelsThatThereAreEachOnce) {
  const auto reason = [&](const std::vector<int>& levels) {
    v1::ListAlertsRequest list;
    list.set_district("d");
    for (const int level : levels) list.add_levels(static_cast<common::v1::Level>(level));
    const auto listed = Call(&Stub::ListAlerts, list);
    return listed ? "" : listed.error().reason;
  };
  EXPECT_EQ(reason({1, 2, 3, 4}), "");
  for (const auto& levels : {std::vector{0}, {2, 2}, {9}, {1, 2, 3, 4, 1}}) {
    EXPECT_EQ(reason(levels), "LEVELS_INVALID");
  }
}

TEST_F(NotificationsServiceTest, AReadAfterAnAnswerSeesTheChange) {
  Raise(ConditionOf("a"));
  auto acknowledge = For<v1::AcknowledgeAlertRequest>(First());
  acknowledge.set_acknowledged_by("lead");
  const auto answered = Call(&Stub::AcknowledgeAlert, acknowledge);
  ASSERT_TRUE(answered);
  const auto read = Call(&Stub::GetAlert, For<v1::GetAlertRequest>(First()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->alert().SerializeAsString(), answered->alert().SerializeAsString());
  auto snooze = For<v1::SnoozeAlertRequest>(First());
  snooze.set_duration_s(600);
  const auto snoozed = Call(&Stub::SnoozeAlert, snooze);
  ASSERT_TRUE(snoozed);
  EXPECT_EQ(snoozed->alert().state(), v1::ALERT_STATE_SNOOZED);
}

TEST_F(NotificationsServiceTest, RefusalsCarryCodeReasonAndField) {
  Raise(ConditionOf("a"));
  auto unknown = For<v1::GetAlertRequest>(First());
  unknown.set_alert("x");
  const auto refused = Call(&Stub::GetAlert, unknown);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Code::kNotFound);
  EXPECT_EQ(refused.error().reason, "ALERT_UNKNOWN");
  EXPECT_EQ(refused.error().field, "alert");
  unknown.set_district("");
  EXPECT_EQ(Call(&Stub::GetAlert, unknown).error().reason, "ID_INVALID");
  EXPECT_EQ(Call(&Stub::ListSilences, v1::ListSilencesRequest()).error().reason, "ID_INVALID");
  EXPECT_EQ(Call(&Stub::ListSubscriptions, v1::ListSubscriptionsRequest()).error().reason,
            "ID_INVALID");
  auto nobody = For<v1::AcknowledgeAlertRequest>(First());
  const auto who = Call(&Stub::AcknowledgeAlert, nobody);
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, core::Code::kInvalidArgument);
  EXPECT_EQ(who.error().field, "acknowledged_by");
}

TEST_F(NotificationsServiceTest, ADistrictThatRaisesItsSmallestCellHidesWhatItShowed) {
  auto struggling = ConditionOf("a");
  struggling.set_students(12);
  struggling.set_shown_students(12);
  Raise(struggling);
  EXPECT_EQ(First().condition().students(), 12);
  EXPECT_FALSE(First().suppressed());
  AdoptWithSmallestCell(20);
  EXPECT_EQ(First().condition().students(), 0);
  EXPECT_TRUE(First().suppressed());
  const auto read = Call(&Stub::GetAlert, For<v1::GetAlertRequest>(First()));
  EXPECT_EQ(read->alert().condition().students(), 0);
  const auto explained = Call(&Stub::ExplainAlert, For<v1::ExplainAlertRequest>(First()));
  EXPECT_EQ(explained->alert().condition().students(), 0);
}

TEST_F(NotificationsServiceTest, SilencesAndSubscriptionsAreMadeListedAndEnded) {
  v1::CreateSilenceRequest create;
  create.mutable_silence()->set_district("d");
  create.mutable_silence()->set_created_by("lead");
  create.mutable_silence()->set_ends_at_ms(core::ToMillis(service_.now() + hours(1)));
  const auto created = Call(&Stub::CreateSilence, create);
  ASSERT_TRUE(created);
  v1::ListSilencesRequest silences;
  silences.set_district("d");
  const auto listed = Call(&Stub::ListSilences, silences);
  ASSERT_EQ(listed->silences_size(), 1);
  EXPECT_EQ(listed->silences(0).SerializeAsString(), created->silence().SerializeAsString());
  silences.set_school("s");
  EXPECT_EQ(Call(&Stub::ListSilences, silences)->silences_size(), 0) << "It is no school's.";
  v1::EndSilenceRequest end;
  end.set_district("d");
  end.set_silence(created->silence().silence());
  EXPECT_EQ(Call(&Stub::EndSilence, end)->silence().version(), 2);

  v1::UpsertSubscriptionRequest upsert;
  upsert.mutable_subscription()->set_district("d");
  upsert.mutable_subscription()->set_subscriber("lead");
  upsert.mutable_subscription()->set_channel(v1::CHANNEL_STREAM);
  const auto upserted = Call(&Stub::UpsertSubscription, upsert);
  ASSERT_TRUE(upserted);
  v1::ListSubscriptionsRequest subscriptions;
  subscriptions.set_district("d");
  EXPECT_EQ(Call(&Stub::ListSubscriptions, subscriptions)->subscriptions_size(), 1);
  v1::DeleteSubscriptionRequest remove;
  remove.set_district("d");
  remove.set_subscription(upserted->subscription().subscription());
  EXPECT_TRUE(Call(&Stub::DeleteSubscription, remove));
  EXPECT_EQ(Call(&Stub::ListSubscriptions, subscriptions)->subscriptions_size(), 0);
}

TEST_F(NotificationsServiceTest, ExplainsAnAlertWithItsOwnEventLast) {
  Raise(ConditionOf("a"));
  const auto explained = Call(&Stub::ExplainAlert, For<v1::ExplainAlertRequest>(First()));
  ASSERT_TRUE(explained);
  ASSERT_EQ(explained->causes_size(), 2);
  EXPECT_EQ(explained->causes(0).id(), "cycles.0.1");
  EXPECT_EQ(explained->causes(0).summary(),
            "Growth of fewer students than may be shown is under what was desired by now.");
  // The last link can be found in the log under its id.
  const auto raised = runtime::FindEvent(log_, explained->causes(1).id());
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->envelope.type(), "throughline.notifications.v1.AlertRaised");
  EXPECT_EQ(raised->envelope.time_ms(), explained->causes(1).time_ms());
}

TEST_F(NotificationsServiceTest, WatchersHearWhatHappensAndGoOnFromAnyToken) {
  const auto watch = [&](const std::string& after, int count) {
    v1::WatchAlertsRequest request;
    request.set_district("d");
    request.set_after(after);
    grpc::ClientContext context;
    auto reader = stub_->WatchAlerts(&context, request);
    std::vector<v1::WatchAlertsResponse> heard(count);
    for (auto& response : heard) EXPECT_TRUE(reader->Read(&response));
    context.TryCancel();
    reader->Finish();
    return heard;
  };
  Raise(ConditionOf("a"));
  After(seconds(30));
  Clear(ConditionOf("a"));
  After(seconds(300));
  const auto all = watch("", 4);
  EXPECT_EQ(all[0].raised().alert().condition().indicator(), "a");
  EXPECT_EQ(all[1].group().firing_size(), 1);
  EXPECT_EQ(all[2].resolved().alert().state(), v1::ALERT_STATE_RESOLVED);
  EXPECT_EQ(all[3].group().resolved_size(), 1);
  for (int taken = 1; taken < 4; ++taken) {
    const auto rest = watch(all[taken - 1].token(), 4 - taken);
    for (int i = 0; i < 4 - taken; ++i) {
      EXPECT_EQ(rest[i].SerializeAsString(), all[taken + i].SerializeAsString());
    }
  }
}

TEST_F(NotificationsServiceTest, AListSaysFromWhereToWatchOn) {
  Raise(ConditionOf("a"));
  v1::ListAlertsRequest list;
  list.set_district("d");
  const auto listed = Call(&Stub::ListAlerts, list);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->alerts_size(), 1);
  Raise(ConditionOf("b"));
  v1::WatchAlertsRequest request;
  request.set_district("d");
  request.set_after(listed->watch_after());
  grpc::ClientContext context;
  const auto reader = stub_->WatchAlerts(&context, request);
  v1::WatchAlertsResponse next;
  ASSERT_TRUE(reader->Read(&next));
  EXPECT_EQ(next.raised().alert().condition().indicator(), "b");
  context.TryCancel();
  reader->Finish();
}

TEST_F(NotificationsServiceTest, EventsAreStreamedOfEveryServiceOfTheDistrict) {
  Raise(ConditionOf("a"));
  v1::WatchEventsRequest request;
  request.set_district("d");
  grpc::ClientContext context;
  auto reader = stub_->WatchEvents(&context, request);
  std::multiset<std::string> types;
  for (int i = 0; i < 4; ++i) {
    v1::WatchEventsResponse response;
    ASSERT_TRUE(reader->Read(&response));
    types.insert(response.type());
  }
  context.TryCancel();
  reader->Finish();
  EXPECT_THAT(types, ElementsAre("throughline.cycles.v1.ConditionRaised",
                                 "throughline.notifications.v1.AlertRaised",
                                 "throughline.plans.v1.DistrictAdopted",
                                 "throughline.plans.v1.DistrictNoted"));
}

TEST_F(NotificationsServiceTest, AWatchThatCannotBeIsRefused) {
  grpc::ClientContext no_district, unknown, bad_token;
  v1::WatchAlertsRequest alerts;
  EXPECT_EQ(platform::FromStatus(stub_->WatchAlerts(&no_district, alerts)->Finish()).reason,
            "ID_INVALID");
  v1::WatchEventsRequest events;
  events.set_district("x");
  EXPECT_EQ(platform::FromStatus(stub_->WatchEvents(&unknown, events)->Finish()).reason,
            "DISTRICT_UNKNOWN");
  events.set_district("d");
  events.set_after("not a token");
  EXPECT_EQ(platform::FromStatus(stub_->WatchEvents(&bad_token, events)->Finish()).reason,
            "TOKEN_INVALID");
}

}  // namespace
}  // namespace throughline::notifications
