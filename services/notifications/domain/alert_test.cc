#include "notifications/domain/alert.h"

#include <chrono>

#include "notifications/domain/notifications_fixture.h"

namespace throughline::notifications {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class AlertTest : public NotificationsFixture {};

TEST_F(AlertTest, RisesAndResolvesWithItsCondition) {
  const core::Instant raised_at = fixture_.now();
  EXPECT_THAT(Raise("a"), ElementsAre("raised a"));
  const v1::Alert raised = Now("a");
  EXPECT_EQ(raised.state(), v1::ALERT_STATE_FIRING);
  EXPECT_EQ(raised.raised_at_ms(), core::ToMillis(raised_at));
  EXPECT_EQ(raised.cause(), "fixture.2") << "the second input, after the district";
  EXPECT_EQ(raised.event(), "notifications.0.2") << "the second event, after the district's";
  EXPECT_EQ(raised.version(), 1);
  EXPECT_TRUE(fixture_.state().Find(kUnresolved, AlertKey(raised)));

  After(hours(1));
  EXPECT_THAT(Clear("a"), ElementsAre("resolved a"));
  EXPECT_EQ(Now("a").state(), v1::ALERT_STATE_RESOLVED);
  EXPECT_EQ(Now("a").resolved_at_ms(), core::ToMillis(raised_at + hours(1)));
  EXPECT_EQ(Now("a").version(), 2);
  EXPECT_FALSE(fixture_.state().Find(kUnresolved, AlertKey(raised)));
}

TEST_F(AlertTest, HearingTheSameAgainChangesNothing) {
  Raise("a");
  EXPECT_THAT(Raise("a"), IsEmpty());
  Clear("a");
  EXPECT_THAT(Clear("a"), IsEmpty());
  EXPECT_THAT(Clear("never raised"), IsEmpty());
}

TEST_F(AlertTest, AConditionThatComesBackIsAnotherAlertAndLater) {
  Raise("a");
  const std::string first = Now("a").alert();
  Clear("a");
  EXPECT_THAT(Raise("a"), ElementsAre("raised a"));
  EXPECT_NE(Now("a").alert(), first);
  After(seconds(1));
  Clear("a");
  Raise("a");
  EXPECT_GT(Now("a").alert(), first) << "ids are in order of time";
}

TEST_F(AlertTest, OneAlertForEachCycleKindIndicatorAndGroup) {
  Raise("a");
  auto other = ConditionOf("a");
  other.set_cycle("c2");
  EXPECT_THAT(Raise(other), ElementsAre("raised a"));
  other = ConditionOf("a");
  other.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  other.set_group("income:low");
  EXPECT_THAT(Raise(other), ElementsAre("raised a"));
  other.set_group("language:learner");
  EXPECT_THAT(Raise(other), ElementsAre("raised a"));
}

TEST_F(AlertTest, OfASchoolOrTheDistrictIsOnItsOwnKey) {
  for (const std::string school : {"s", ""}) {
    auto condition = ConditionOf("a" + school);
    condition.set_school(school);
    condition.clear_team();
    condition.clear_cycle();
    condition.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
    condition.set_group("language:learner");
    cycles::v1::ConditionRaised raised;
    *raised.mutable_condition() = condition;
    const Outcome outcome = fixture_.Give(raised);
    ASSERT_THAT(Read(outcome), ElementsAre("raised a" + school));
    const v1::Alert alert = outcome.First<v1::AlertRaised>()->alert();
    EXPECT_EQ(alert.school(), school);
    EXPECT_EQ(alert.names().group(), "learner (language)");
    const auto* unresolved = fixture_.state().Find(kUnresolved, AlertKey(alert));
    ASSERT_NE(unresolved, nullptr);
    EXPECT_EQ(unresolved->level(),
              school.empty() ? common::v1::LEVEL_DISTRICT : common::v1::LEVEL_SCHOOL);
    EXPECT_EQ(After(seconds(30)).size(), 1U) << "its group is notified";

    v1::AcknowledgeAlertRequest acknowledge;
    acknowledge.set_district("d");
    acknowledge.set_school(school);
    acknowledge.set_alert(alert.alert());
    acknowledge.set_acknowledged_by("lead");
    EXPECT_FALSE(fixture_.Give(acknowledge).refusal);
    cycles::v1::ConditionCleared cleared;
    *cleared.mutable_condition() = condition;
    EXPECT_NE(fixture_.Give(cleared).First<v1::AlertResolved>(), nullptr);
  }
}

TEST_F(AlertTest, NewNumbersChangeItAndKeepWhoHasIt) {
  Raise("a");
  Acknowledge("a");
  auto moved = ConditionOf("a");
  moved.mutable_evidence()->set_rostered(30);
  moved.mutable_evidence()->set_covered(30);
  moved.mutable_evidence()->set_matched(30);
  const common::v1::CycleEvidence exact = moved.evidence();
  *moved.mutable_evidence()->mutable_shown() = exact;
  moved.mutable_evidence()->mutable_shown()->set_as_of_ms(1);
  EXPECT_THAT(Raise(moved), ElementsAre("changed a"));
  EXPECT_EQ(Now("a").condition().evidence().matched(), 30);
  EXPECT_EQ(Now("a").state(), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_THAT(Raise(moved), IsEmpty());
}

TEST_F(AlertTest, RevisedEvidenceNamesTheVerdictOfNow) {
  auto revised = ConditionOf("a");
  revised.set_trigger(common::v1::TRIGGER_REVISED_EVIDENCE);
  revised.set_verdict_before(cycles::v1::VERDICT_MET);
  revised.set_verdict_after(cycles::v1::VERDICT_SHORT);
  EXPECT_THAT(Raise(revised), ElementsAre("raised a"));
  revised.set_verdict_after(cycles::v1::VERDICT_INCONCLUSIVE);
  EXPECT_THAT(Raise(revised), ElementsAre("changed a"));
  EXPECT_THAT(Now("a").condition().reason(), testing::HasSubstr("from met to inconclusive"));
}

TEST_F(AlertTest, WhenItBecomesWorseNobodyHasItInHand) {
  Raise("a");
  Acknowledge("a");
  Snooze("a", 3600);
  EXPECT_THAT(Escalate("a"), ElementsAre("changed a"));
  EXPECT_EQ(Now("a").state(), v1::ALERT_STATE_FIRING);
  EXPECT_EQ(Now("a").acknowledged_by(), "");
  EXPECT_EQ(Now("a").snoozed_until_ms(), 0);
  EXPECT_EQ(Now("a").condition().severity(), cycles::v1::SEVERITY_CRITICAL);
  EXPECT_THAT(Escalate("a"), IsEmpty());
}

TEST_F(AlertTest, SaysWhoHasItInHand) {
  Raise("a");
  const Outcome outcome = fixture_.Give(AcknowledgeRequest("a", "lead"));
  EXPECT_EQ(outcome.AnswerAs<v1::AcknowledgeAlertResponse>().alert().acknowledged_by(), "lead");
  EXPECT_EQ(outcome.AnswerAs<v1::AcknowledgeAlertResponse>().alert().version(), 2);
  const Outcome again = fixture_.Give(AcknowledgeRequest("a", "lead"));
  EXPECT_THAT(again.events, IsEmpty());
  EXPECT_EQ(again.AnswerAs<v1::AcknowledgeAlertResponse>().alert().version(), 2);
  fixture_.Give(AcknowledgeRequest("a", "coach"));
  EXPECT_EQ(Now("a").acknowledged_by(), "coach");
}

TEST_F(AlertTest, ASnoozeEndsOnTime) {
  Raise("a");
  After(minutes(1));
  const core::Instant snoozed_at = fixture_.now();
  EXPECT_THAT(Snooze("a", 3600), ElementsAre("changed a"));
  EXPECT_THAT(Snooze("a", 3600), IsEmpty());
  EXPECT_EQ(Now("a").state(), v1::ALERT_STATE_SNOOZED);
  EXPECT_EQ(Now("a").snoozed_until_ms(), core::ToMillis(snoozed_at + hours(1)));
  EXPECT_THAT(After(seconds(3599)), IsEmpty());
  EXPECT_THAT(After(seconds(1)), ElementsAre("changed a", "notified 2: a"));
  EXPECT_EQ(Now("a").state(), v1::ALERT_STATE_FIRING);
  EXPECT_EQ(Now("a").snoozed_until_ms(), 0);
}

TEST_F(AlertTest, ALongerSnoozeReplacesTheFirst) {
  Raise("a");
  After(minutes(1));
  Snooze("a", 600);
  Snooze("a", 7200);
  EXPECT_THAT(After(minutes(119)), IsEmpty());
  EXPECT_THAT(After(minutes(1)), ElementsAre("changed a", "notified 2: a"));
}

TEST_F(AlertTest, WhoHadItInHandHasItAfterASnooze) {
  Raise("a");
  After(minutes(1));
  Acknowledge("a");
  Snooze("a", 600);
  EXPECT_THAT(After(minutes(10)), ElementsAre("changed a"));
  EXPECT_EQ(Now("a").state(), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_THAT(After(hours(100)), ElementsAre("kept back a")) << "and it is not told again";
}

TEST_F(AlertTest, AcknowledgingEndsASnooze) {
  Raise("a");
  After(minutes(1));
  Snooze("a", 600);
  Acknowledge("a");
  EXPECT_EQ(Now("a").snoozed_until_ms(), 0);
  EXPECT_THAT(After(hours(1)), IsEmpty());
}

TEST_F(AlertTest, AResolvedOneIsLeftAlone) {
  Raise("a");
  Snooze("a", 600);
  Clear("a");
  EXPECT_EQ(Now("a").snoozed_until_ms(), 0);
  EXPECT_EQ(ReasonOf(AcknowledgeRequest("a")), "ALERT_RESOLVED");
  EXPECT_EQ(ReasonOf(SnoozeRequest("a", 600)), "ALERT_RESOLVED");
  EXPECT_THAT(After(hours(1)), IsEmpty());
}

TEST_F(AlertTest, RefusalsNameWhatIsWrong) {
  Raise("a");
  EXPECT_EQ(ReasonOf(AcknowledgeRequest("a", "")), "WHO_MISSING");
  EXPECT_EQ(ReasonOf(AcknowledgeRequest("a", std::string(257, 'x'))), "TEXT_TOO_LONG");
  EXPECT_EQ(ReasonOf(SnoozeRequest("a", 59)), "DURATION_INVALID");
  EXPECT_EQ(ReasonOf(SnoozeRequest("a", 60)), "");
  EXPECT_EQ(ReasonOf(SnoozeRequest("a", 2592000)), "");
  EXPECT_EQ(ReasonOf(SnoozeRequest("a", 2592001)), "DURATION_INVALID");
  auto request = AcknowledgeRequest("a");
  request.set_alert("x");
  EXPECT_EQ(ReasonOf(request), "ALERT_UNKNOWN");
  request.set_alert("s/x");
  EXPECT_EQ(ReasonOf(request), "ID_INVALID");
  EXPECT_EQ(Now("a").acknowledged_by(), "");
}

cycles::v1::Condition WithStudents(cycles::v1::Condition condition, int32_t students) {
  condition.set_trigger(common::v1::TRIGGER_STRUGGLING);
  condition.set_students(students);
  if (students >= 10) condition.set_shown_students(students);
  return condition;
}

TEST_F(AlertTest, ShowsNoNumberOfTooFewStudents) {
  Raise(WithStudents(ConditionOf("a"), 9));
  EXPECT_EQ(Now("a").condition().students(), 0);
  EXPECT_TRUE(Now("a").suppressed()) << "it says so, rather than showing zero";
  Raise(WithStudents(ConditionOf("b"), 10));
  EXPECT_EQ(Now("b").condition().students(), 10);
  EXPECT_FALSE(Now("b").suppressed());

  auto gap = ConditionOf("c");
  gap.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  gap.mutable_gap()->set_group("income:low");
  gap.mutable_gap()->set_group_count(9);
  gap.mutable_gap()->set_complement_count(40);
  gap.mutable_gap()->set_current_g(0.4);
  Raise(gap);
  EXPECT_EQ(Now("c").condition().gap().group(), "income:low");
  EXPECT_EQ(Now("c").condition().gap().group_count(), 0);
  EXPECT_EQ(Now("c").condition().gap().complement_count(), 0);
  EXPECT_FALSE(Now("c").condition().gap().has_current_g());
  EXPECT_TRUE(Now("c").suppressed());

  auto missing = ConditionOf("e");
  missing.mutable_evidence()->set_rostered(28);
  missing.mutable_evidence()->set_covered(4);
  missing.mutable_evidence()->set_matched(3);
  missing.mutable_evidence()->set_mean_change(1.5);
  Raise(missing);
  EXPECT_EQ(Now("e").condition().evidence().ShortDebugString(),
            "absent: ABSENCE_REASON_SMALL_CELL");
  EXPECT_TRUE(Now("e").suppressed());
}

TEST_F(AlertTest, NumbersThatAreLargeEnoughLaterAreShownThen) {
  Raise(WithStudents(ConditionOf("a"), 9));
  EXPECT_THAT(Raise(WithStudents(ConditionOf("a"), 12)), ElementsAre("changed a"));
  EXPECT_EQ(Now("a").condition().students(), 12);
  EXPECT_FALSE(Now("a").suppressed());
  Clear(WithStudents(ConditionOf("a"), 3));
  EXPECT_EQ(Now("a").condition().students(), 0);
  EXPECT_TRUE(Now("a").suppressed());
}

TEST_F(AlertTest, HidesSmallCellsEvenBeforeItKnowsTheDistrict) {
  auto condition = WithStudents(ConditionOf("a"), 9);
  condition.set_district("early");
  cycles::v1::ConditionRaised raised;
  *raised.mutable_condition() = condition;
  const Outcome outcome = fixture_.Give(raised);
  EXPECT_EQ(outcome.First<v1::AlertRaised>()->alert().condition().students(), 0);
  EXPECT_TRUE(outcome.First<v1::AlertRaised>()->alert().suppressed());
}

}  // namespace
}  // namespace throughline::notifications
