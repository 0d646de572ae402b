#include "throughline/what_if.h"

#include <gmock/gmock.h>

#include <sstream>

#include "throughline/what_if_report.h"

namespace throughline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

core::Instant Day(const char* date) {
  return core::Instant(*core::ParseDate(date)) + std::chrono::hours(18);
}

cycles::v1::Condition OffTrack(const std::string& team) {
  cycles::v1::Condition condition;
  condition.set_district("d");
  condition.set_school("north");
  condition.set_team(team);
  condition.set_cycle("cycle-of-" + team);
  condition.set_trigger(common::v1::TRIGGER_OFF_TRACK);
  condition.set_indicator("reading");
  condition.set_severity(cycles::v1::SEVERITY_WARNING);
  return condition;
}

cycles::v1::ConditionRaised Raised(const cycles::v1::Condition& condition) {
  cycles::v1::ConditionRaised raised;
  *raised.mutable_condition() = condition;
  return raised;
}

cycles::v1::ConditionCleared Cleared(const cycles::v1::Condition& condition) {
  cycles::v1::ConditionCleared cleared;
  *cleared.mutable_condition() = condition;
  return cleared;
}

std::vector<Fate> FatesOf(const AlertComparison& comparison) {
  std::vector<Fate> fates;
  for (const JudgedAlert& alert : comparison.Judge()) fates.push_back(alert.fate);
  return fates;
}

TEST(AlertComparison, AnAlertStaysWhenItIsRaisedAgainAtWhateverTime) {
  AlertComparison comparison;
  comparison.Recorded(Raised(OffTrack("t1")), Day("2026-10-05"));
  comparison.Now(Raised(OffTrack("t1")), Day("2026-10-07"));
  EXPECT_THAT(FatesOf(comparison), ElementsAre(Fate::kStays));
  EXPECT_EQ(comparison.Judge()[0].recorded, Day("2026-10-05"));
  EXPECT_EQ(comparison.Judge()[0].now, Day("2026-10-07"));
}

TEST(AlertComparison, WhatIsOnlyRecordedGoesAndWhatIsOnlyDecidedNowComes) {
  AlertComparison comparison;
  comparison.Now(Raised(OffTrack("t2")), Day("2026-10-07"));
  comparison.Recorded(Raised(OffTrack("t1")), Day("2026-10-05"));
  EXPECT_THAT(FatesOf(comparison), ElementsAre(Fate::kGoes, Fate::kComes));
}

TEST(AlertComparison, EscalationIsNoOtherAlertButRaisingAgainAfterItClearedIs) {
  AlertComparison comparison;
  cycles::v1::Condition worse = OffTrack("t1");
  worse.set_severity(cycles::v1::SEVERITY_CRITICAL);
  comparison.Recorded(Raised(OffTrack("t1")), Day("2026-10-05"));
  comparison.Recorded(Raised(worse), Day("2026-10-06"));
  comparison.Recorded(Cleared(worse), Day("2026-10-07"));
  comparison.Recorded(Raised(OffTrack("t1")), Day("2026-10-08"));
  comparison.Now(Raised(OffTrack("t1")), Day("2026-10-05"));
  EXPECT_THAT(FatesOf(comparison), ElementsAre(Fate::kStays, Fate::kGoes));
}

cycles::v1::ReviewOpened Opened(common::v1::Trigger trigger) {
  cycles::v1::ReviewOpened opened;
  opened.mutable_review()->set_district("d");
  opened.mutable_review()->set_school("north");
  opened.mutable_review()->set_trigger(trigger);
  return opened;
}

TEST(AlertComparison, AReviewWithoutAnAlertIsOneOfItsOwn) {
  AlertComparison comparison;
  comparison.Recorded(Opened(common::v1::TRIGGER_COHERENCE_FELL), Day("2026-10-05"));
  comparison.Recorded(Opened(common::v1::TRIGGER_COHERENCE_FELL), Day("2026-11-05"));
  comparison.Now(Opened(common::v1::TRIGGER_COHERENCE_FELL), Day("2026-10-05"));
  EXPECT_THAT(FatesOf(comparison), ElementsAre(Fate::kStays, Fate::kGoes));
  EXPECT_TRUE(comparison.Judge()[0].is_review);
}

TEST(AlertComparison, AReviewOfWhichAnAlertTellsOrThatTheCadenceOpensIsLeftOut) {
  AlertComparison comparison;
  comparison.Now(Opened(common::v1::TRIGGER_OFF_TRACK), Day("2026-10-05"));
  comparison.Now(Opened(common::v1::TRIGGER_CADENCE), Day("2026-10-05"));
  EXPECT_THAT(comparison.Judge(), testing::IsEmpty());
}

TEST(PolicyEffects, AreKnownOfEveryField) {
  const auto& policy = *common::v1::Policy::descriptor();
  for (int i = 0; i < policy.field_count(); ++i) {
    EXPECT_TRUE(PolicyEffectOf(policy.field(i)->name())) << policy.field(i)->name();
  }
}

WhatIfAnswer AnswerOf(const AlertComparison& comparison) {
  return {.time_zone = "UTC",
          .alerts = comparison.Judge(),
          .framings = {},
          .no_effect = {"groupWaitS"},
          .not_decided_again = {},
          .stands_until = {}};
}

