#include "cycles/domain/survey_end.h"

#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Rounds of school `s`, and one of the district, until Friday 2026-09-11. The next instructional
// day is Monday 09-14; three more of the school's calendar later is 09-17, and ten more 09-29, for
// there is no teaching on 09-18.
class SurveyEndTest : public SchoolFixture {
 protected:
  static plans::v1::SurveyRound Round(const std::string& id, const std::string& school) {
    plans::v1::SurveyRound round;
    round.set_district("d");
    round.set_school(school);
    round.set_round(id);
    round.set_name("What Ms. Hill asked for");
    round.set_first_day("2026-08-31");
    round.set_last_day("2026-09-11");
    return round;
  }
  Outcome Count(const std::string& id, int raters) {
    AdvanceTo("2026-09-12");
    plans::v1::SurveyResultsRecorded recorded;
    *recorded.mutable_round() = Round(id, "s");
    if (raters == 0) {
      recorded.mutable_results()->set_absent(plans::v1::SURVEY_ABSENCE_TOO_FEW_RATERS);
    } else {
      recorded.mutable_results()->set_raters(raters);
    }
    return fixture_.Give(recorded);
  }
  static v1::Condition Raised(const Outcome& outcome) {
    const auto* raised = outcome.First<v1::ConditionRaised>();
    return raised == nullptr ? v1::Condition() : raised->condition();
  }
};

TEST_F(SurveyEndTest, IsToldToTheSchoolForInformationAndWithoutItsName) {
  const v1::Condition told = Raised(Count("one", 9));
  EXPECT_EQ(told.trigger(), common::v1::TRIGGER_SURVEY_ENDED);
  EXPECT_EQ(told.severity(), v1::SEVERITY_INFO);
  EXPECT_EQ(told.school(), "s");
  EXPECT_EQ(told.team(), "");
  EXPECT_EQ(told.survey(), "one");
  EXPECT_EQ(told.reason(),
            "The driver survey from 31 August to 11 September has ended, and its results are "
            "there: 9 raters answered.");
}

TEST_F(SurveyEndTest, OfTheDistrictIsToldToTheDistrictAndOfASchoolOnlyWhenItIsCounted) {
  AdvanceTo("2026-09-12");
  plans::v1::SurveyRoundEnded ended;
  *ended.mutable_round() = Round("one", "s");
  EXPECT_THAT(fixture_.Give(ended).events, IsEmpty());
  *ended.mutable_round() = Round("one", "");
  const v1::Condition told = Raised(fixture_.Give(ended));
  EXPECT_EQ(told.school(), "");
  EXPECT_THAT(told.reason(), testing::HasSubstr("The district's driver survey"));
}

TEST_F(SurveyEndTest, HoldsForTenInstructionalDays) {
  Count("one", 9);
  EXPECT_EQ(AdvanceTo("2026-09-28").First<v1::ConditionCleared>(), nullptr);
  EXPECT_NE(AdvanceTo("2026-09-29").First<v1::ConditionCleared>(), nullptr);
}

TEST_F(SurveyEndTest, HoldsUntilTheNextOneHasEnded) {
  Count("one", 9);
  EXPECT_THAT(NamesOf(Count("two", 12)),
              ElementsAre("SurveyEndNoted", "ConditionCleared", "ConditionRaised"));
  EXPECT_THAT(AdvanceTo("2026-10-30").All<v1::ConditionCleared>().size(), 1U);
}

TEST_F(SurveyEndTest, WithoutRatingsIsAWarningThatEscalates) {
  const v1::Condition told = Raised(Count("one", 0));
  EXPECT_EQ(told.severity(), v1::SEVERITY_WARNING);
  EXPECT_THAT(told.reason(), testing::HasSubstr("fewer than five raters answered"));
  EXPECT_EQ(AdvanceTo("2026-09-16").First<v1::ConditionRaised>(), nullptr);
  const v1::Condition escalated = Raised(AdvanceTo("2026-09-17"));
  EXPECT_EQ(escalated.severity(), v1::SEVERITY_CRITICAL);
}

TEST_F(SurveyEndTest, WithRatingsNeverEscalates) {
  Count("one", 9);
  EXPECT_EQ(AdvanceTo("2026-09-25").First<v1::ConditionRaised>(), nullptr);
}

}  // namespace
}  // namespace throughline::cycles
