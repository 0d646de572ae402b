#include "cycles/domain/practices/assessment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cycles/domain/practices/outcomes_fixture.h"

namespace throughline::cycles {
namespace {

v1::Practice Published() {
  v1::Practice practice;
  practice.set_district("d");
  practice.set_practice("tps");
  practice.set_state(v1::PRACTICE_STATE_PUBLISHED);
  return practice;
}

// A cycle of a team with this net effect and variance, of so many students.
Studied StudyOf(const std::string& school, const std::string& team, double effect, double variance,
                int students = 100) {
  Studied studied;
  studied.outcome = OutcomeOf(school, team, {"tps"}, 0, students);
  studied.net = core::WithNormalInterval(effect, variance);
  return studied;
}

std::vector<v1::Adoption> OneUser() {
  v1::Adoption adoption;
  adoption.set_school("s");
  adoption.set_team("t");
  adoption.set_state(v1::ADOPTION_STATE_ADOPTED);
  return {adoption};
}

v1::PracticeAssessment Assessed(const std::vector<Studied>& studied) {
  return AssessmentOf(Published(), studied, OneUser(), kSmallest);
}

// Five studies as R's metafor 3.8 pools them (rma, method DL, test knha).
std::vector<Studied> FiveStudies() {
  return {StudyOf("s", "a", 0.10, 0.02), StudyOf("s", "b", 0.60, 0.03),
          StudyOf("r", "c", 0.35, 0.025), StudyOf("r", "d", -0.05, 0.04),
          StudyOf("r", "e", 0.80, 0.05)};
}

TEST(Assessment, PoolsCyclesAsMetaforDoes) {
  const v1::PooledNetEffect pooled = Assessed(FiveStudies()).pooled();
  EXPECT_EQ(pooled.cycles(), 5);
  EXPECT_EQ(pooled.teams(), 5);
  EXPECT_EQ(pooled.schools(), 2);
  EXPECT_EQ(pooled.students(), 500);
  EXPECT_DOUBLE_EQ(pooled.effect(), 0.345);  // 0.346569, to 0.005 of 500 students
  EXPECT_NEAR(pooled.low(), -0.071935, 0.01);
  EXPECT_NEAR(pooled.high(), 0.765073, 0.01);
  EXPECT_DOUBLE_EQ(pooled.tau_squared(), 0.07);      // 0.069312
  EXPECT_DOUBLE_EQ(pooled.i_squared(), 0.695);       // 69.4651 %
  EXPECT_DOUBLE_EQ(pooled.improvement_index(), 13);  // 100 pnorm(0.345) - 50 = 13.49
}

TEST(Assessment, IsSaidNoMoreExactlyThanSoManyStudentsAllow) {
  const auto effect = ShownEffect(StudyOf("s", "a", 0.3333, 0.01, 20), kSmallest);
  EXPECT_EQ(effect.students(), 20);
  const auto pooled = Assessed({StudyOf("s", "a", 0.3333, 0.01, 20)}).pooled();
  EXPECT_DOUBLE_EQ(pooled.effect(), 0.3) << "a quarter of a smallest cell adds an eighth";
}

TEST(Assessment, IsPromisingWhenNominatedByThreeTeamsWithALowerBoundAboveZero) {
  std::vector<Studied> studied{StudyOf("s", "a", 0.30, 0.001), StudyOf("s", "b", 0.30, 0.001)};
  EXPECT_EQ(Assessed(studied).standing(), v1::PRACTICE_STANDING_IN_USE) << "two teams";
  studied.push_back(StudyOf("s", "c", 0.30, 0.001));
  EXPECT_EQ(Assessed(studied).standing(), v1::PRACTICE_STANDING_PROMISING);
  for (Studied& one : studied) one.outcome.clear_nominated();
  EXPECT_EQ(Assessed(studied).standing(), v1::PRACTICE_STANDING_IN_USE) << "nobody nominated it";
}

TEST(Assessment, AnIntervalThatHoldsZeroIsNotPromising) {
  EXPECT_EQ(Assessed(FiveStudies()).standing(), v1::PRACTICE_STANDING_IN_USE);
}

std::vector<Studied> ProvenStudies() {
  std::vector<Studied> studied;
  for (const char* team : {"a", "b", "c", "d", "e"}) {
    studied.push_back(StudyOf(team < std::string("c") ? "s" : "r", team, 0.35, 0.001, 70));
  }
  return studied;
}

TEST(Assessment, IsProvenByFiveTeamsTwoSchoolsAnd350Students) {
  EXPECT_EQ(Assessed(ProvenStudies()).standing(), v1::PRACTICE_STANDING_PROVEN);
  std::vector<Studied> four = ProvenStudies();
  four.pop_back();
  four[0] = StudyOf("s", "a", 0.35, 0.001, 200);
  EXPECT_EQ(Assessed(four).standing(), v1::PRACTICE_STANDING_PROMISING) << "four teams";
  std::vector<Studied> one_school = ProvenStudies();
  for (Studied& one : one_school) one.outcome.set_school("s");
  EXPECT_EQ(Assessed(one_school).standing(), v1::PRACTICE_STANDING_PROMISING);
  std::vector<Studied> fewer = ProvenStudies();
  fewer[0] = StudyOf("s", "a", 0.35, 0.001, 69);
  EXPECT_EQ(Assessed(fewer).standing(), v1::PRACTICE_STANDING_PROMISING) << "349 students";
  std::vector<Studied> weaker = ProvenStudies();
  for (Studied& one : weaker) one.net = core::WithNormalInterval(0.22, 0.001);
  EXPECT_EQ(Assessed(weaker).standing(), v1::PRACTICE_STANDING_PROMISING) << "under 0.2";
}

TEST(Assessment, StudentsOfATeamCountOnce) {
  std::vector<Studied> studied{StudyOf("s", "a", 0.3, 0.01, 40), StudyOf("s", "a", 0.3, 0.01, 50)};
  studied[1].outcome.set_cycle("s.a-00002");
  const auto pooled = Assessed(studied).pooled();
  EXPECT_EQ(pooled.cycles(), 2);
  EXPECT_EQ(pooled.teams(), 1);
  EXPECT_EQ(pooled.students(), 50);
}

TEST(Assessment, IndicatorsOfACycleAreOneStudy) {
  std::vector<Studied> studied{StudyOf("s", "a", 0.2, 0.01), StudyOf("s", "a", 0.4, 0.04)};
  studied[1].outcome.set_indicator("argument");
  const auto assessment = Assessed(studied);
  EXPECT_EQ(assessment.cycles(), 1);
  EXPECT_EQ(assessment.pooled().cycles(), 1);
  EXPECT_DOUBLE_EQ(assessment.pooled().effect(), 0.3);
  EXPECT_FALSE(assessment.pooled().has_low()) << "one study has no interval over studies";
}

TEST(Assessment, CyclesWithoutAComparisonCountForNothing) {
  std::vector<Studied> studied = ProvenStudies();
  for (Studied& one : studied) one.net.reset();
  const auto assessment = Assessed(studied);
  EXPECT_EQ(assessment.cycles(), 5);
  EXPECT_EQ(assessment.without_comparison(), 5);
  EXPECT_FALSE(assessment.has_pooled());
  EXPECT_EQ(assessment.standing(), v1::PRACTICE_STANDING_IN_USE);
  EXPECT_EQ(assessment.tier(), v1::ESSA_TIER_RATIONALE);
}

TEST(Assessment, TheTierSaysWhatTheEvidenceWouldSupport) {
  EXPECT_EQ(Assessed({}).tier(), v1::ESSA_TIER_UNSPECIFIED);
  EXPECT_EQ(Assessed(FiveStudies()).tier(), v1::ESSA_TIER_RATIONALE);
  EXPECT_EQ(Assessed({StudyOf("s", "a", 0.3, 0.01)}).tier(), v1::ESSA_TIER_PROMISING);
  EXPECT_EQ(Assessed(ProvenStudies()).tier(), v1::ESSA_TIER_MODERATE);
  std::vector<Studied> unlike = ProvenStudies();
  for (Studied& one : unlike) one.baseline_difference = 0.26;
  EXPECT_EQ(Assessed(unlike).tier(), v1::ESSA_TIER_PROMISING);
  std::vector<Studied> harmful = ProvenStudies();
  harmful.push_back(StudyOf("r", "f", -0.1, 0.001));
  EXPECT_EQ(Assessed(harmful).tier(), v1::ESSA_TIER_PROMISING) << "it did harm somewhere";
}

TEST(Assessment, TheLibrarysOwnWordComesFirst) {
  v1::Practice practice = Published();
  practice.set_state(v1::PRACTICE_STATE_RETIRED);
  EXPECT_EQ(AssessmentOf(practice, ProvenStudies(), OneUser(), kSmallest).standing(),
            v1::PRACTICE_STANDING_RETIRED);
  practice.set_state(v1::PRACTICE_STATE_DRAFT);
  EXPECT_EQ(AssessmentOf(practice, ProvenStudies(), OneUser(), kSmallest).standing(),
            v1::PRACTICE_STANDING_DRAFT);
  EXPECT_EQ(AssessmentOf(Published(), {}, {}, kSmallest).standing(),
            v1::PRACTICE_STANDING_PUBLISHED);
  EXPECT_EQ(AssessmentOf(Published(), {}, OneUser(), kSmallest).standing(),
            v1::PRACTICE_STANDING_IN_USE);
}

}  // namespace
}  // namespace throughline::cycles
