#include "oneroster/conventions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/ids.h"

namespace throughline::oneroster {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ResultOf;
using ::testing::StartsWith;

TEST(Conventions, TellKindsByTheFirstTellingWordOfACategory) {
  EXPECT_EQ(KindOfCategory("Final Exam"), AssessmentKind::kAnnualSummative);
  EXPECT_EQ(KindOfCategory("STATE test"), AssessmentKind::kAnnualSummative);
  EXPECT_EQ(KindOfCategory("Winter Screening"), AssessmentKind::kTrimesterScreening);
  EXPECT_EQ(KindOfCategory("Quarterly"), AssessmentKind::kQuarterlyInterim);
  EXPECT_EQ(KindOfCategory("Unit exams"), AssessmentKind::kQuarterlyInterim);
  EXPECT_EQ(KindOfCategory("Warm-up"), AssessmentKind::kDailyCheck);
  EXPECT_EQ(KindOfCategory("exit ticket"), AssessmentKind::kDailyCheck);
  EXPECT_EQ(KindOfCategory("Community project"), AssessmentKind::kMonthlyFormative);
  EXPECT_EQ(KindOfCategory("Community unit"), AssessmentKind::kQuarterlyInterim);
  EXPECT_EQ(KindOfCategory(""), AssessmentKind::kMonthlyFormative);
}

TEST(Conventions, SpellEveryKindOneWay) {
  for (auto kind : {AssessmentKind::kAnnualSummative, AssessmentKind::kTrimesterScreening,
                    AssessmentKind::kQuarterlyInterim, AssessmentKind::kMonthlyFormative,
                    AssessmentKind::kDailyCheck}) {
    EXPECT_EQ(ParseKind(KindName(kind)), kind);
  }
  EXPECT_EQ(ParseKind("weekly"), std::nullopt);
}

TEST(Conventions, KeepAnIdThatIsOneAndTellOthersApart) {
  EXPECT_EQ(IdOf("5c2f:a-1_B.9"), "5c2f:a-1_B.9");
  EXPECT_THAT(IdOf("Room 5/a"), StartsWith("Room-5-a"));
  EXPECT_NE(IdOf("Room 5/a"), IdOf("Room 5 a"));
  EXPECT_NE(IdOf("é"), IdOf("è"));
}

RC_GTEST_PROP(Conventions, MakeAnIdOfAnything, (const std::string& text)) {
  RC_ASSERT(core::IsId(IdOf(text)));
  RC_ASSERT(IdOf(text) == IdOf(text));
  RC_ASSERT(IdOf(IdOf(text)) == IdOf(text));
  LineItem item;
  item.title = text;
  item.session = text;
  RC_ASSERT(core::IsId(AssessmentIdOf(item)));
}

TEST(Conventions, ReadGroupsFromMetadataAndDemographics) {
  User user;
  user.metadata = {{"group.language", "learner"}, {"group.income", "low"}, {"team", "x"}};
  EXPECT_THAT(GroupsOf(user), ElementsAre("income:low", "language:learner"));
  Demographics demographics;
  demographics.sex = "female";
  demographics.flags = {"white", "asian"};
  EXPECT_THAT(GroupsOf(demographics), ElementsAre("asian:true", "sex:female", "white:true"));
}

TEST(Conventions, MakeAnIdOfAGroupHoweverLong) {
  User user;
  user.metadata = {{"group." + std::string(60, 'n'), std::string(60, 'v')},
                   {"group.home language", "Español / English"}};
  EXPECT_THAT(GroupsOf(user), Each(ResultOf(core::IsId, true)));
}

TEST(Conventions, TakeTheCourseForTheTeamOfAClassThatNamesNone) {
  ClassRow row;
  row.course = "m5";
  EXPECT_EQ(TeamOf(row), "m5");
  row.metadata["team"] = "fives";
  EXPECT_EQ(TeamOf(row), "fives");
}

TEST(Conventions, ReadIndicatorsInTheOrderWritten) {
  LineItem item;
  EXPECT_THAT(IndicatorsOf(item), ElementsAre());
  item.metadata["indicator"] = "reasoning;;fractions;reasoning";
  EXPECT_THAT(IndicatorsOf(item), ElementsAre("reasoning", "fractions"));
}

TEST(Conventions, TakeLineItemsOfOneTitleCategoryAndSessionForOneAssessment) {
  LineItem a;
  a.title = "Fractions";
  a.category = "k1";
  a.session = "t1";
  LineItem b = a;
  b.class_id = "another";
  EXPECT_EQ(AssessmentIdOf(a), AssessmentIdOf(b));
  EXPECT_THAT(AssessmentIdOf(a), StartsWith("Fractions-t1-"));
  b.category = "k2";
  EXPECT_NE(AssessmentIdOf(a), AssessmentIdOf(b));
  b.metadata["assessment"] = "f-2013";
  EXPECT_EQ(AssessmentIdOf(b), "f-2013");
}

TEST(Conventions, AUserIsCalledByThePreferredNames) {
  User user;
  EXPECT_EQ(DisplayNameOf(user), "");
  user.given_name = "Elizabeth";
  user.family_name = " Zo\xc3\xab ";
  EXPECT_EQ(DisplayNameOf(user), "Elizabeth Zo\xc3\xab");
  user.preferred_given_name = "Bea";
  EXPECT_EQ(DisplayNameOf(user), "Bea Zo\xc3\xab");
  user.preferred_family_name = "O\nNeill";
  EXPECT_EQ(DisplayNameOf(user), "Bea O Neill");
  user.family_name = user.preferred_family_name = "";
  EXPECT_EQ(DisplayNameOf(user), "Bea");
  user.preferred_given_name = std::string(300, 'x');
  EXPECT_EQ(DisplayNameOf(user), std::string(255, 'x'));
}

}  // namespace
}  // namespace throughline::oneroster
