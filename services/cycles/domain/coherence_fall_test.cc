#include "cycles/domain/coherence_fall.h"

#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using testing::HasSubstr;

class CoherenceFallTest : public SchoolFixture {
 protected:
  static plans::v1::SurveyResultsRecorded Recorded(double before, double now) {
    plans::v1::SurveyResultsRecorded recorded;
    recorded.mutable_round()->set_district("d");
    recorded.mutable_round()->set_school("s");
    recorded.mutable_round()->set_round("autumn");
    plans::v1::CoherenceFall& fall = *recorded.add_falls();
    fall.set_factor(plans::v1::DRIVER_FACTOR_STRATEGIC_FOCUS);
    fall.set_name("Strategic focus");
    fall.set_before(before);
    fall.set_now(now);
    return recorded;
  }
};

TEST_F(CoherenceFallTest, OpensASchoolReviewThatSaysWhichFactorFellAndByHowMuch) {
  const Outcome outcome = fixture_.Give(Recorded(0.9, 0.6));
  const auto* opened = outcome.First<v1::ReviewOpened>();
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(opened->review().trigger(), common::v1::TRIGGER_COHERENCE_FELL);
  EXPECT_EQ(opened->review().school(), "s");
  EXPECT_EQ(opened->review().team(), "");
  EXPECT_THAT(opened->review().reason(), HasSubstr("Strategic focus (0.90, now 0.60)"));
}

TEST_F(CoherenceFallTest, ASurveyInWhichNothingFellOpensNone) {
  auto recorded = Recorded(0.9, 0.6);
  recorded.clear_falls();
  EXPECT_EQ(fixture_.Give(recorded).First<v1::ReviewOpened>(), nullptr);
}

TEST_F(CoherenceFallTest, HowFactorsCompareIsNotedSoThatItCanBeEvaluatedByAnotherPolicy) {
  auto recorded = Recorded(0.9, 0.8);
  *recorded.mutable_compared() = recorded.falls();
  recorded.clear_falls();
  const Outcome outcome = fixture_.Give(recorded);
  EXPECT_EQ(outcome.First<v1::ReviewOpened>(), nullptr);
  ASSERT_NE(outcome.First<plans::v1::CoherenceFallNoted>(), nullptr);
  auto district = DefaultDistrict();
  district.mutable_policy()->set_coherence_fall(0.1);
  district.set_version(district.version() + 1);
  Adopt(district);
  EXPECT_NE(fixture_.Give(recorded).First<v1::ReviewOpened>(), nullptr);
}

TEST_F(CoherenceFallTest, OneReviewIsOpenAtATime) {
  fixture_.Give(Recorded(0.9, 0.6));
  EXPECT_EQ(fixture_.Give(Recorded(0.6, 0.3)).First<v1::ReviewOpened>(), nullptr);
}

TEST_F(CoherenceFallTest, IsNotAnsweredByMembersOfTeams) {
  const Outcome outcome = fixture_.Give(Recorded(0.9, 0.6));
  v1::AnswerReviewRequest answer;
  answer.set_district("d");
  answer.set_school("s");
  answer.set_review(outcome.First<v1::ReviewOpened>()->review().review());
  answer.set_answer(v1::REVIEW_ANSWER_KEEP_ON);
  answer.mutable_caller()->set_role(common::v1::ROLE_TEAM_MEMBER);
  EXPECT_TRUE(fixture_.Give(answer).refusal);
  answer.mutable_caller()->set_role(common::v1::ROLE_SCHOOL_LEADER);
  EXPECT_FALSE(fixture_.Give(answer).refusal);
}

}  // namespace
}  // namespace throughline::cycles
