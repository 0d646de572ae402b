#include "cycles/questions_service.h"

#include "cycles/domain/offers/offers_fixture.h"
#include "cycles/domain/practices/outcomes_fixture.h"
#include "cycles/domain/practices/practices_fixture.h"
#include "cycles/service_fixture.h"

namespace throughline::cycles {
namespace {

using testing::HasSubstr;

class QuestionsServiceTest
    : public ServiceFixture<PracticesFixture, v1::QuestionsService, QuestionsService> {
 protected:
  core::Result<v1::GetQuestionsResponse> Ask(const std::string& school = "") {
    Store();
    v1::GetQuestionsRequest request;
    request.set_district("d");
    request.set_school(school);
    return Call(&Stub::GetQuestions, request);
  }
  void Report(v1::CycleOutcome outcome, int struggling, int students) {
    common::v1::TeamStudents& of = *outcome.mutable_team_students();
    of.set_students(students);
    of.set_struggling(struggling);
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = outcome;
    fixture_.Give(reported);
  }
  void MakePromising() {
    PublishPractice("tps", "Think, pair, share");
    for (const char* team : {"x", "y", "z"}) Report(OutcomeOf("r", team, {}, 10'000), 200, 300);
    for (const char* team : {"a", "b", "c"}) {
      Report(OutcomeOf("s", team, {"tps"}, 50'000), 40, 300);
      v1::AdoptionChanged changed;
      v1::Adoption& adoption = *changed.mutable_adoption();
      adoption.set_district("d");
      adoption.set_school("s");
      adoption.set_team(team);
      adoption.set_practice("tps");
      adoption.set_state(v1::ADOPTION_STATE_ADOPTED);
      adoption.set_begun_on("2026-09-01");
      fixture_.Give(changed);
    }
    fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  }
};

using QuestionsOfOffersTest = ServiceFixture<OffersFixture, v1::QuestionsService, QuestionsService>;

TEST_F(QuestionsOfOffersTest, OffersThatAreOpenAreCounted) {
  Analyze("s", "t", {});
  Analyze("r", "t", {});
  Store();
  v1::GetQuestionsRequest request;
  request.set_district("d");
  EXPECT_EQ(Call(&Stub::GetQuestions, request)->reach().offers_open(), 2);
  request.set_school("r");
  EXPECT_EQ(Call(&Stub::GetQuestions, request)->reach().offers_open(), 1);
  fixture_.Give(AnswerTo(Offered("r/t: s/t"), v1::OFFER_ANSWER_DECLINE));
  Store();
  EXPECT_EQ(Call(&Stub::GetQuestions, request)->reach().offers_open(), 0);
}

TEST_F(QuestionsServiceTest, AnswersWhatWorksWithItsNumbers) {
  MakePromising();
  const auto answer = Ask();
  ASSERT_TRUE(answer);
  const v1::WhatWorks& works = answer->what_works();
  ASSERT_EQ(works.practices_size(), 1);
  EXPECT_EQ(works.practices(0).name(), "Think, pair, share");
  EXPECT_EQ(works.practices(0).found(), v1::EFFECT_FOUND_HELPS);
  EXPECT_EQ(works.practices(0).assessment().standing(), v1::PRACTICE_STANDING_PROMISING);
  EXPECT_EQ(works.practices(0).assessment().pooled().cycles(), 3);
  EXPECT_EQ(works.helps(), 1);
  EXPECT_GT(works.as_of_ms(), 0);
}

TEST_F(QuestionsServiceTest, APracticeThatMissesThoseWhoStruggleSaysSo) {
  MakePromising();
  const auto answer = Ask();
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->reach().practices_size(), 1);
  const v1::PracticeReach& reach = answer->reach().practices(0);
  EXPECT_EQ(reach.teams(), 3);
  EXPECT_DOUBLE_EQ(reach.reach(), 0.5);
  ASSERT_EQ(reach.representativeness_size(), 1);
  EXPECT_TRUE(reach.representativeness(0).is_reached_less());
  EXPECT_THAT(reach.warning(), HasSubstr("students who struggle"));
}

TEST_F(QuestionsServiceTest, ASchoolIsToldOfWhatItsTeamsTookUp) {
  MakePromising();
  plans::v1::SchoolChanged changed;
  changed.mutable_school()->set_district("d");
  changed.mutable_school()->set_school("r");
  changed.mutable_school()->set_version(1);
  fixture_.Give(changed);
  EXPECT_EQ(Ask("r")->what_works().practices_size(), 0);
  EXPECT_EQ(Ask("s")->what_works().practices_size(), 1);
  EXPECT_EQ(Ask("s")->reach().practices(0).representativeness_size(), 0)
      << "all of its teams use it";
  EXPECT_EQ(Ask("nowhere").error().reason, "SCHOOL_UNKNOWN");
}

TEST_F(QuestionsServiceTest, ProblemsAndChallengesAreWhatTeamsWorkOn) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");
  ASSERT_EQ(ReasonOf(fixture_.Give(AnalysisRequest(cycle))), "");
  EXPECT_EQ(Ask("s")->named_causes().teams_that_named(), 0) << "the analysis is not done";
  ASSERT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_ANALYZE)), "");
  auto summarized = Summarized(cycle, Numbers(20));
  summarized.mutable_evidence()->mutable_shown()->set_as_of_ms(77);
  summarized.mutable_team_students()->set_students(20);
  summarized.mutable_team_students()->set_struggling(12);
  fixture_.Give(summarized);
  const auto answer = Ask("s");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->named_causes().as_of_ms(), 77);
  EXPECT_EQ(answer->named_causes().challenges(0).struggling_at_least(), 10);
  EXPECT_EQ(answer->named_causes().challenges(0).challenge_source(), v1::CHALLENGE_SOURCE_STUDENTS);
  EXPECT_EQ(answer->named_causes().problems_size(), 1);
  EXPECT_EQ(answer->named_causes().challenges_size(), 1);
  EXPECT_EQ(answer->named_causes().teams_that_named(), 1);
  EXPECT_GE(answer->named_causes().teams(), 1);
}

TEST_F(QuestionsServiceTest, NumbersOfFewerStudentsThanMayBeShownAreLeftOut) {
  MakePromising();
  plans::v1::District stricter = DefaultDistrict();
  stricter.mutable_policy()->set_smallest_cell(130);
  stricter.set_version(2);
  Adopt(stricter);
  const auto hidden = Ask();
  ASSERT_TRUE(hidden);
  EXPECT_EQ(hidden->what_works().practices(0).found(), v1::EFFECT_FOUND_NOT_KNOWN);
  EXPECT_FALSE(hidden->reach().practices(0).has_reach());
  EXPECT_EQ(hidden->reach().practices(0).representativeness_size(), 0);
}

}  // namespace
}  // namespace throughline::cycles