TEST(WhatIfReport, CountsByKindTeamAndWeekAndNamesWhatComesAndGoes) {
  AlertComparison comparison;
  comparison.Recorded(Raised(OffTrack("t1")), Day("2026-10-05"));
  comparison.Now(Raised(OffTrack("t1")), Day("2026-10-05"));
  comparison.Now(Raised(OffTrack("t2")), Day("2026-10-14"));
  std::ostringstream out;
  PrintWhatIf(AnswerOf(comparison), {}, out);
  EXPECT_THAT(out.str(), HasSubstr("1 alert would stay, 1 would come, 0 would go."));
  EXPECT_THAT(out.str(), HasSubstr("groupWaitS says what people do"));
  EXPECT_THAT(out.str(), HasSubstr("off track, team"));
  EXPECT_THAT(out.str(), HasSubstr("north t2"));
  EXPECT_THAT(out.str(), HasSubstr("2026-10-12"));  // Monday of its week
  EXPECT_THAT(out.str(), HasSubstr("comes  2026-10-14 18:00  off track"));
}

TEST(WhatIfReport, CountsReviewsByThemselvesAndNamesPlansThatAreFramedOtherwise) {
  AlertComparison comparison;
  comparison.Recorded(Raised(OffTrack("t1")), Day("2026-10-05"));
  comparison.Now(Raised(OffTrack("t1")), Day("2026-10-05"));
  comparison.Now(Opened(common::v1::TRIGGER_COHERENCE_FELL), Day("2026-10-06"));
  WhatIfAnswer answer = AnswerOf(comparison);
  answer.framings = {{.school = "north",
                      .plan = "plan-26",
                      .recorded = plans::v1::FRAMING_COMPLIANT,
                      .now = plans::v1::FRAMING_FRAGMENTED}};
  std::ostringstream out, json;
  PrintWhatIf(answer, {}, out);
  EXPECT_THAT(out.str(), HasSubstr("1 alert would stay, 0 would come, 0 would go."));
  EXPECT_THAT(out.str(), HasSubstr("0 reviews would stay, 1 would come, 0 would go."));
  EXPECT_THAT(out.str(), HasSubstr("coherence fell, review"));
  EXPECT_THAT(out.str(), HasSubstr("1 plan would be framed otherwise today."));
  EXPECT_THAT(out.str(), HasSubstr("compliant  fragmented"));
  PrintWhatIfJson(answer, {}, json);
  EXPECT_THAT(json.str(), HasSubstr(R"("reviewsCome":1)"));
  EXPECT_THAT(json.str(), HasSubstr(R"("now":"FRAMING_FRAGMENTED")"));
}

TEST(WhatIfReport, SaysWhatItDoesNotDecideAgain) {
  WhatIfAnswer answer = AnswerOf({});
  answer.not_decided_again = {"offerDays"};
  std::ostringstream out;
  PrintWhatIf(answer, {}, out);
  EXPECT_THAT(out.str(), HasSubstr("offerDays is not decided again"));
}

TEST(WhatIfReport, SaysWhatStandsAsItWasRecorded) {
  WhatIfAnswer answer = AnswerOf({});
  std::ostringstream out, json, not_moved;
  PrintWhatIfJson(answer, {}, not_moved);
  EXPECT_THAT(not_moved.str(), Not(HasSubstr("standsUntil")));
  answer.stands_until = Day("2026-10-05");
  PrintWhatIf(answer, {}, out);
  EXPECT_THAT(out.str(), HasSubstr("2026-10-05"));
  EXPECT_THAT(out.str(), HasSubstr("everything stands as it was recorded: the log was moved"));
  PrintWhatIfJson(answer, {}, json);
  EXPECT_THAT(json.str(), HasSubstr(R"("standsUntil":"2026-10-05T)"));
}

TEST(WhatIfReport, SaysThatThePolicyIsTheDistrictsToday) {
  WhatIfAnswer answer = AnswerOf({});
  std::ostringstream another, todays;
  PrintWhatIf(answer, {}, another);
  EXPECT_THAT(another.str(), Not(HasSubstr("has this policy today")));
  answer.is_todays = true;
  PrintWhatIf(answer, {}, todays);
  EXPECT_THAT(todays.str(), HasSubstr("The district has this policy today: alerts differ only"));
}

TEST(WhatIfReport, TellsOfTheDaysThatWereAskedForOnly) {
  AlertComparison comparison;
  comparison.Now(Raised(OffTrack("t1")), Day("2026-10-05"));
  comparison.Now(Raised(OffTrack("t2")), Day("2026-10-14"));
  const WhatIfDays days{.from = core::ParseDate("2026-10-06"), .to = core::ParseDate("2026-10-14")};
  std::ostringstream out;
  PrintWhatIfJson(AnswerOf(comparison), days, out);
  EXPECT_THAT(out.str(), HasSubstr(R"("come":1)"));
  EXPECT_THAT(out.str(), HasSubstr(R"("team":"t2")"));
  EXPECT_THAT(out.str(), Not(HasSubstr(R"("team":"t1")")));
}

}  // namespace
}  // namespace throughline
