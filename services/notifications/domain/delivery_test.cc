#include "notifications/domain/delivery.h"

#include "notifications/domain/delivery_fixture.h"

namespace throughline::notifications {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class DeliveryTest : public DeliveryFixture {
 protected:
  Outcome After(std::chrono::milliseconds time) {
    return fixture_.AdvanceTo(fixture_.now() + time);
  }
  // A webhook that was notified of the alert `a`.
  v1::Delivery ToldOfA() {
    fixture_.Give(Hook());
    Raise("a");
    EXPECT_THAT(EventsOf(After(seconds(30))), ElementsAre("requested"));
    return Deliveries().at(0);
  }
  EventDescriptions Fail(v1::AttemptResult result = v1::ATTEMPT_RESULT_REJECTED, int status = 500) {
    return EventsOf(fixture_.Give(Ended(Deliveries().at(0), result, status)));
  }
  EventDescriptions Arrive() { return Fail(v1::ATTEMPT_RESULT_DELIVERED, 200); }
  v1::SendTestDeliveryRequest Trial(const std::string& id = "hook") {
    v1::SendTestDeliveryRequest request;
    request.set_district("d");
    request.set_subscription(id);
    return request;
  }
  v1::RedeliverDeadLetterRequest Redeliver(const std::string& delivery) {
    v1::RedeliverDeadLetterRequest request;
    request.set_district("d");
    request.set_delivery(delivery);
    return request;
  }
};

TEST_F(DeliveryTest, WhatIsToldIsDueAtOnceAndArrivesOnce) {
  const v1::Delivery delivery = ToldOfA();
  EXPECT_EQ(Due(), 1);
  ASSERT_EQ(delivery.notification().firing_size(), 1);
  EXPECT_EQ(delivery.notification().firing(0).condition().indicator(), "a");
  EXPECT_EQ(delivery.notification().number(), 1);
  const v1::RecordAttempt arrived = Ended(delivery, v1::ATTEMPT_RESULT_DELIVERED, 204);
  EXPECT_THAT(EventsOf(fixture_.Give(arrived)), ElementsAre("arrived 1"));
  EXPECT_EQ(Due(), 0);
  EXPECT_THAT(Deliveries(), IsEmpty());
  EXPECT_THAT(fixture_.Give(arrived).events, IsEmpty()) << "told of twice";
}

TEST_F(DeliveryTest, ASubscriptionIsToldWhatItIsAboutAndNothingElse) {
  auto other = Hook("other");
  other.mutable_subscription()->mutable_matcher()->set_indicator("b");
  fixture_.Give(other);
  auto elsewhere = Hook("elsewhere");
  elsewhere.mutable_subscription()->mutable_matcher()->set_team("u");
  fixture_.Give(elsewhere);
  Raise("a");
  Raise("b");
  EXPECT_THAT(EventsOf(After(seconds(30))), ElementsAre("requested"));
  ASSERT_EQ(Deliveries().at(0).notification().firing_size(), 1);
  EXPECT_EQ(Deliveries().at(0).notification().firing(0).condition().indicator(), "b");
}

TEST_F(DeliveryTest, NumbersOfTooFewStudentsAreNotSent) {
  fixture_.Give(Hook());
  auto condition = ConditionOf("a");
  condition.set_trigger(common::v1::TRIGGER_STRUGGLING);
  condition.set_students(3);
  Raise(condition);
  After(seconds(30));
  EXPECT_EQ(Deliveries().at(0).notification().firing(0).condition().students(), 0);
  EXPECT_TRUE(Deliveries().at(0).notification().firing(0).suppressed());
}

TEST_F(DeliveryTest, NoRequestHasMoreThanAHundredAlerts) {
  fixture_.Give(Hook());
  for (int i = 0; i < 250; ++i) Raise("a" + std::to_string(i));
  EXPECT_THAT(EventsOf(After(seconds(30))), ElementsAre("requested", "requested", "requested"));
  int alerts = 0;
  for (const v1::Delivery& delivery : Deliveries()) {
    EXPECT_LE(delivery.notification().firing_size(), 100);
    alerts += delivery.notification().firing_size();
  }
  EXPECT_EQ(alerts, 250);
}

TEST_F(DeliveryTest, AFailureIsTriedAgainByTheScheduleUntilItIsDead) {
  const std::string id = ToldOfA().delivery();
  const std::chrono::milliseconds pauses[] = {seconds(5), minutes(5), minutes(30),
                                              hours(2),   hours(5),   hours(10),
                                              hours(14),  hours(20),  hours(24)};
  for (int attempt = 1; attempt <= 9; ++attempt) {
    EXPECT_THAT(Fail(), ElementsAre("failed " + std::to_string(attempt)));
    EXPECT_EQ(Due(), 0);
    const core::Instant failed = fixture_.now();
    // Whatever else is repeated meanwhile, this one is not due before its time.
    fixture_.AdvanceTo(failed + pauses[attempt - 1] - std::chrono::milliseconds(1));
    EXPECT_EQ(fixture_.state().Find(kDueDeliveries, JoinKey("d", "hook", id)), nullptr);
    fixture_.AdvanceTo(failed + pauses[attempt - 1] * 11 / 10);
    ASSERT_NE(fixture_.state().Find(kDueDeliveries, JoinKey("d", "hook", id)), nullptr);
    // Repetitions of the notification are deliveries of their own; they arrive.
    for (const v1::Delivery& other : Deliveries()) {
      if (other.delivery() != id) fixture_.Give(Ended(other, v1::ATTEMPT_RESULT_DELIVERED, 200));
    }
    EXPECT_EQ(Deliveries().at(0).attempt(), attempt + 1);
  }
  EXPECT_THAT(Fail(), ElementsAre("dead"));
  ASSERT_EQ(Dead().size(), 1u);
  EXPECT_EQ(Dead()[0].reason(), v1::DEAD_REASON_ATTEMPTS_USED_UP);
  EXPECT_EQ(Dead()[0].delivery().last().status(), 500);
}

TEST_F(DeliveryTest, OnlyAnAttemptThatIsDueCounts) {
  const v1::Delivery delivery = ToldOfA();
  const v1::RecordAttempt first = Ended(delivery, v1::ATTEMPT_RESULT_TIMED_OUT);
  fixture_.Give(first);
  EXPECT_THAT(fixture_.Give(first).events, IsEmpty());
  EXPECT_THAT(EventsOf(fixture_.Give(Ended(Deliveries()[0], v1::ATTEMPT_RESULT_DELIVERED))),
              IsEmpty())
      << "the second is not due";
  EXPECT_THAT(EventsOf(After(seconds(6))), ElementsAre("due 2"));
  EXPECT_THAT(fixture_.Give(first).events, IsEmpty());
  EXPECT_THAT(Arrive(), ElementsAre("arrived 2"));
}

TEST_F(DeliveryTest, AReceiverIsLeftAloneForAsLongAsItAsks) {
  auto busy = Ended(ToldOfA(), v1::ATTEMPT_RESULT_REJECTED, 429);
  busy.mutable_outcome()->set_retry_after_s(600);
  fixture_.Give(busy);
  EXPECT_THAT(EventsOf(After(seconds(599))), IsEmpty());
  EXPECT_THAT(EventsOf(After(seconds(1))), ElementsAre("due 2"));
}

TEST_F(DeliveryTest, OneThatIsGoneIsSentNothingMore) {
  ToldOfA();
  EXPECT_THAT(Fail(v1::ATTEMPT_RESULT_GONE, 410), ElementsAre("dead", "changed"));
  EXPECT_EQ(Dead().at(0).reason(), v1::DEAD_REASON_GONE);
  Raise("b");
  EXPECT_THAT(EventsOf(After(minutes(6))), IsEmpty());
  EXPECT_EQ(ReasonOf(Trial()), "SUBSCRIPTION_ENDED");
  EXPECT_EQ(ReasonOf(Redeliver(Dead()[0].delivery().delivery())), "SUBSCRIPTION_ENDED");
  fixture_.Give(Hook());  // the same again: it is there again
  EXPECT_EQ(ReasonOf(Trial()), "");
}

TEST_F(DeliveryTest, OneThatWasChangedSinceIsNotDisabled) {
  const auto gone = Ended(ToldOfA(), v1::ATTEMPT_RESULT_GONE, 410);
  fixture_.Give(Hook("hook", "https://example.org/elsewhere"));
  EXPECT_THAT(EventsOf(fixture_.Give(gone)), ElementsAre("dead"));
  EXPECT_EQ(ReasonOf(Trial()), "");
}

TEST_F(DeliveryTest, WhatIsLeftOfASubscriptionThatEndedIsDead) {
  ToldOfA();
  Fail();
  v1::DeleteSubscriptionRequest remove;
  remove.set_district("d");
  remove.set_subscription("hook");
  fixture_.Give(remove);
  EXPECT_THAT(EventsOf(After(seconds(6))), ElementsAre("dead"));
  EXPECT_EQ(Dead().at(0).reason(), v1::DEAD_REASON_SUBSCRIPTION_ENDED);
}

TEST_F(DeliveryTest, ADeadLetterIsRedeliveredUnderItsIdWithAWholeSchedule) {
  const std::string id = ToldOfA().delivery();
  Fail(v1::ATTEMPT_RESULT_GONE, 404);
  fixture_.Give(Hook());
  const Outcome again = fixture_.Give(Redeliver(id));
  EXPECT_THAT(EventsOf(again), ElementsAre("due 2"));
  EXPECT_EQ(again.AnswerAs<v1::RedeliverDeadLetterResponse>().delivery().attempt(), 2);
  EXPECT_THAT(Dead(), IsEmpty());
  EXPECT_THAT(Fail(), ElementsAre("failed 2"));
  EXPECT_THAT(EventsOf(After(seconds(6))), ElementsAre("due 3")) << "the schedule begins anew";
  EXPECT_THAT(Arrive(), ElementsAre("arrived 3"));
  EXPECT_EQ(ReasonOf(Redeliver(id)), "DEAD_LETTER_UNKNOWN");
}

TEST_F(DeliveryTest, ADeadLetterIsKeptForThirtyDays) {
  fixture_.Give(Hook());
  fixture_.Give(Trial());
  Fail(v1::ATTEMPT_RESULT_GONE, 410);
  After(hours(30 * 24) - seconds(1));
  EXPECT_EQ(Dead().size(), 1u);
  EXPECT_THAT(EventsOf(After(seconds(1))), ElementsAre("forgotten"));
  EXPECT_THAT(Dead(), IsEmpty());
}

TEST_F(DeliveryTest, ATrialGoesToAWebhookOnly) {
  fixture_.Give(Hook());
  const Outcome trial = fixture_.Give(Trial());
  EXPECT_THAT(EventsOf(trial), ElementsAre("requested"));
  EXPECT_EQ(trial.AnswerAs<v1::SendTestDeliveryResponse>().delivery(),
            Deliveries().at(0).delivery());
  EXPECT_TRUE(Deliveries()[0].has_trial());
  fixture_.Give(Readers({"a@example.org"}));
  EXPECT_EQ(ReasonOf(Trial("digest")), "NOT_A_WEBHOOK");
  EXPECT_EQ(ReasonOf(Trial("unknown")), "SUBSCRIPTION_UNKNOWN");
}

TEST_F(DeliveryTest, WhoReadsTheStreamIsSentNothing) {
  v1::UpsertSubscriptionRequest stream;
  stream.mutable_subscription()->set_district("d");
  stream.mutable_subscription()->set_subscriber("lead");
  stream.mutable_subscription()->set_channel(v1::CHANNEL_STREAM);
  fixture_.Give(stream);
  Raise("a");
  EXPECT_EQ(After(seconds(30)).First<v1::NotificationForwarded>(), nullptr);
}

}  // namespace
}  // namespace throughline::notifications
