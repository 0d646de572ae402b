#include "notifications/domain/alert_group.h"

#include <chrono>

#include "notifications/domain/notifications_fixture.h"

namespace throughline::notifications {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class AlertGroupTest : public NotificationsFixture {
 protected:
  bool IsGone(common::v1::Trigger trigger = common::v1::TRIGGER_OFF_TRACK) {
    return fixture_.state().Find(kGroups, GroupKey("d", "s", trigger)) == nullptr &&
           !fixture_.state().NextTimer();
  }
  // Why groups were notified, or were not, until so much later.
  std::vector<std::string> Reasons(seconds later) {
    std::vector<std::string> reasons;
    for (const auto& event : fixture_.AdvanceTo(fixture_.now() + later).events) {
      const auto* notified = dynamic_cast<const v1::GroupNotified*>(event.get());
      if (notified != nullptr) reasons.push_back(v1::NotifyReason_Name(notified->reason()));
    }
    return reasons;
  }
};

TEST_F(AlertGroupTest, ANewGroupWaitsForOthers) {
  Raise("a");
  After(seconds(20));
  Raise("b");
  EXPECT_THAT(After(seconds(9)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 1: a b"));
  EXPECT_EQ(Now("a").notified(), 1);
  EXPECT_EQ(Now("b").notified(), 1);
}

TEST_F(AlertGroupTest, AChangedOneIsToldFiveMinutesAfterTheLastTime) {
  Raise("a");
  After(seconds(30));
  After(seconds(100));
  Raise("b");
  After(seconds(100));
  Raise("c");
  EXPECT_THAT(After(seconds(99)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a b c"));
}

TEST_F(AlertGroupTest, AChangeAfterAQuietTimeIsToldAtOnce) {
  Raise("a");
  After(hours(1));
  Raise("b");
  EXPECT_THAT(After(seconds(0)), ElementsAre("notified 2: a b"));
}

TEST_F(AlertGroupTest, AnUnresolvedOneIsRepeatedEveryDay) {
  Raise("a");
  After(seconds(30));
  EXPECT_THAT(After(hours(24) - seconds(1)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a"));
  EXPECT_THAT(After(hours(72)), ElementsAre("notified 3: a", "notified 4: a", "notified 5: a"));
  EXPECT_EQ(Now("a").notified(), 5);
}

TEST_F(AlertGroupTest, TheDayCountsFromTheLastNotification) {
  Raise("a");
  After(seconds(30));
  After(hours(20));
  Raise("b");
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a b"));
  EXPECT_THAT(After(hours(23)), IsEmpty());
  EXPECT_THAT(After(hours(1)), ElementsAre("notified 3: a b"));
}

TEST_F(AlertGroupTest, KindsAndSchoolsAreToldApart) {
  Raise("a");
  auto gap = ConditionOf("b");
  gap.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  Raise(gap);
  auto elsewhere = ConditionOf("c");
  elsewhere.set_school("s2");
  Raise(elsewhere);
  EXPECT_THAT(After(seconds(30)),
              testing::UnorderedElementsAre("notified 1: a", "notified 1: b", "notified 1: c"));
}

TEST_F(AlertGroupTest, WhatWasToldIsToldResolvedAndThenTheGroupIsGone) {
  Raise("a");
  Raise("b");
  After(seconds(30));
  After(seconds(60));
  Clear("a");
  EXPECT_THAT(After(seconds(240)), ElementsAre("notified 2: b resolved a"));
  EXPECT_EQ(Now("a").notified(), 2);
  After(seconds(10));
  Clear("b");
  EXPECT_THAT(After(seconds(290)), ElementsAre("notified 3: resolved b"));
  EXPECT_TRUE(IsGone());
  EXPECT_THAT(After(hours(100)), IsEmpty());
}

TEST_F(AlertGroupTest, AGroupThatWasGoneBeginsAnew) {
  Raise("a");
  After(seconds(30));
  Clear("a");
  After(minutes(5));
  Raise("a");
  EXPECT_THAT(After(seconds(29)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 1: a"));
}

TEST_F(AlertGroupTest, WhatNobodyHeardOfIsNotToldResolved) {
  Raise("a");
  Clear("a");
  EXPECT_TRUE(IsGone());
  EXPECT_THAT(After(hours(1)), IsEmpty());
}

TEST_F(AlertGroupTest, WhatCameAndWentBetweenTwoNotificationsIsNoNews) {
  Raise("a");
  After(seconds(30));
  After(seconds(10));
  Raise("b");
  Clear("b");
  EXPECT_THAT(After(hours(24) - seconds(11)), IsEmpty()) << "a is not told again for it";
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a"));
}

TEST_F(AlertGroupTest, AResolvedOneThatComesBackBeforeItWasToldIsToldBoth) {
  Raise("a");
  After(seconds(30));
  Clear("a");
  const std::string first = Now("a").alert();
  Raise("a");
  EXPECT_THAT(After(minutes(5)), ElementsAre("notified 2: a resolved a"));
  EXPECT_NE(Now("a").alert(), first);
}

TEST_F(AlertGroupTest, WhatIsInHandIsToldOnceAndNotRepeated) {
  Raise("a");
  Acknowledge("a");
  EXPECT_THAT(After(seconds(30)), ElementsAre("notified 1: a"));
  EXPECT_THAT(After(hours(100)), IsEmpty());
}

TEST_F(AlertGroupTest, ARepetitionLeavesOutWhatIsInHand) {
  Raise("a");
  Raise("b");
  After(seconds(30));
  Acknowledge("a");
  EXPECT_THAT(After(hours(24)), ElementsAre("notified 2: b held back a"));
  Acknowledge("b");
  EXPECT_THAT(After(hours(24)), ElementsAre("kept back a b"));
  EXPECT_THAT(After(hours(100)), IsEmpty()) << "nobody would hear another one";
}

TEST_F(AlertGroupTest, WhatBecameWorseIsToldThoughItWasInHand) {
  Raise("a");
  After(seconds(30));
  Acknowledge("a");
  After(minutes(10));
  Escalate("a");
  EXPECT_THAT(After(seconds(0)), ElementsAre("notified 2: a"));
}

TEST_F(AlertGroupTest, WhatWasInHandIsToldResolved) {
  Raise("a");
  After(seconds(30));
  Acknowledge("a");
  Clear("a");
  EXPECT_THAT(After(minutes(5)), ElementsAre("notified 2: resolved a"));
  EXPECT_TRUE(IsGone());
}

TEST_F(AlertGroupTest, WhatIsSnoozedIsKeptBackUntilItWakes) {
  Raise("a");
  Snooze("a", 3600);
  EXPECT_THAT(After(seconds(30)), ElementsAre("kept back a"));
  EXPECT_EQ(Now("a").notified(), 0);
  EXPECT_THAT(After(seconds(3569)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("changed a"));
  EXPECT_THAT(After(seconds(30)), ElementsAre("notified 1: a"));
}

TEST_F(AlertGroupTest, ASnoozedOneIsNoReasonToRepeatTheOthers) {
  Raise("a");
  After(seconds(30));
  Raise("b");
  Snooze("b", 3600);
  EXPECT_THAT(After(minutes(5)), ElementsAre("kept back b"));
  EXPECT_THAT(After(minutes(55)), ElementsAre("changed b", "notified 2: a b"));
}

TEST_F(AlertGroupTest, ARepetitionIsDueThoughTheGroupWasLookedAtInBetween) {
  Raise("a");
  After(seconds(30));
  After(hours(12));
  Raise("b");
  Snooze("b", 30 * 86400);
  EXPECT_THAT(After(hours(12) - seconds(1)), ElementsAre("kept back b"));
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a held back b"));
}

TEST_F(AlertGroupTest, SaysWhyItWasNotified) {
  Raise("a");
  EXPECT_THAT(Reasons(seconds(30)), ElementsAre("NOTIFY_REASON_FIRST_NOTIFICATION"));
  Raise("b");
  EXPECT_THAT(Reasons(minutes(5)), ElementsAre("NOTIFY_REASON_NEW_ALERTS"));
  EXPECT_THAT(Reasons(hours(24)), ElementsAre("NOTIFY_REASON_REPEAT_INTERVAL_ELAPSED"));
  Clear("b");
  EXPECT_THAT(Reasons(minutes(5)), ElementsAre("NOTIFY_REASON_NEW_RESOLVED"));
  Clear("a");
  EXPECT_THAT(Reasons(minutes(5)), ElementsAre("NOTIFY_REASON_ALL_RESOLVED"));
}

TEST_F(AlertGroupTest, SaysWhyItWasNotNotified) {
  Raise("a");
  Snooze("a", 3600);
  EXPECT_THAT(Reasons(seconds(30)), ElementsAre("NOTIFY_REASON_HELD_BACK"));
}

TEST_F(AlertGroupTest, NamesTheSubscriptionsItConcerns) {
  const auto subscribe = [&](const std::string& id, const std::string& indicator) {
    v1::UpsertSubscriptionRequest request;
    request.mutable_subscription()->set_district("d");
    request.mutable_subscription()->set_subscription(id);
    request.mutable_subscription()->set_subscriber("lead");
    request.mutable_subscription()->set_channel(v1::CHANNEL_STREAM);
    request.mutable_subscription()->mutable_matcher()->set_indicator(indicator);
    EXPECT_EQ(ReasonOf(request), "");
  };
  subscribe("all", "");
  subscribe("of-a", "a");
  subscribe("of-b", "b");
  subscribe("of-c", "c");
  Raise("a");
  Raise("b");
  Snooze("b", 3600);
  const Outcome told = fixture_.AdvanceTo(fixture_.now() + seconds(30));
  EXPECT_THAT(told.First<v1::GroupNotified>()->subscriptions(), ElementsAre("all", "of-a"));
}

TEST_F(AlertGroupTest, TimingsAreTheDistricts) {
  auto policy = DefaultPolicy();
  policy.set_group_wait_s(5);
  policy.set_group_interval_s(60);
  policy.set_repeat_interval_s(3600);
  Adopt(policy, 2);
  Raise("a");
  EXPECT_THAT(After(seconds(5)), ElementsAre("notified 1: a"));
  Raise("b");
  EXPECT_THAT(After(seconds(59)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a b"));
  EXPECT_THAT(After(hours(1)), ElementsAre("notified 3: a b"));
}

TEST_F(AlertGroupTest, AGroupOfADistrictThatIsNotKnownYetGoesByTheDefaults) {
  auto early = ConditionOf("a");
  early.set_district("early");
  Raise(early);
  EXPECT_THAT(After(seconds(29)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 1: a"));
  EXPECT_THAT(After(hours(24) - seconds(1)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("notified 2: a"));
}

}  // namespace
}  // namespace throughline::notifications
