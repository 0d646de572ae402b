#include "plans/domain/survey_results.h"

#include <numeric>
#include <random>

#include "plans/domain/coherence.h"
#include "plans/domain/survey_fixture.h"

namespace throughline::plans {
namespace {

using Ballots = std::vector<v1::SurveyBallot>;

v1::SurveyResults Count(const Ballots& ballots) { return ResultsOf(RoundOfTwelve(), ballots); }

Ballots Of(v1::RaterGroup group, const std::vector<int>& levels) {
  Ballots ballots;
  for (int level : levels) ballots.push_back(BallotAt(level, group));
  return ballots;
}

Ballots operator+(Ballots one, const Ballots& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

std::vector<int> ShownGroups(const v1::SurveyResults& results) {
  std::vector<int> shown;
  for (const v1::GroupCount& count : results.groups()) {
    if (count.has_raters()) shown.push_back(count.group());
  }
  return shown;
}

TEST(SurveyResultsTest, AreMeanAndCoherenceByFactorDriverAndLens) {
  const auto results = Count(Of(v1::RATER_GROUP_STAFF, {2, 3, 3, 3, 4}));
  EXPECT_EQ(results.raters(), 5);
  ASSERT_EQ(results.factors_size(), 12);
  EXPECT_EQ(results.factors(0).driver(), v1::DRIVER_CLARITY_OF_FOCUS);
  EXPECT_EQ(results.factors(11).driver(), v1::DRIVER_CONTINUOUS_IMPROVEMENT);
  EXPECT_EQ(results.factors(0).rating().mean(), 3);
  EXPECT_EQ(results.factors(0).rating().coherence(), 0.6);
  EXPECT_EQ(results.drivers_size(), 4);
  EXPECT_EQ(results.drivers(3).rating().coherence(), 0.6);
  EXPECT_EQ(results.lenses_size(), 4);
  EXPECT_EQ(results.lenses(0).rating().mean(), 3);
}

TEST(SurveyResultsTest, SayHowReliableTheInstrumentIs) {
  Ballots ballots = Of(v1::RATER_GROUP_STAFF, {3, 3, 3, 3, 3});
  EXPECT_FALSE(Count(ballots).has_reliability()) << "nothing varies";
  for (v1::SurveyBallot& ballot : ballots) ballot.mutable_levels()->at(0) = 1;
  EXPECT_EQ(Count(ballots).reliability(), 1);
}

TEST(SurveyResultsTest, SayByHowMuchGroupsDiffer) {
  const auto results = Count(Of(v1::RATER_GROUP_STAFF, {2, 2, 2, 2, 2}) +
                             Of(v1::RATER_GROUP_LEADERS, {4, 4, 4, 4, 4}) +
                             Of(v1::RATER_GROUP_DISTRICT, {3, 3, 3, 3, 3}));
  EXPECT_EQ(ShownGroups(results), (std::vector<int>{1, 2, 3}));
  const auto& differences = results.factors(5).differences();
  ASSERT_EQ(differences.size(), 3);
  EXPECT_EQ(differences[0].difference(), -2) << "staff less leaders";
  EXPECT_EQ(differences[2].difference(), 1) << "leaders less district";
}

TEST(SurveyResultsTest, ThereAreNoneOfFewerThanFiveRaters) {
  const auto few = Count(Of(v1::RATER_GROUP_STAFF, {1, 2, 3, 4}));
  EXPECT_EQ(few.absent(), v1::SURVEY_ABSENCE_TOO_FEW_RATERS);
  EXPECT_FALSE(few.has_raters());
  EXPECT_EQ(few.SerializeAsString(), Count({}).SerializeAsString());
}

TEST(SurveyResultsTest, AGroupOfFewIsHiddenWithAnother) {
  const auto results =
      Count(Of(v1::RATER_GROUP_STAFF, {2, 2, 2, 2, 2, 2, 2}) + Of(v1::RATER_GROUP_LEADERS, {4, 4}) +
            Of(v1::RATER_GROUP_DISTRICT, {3, 3, 3, 3, 3, 3}));
  EXPECT_EQ(ShownGroups(results), (std::vector<int>{1}))
      << "staff and district less all would be the two leaders";
}

// Any sum of what is shown, with whatever factors, rests on nobody or on five and more: of all
// raters and of the groups that are shown, each rater is in all of them and in one group at most,
// so it is enough to look at each shown group, and at those in none.
TEST(SurveyResultsTest, NothingRestsOnFewWhateverIsSubtracted) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int64_t> sizes(3);
    Ballots ballots;
    for (int group = 0; group < 3; ++group) {
      sizes[group] = std::uniform_int_distribution<int>(0, 12)(random);
      for (int64_t i = 0; i < sizes[group]; ++i) {
        ballots.push_back(BallotAt(std::uniform_int_distribution<int>(1, 4)(random),
                                   static_cast<v1::RaterGroup>(group + 1)));
      }
    }
    const auto results = Count(ballots);
    int64_t hidden = std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
    for (int group : ShownGroups(results)) {
      EXPECT_GE(sizes[group - 1], kFewestRaters);
      hidden -= sizes[group - 1];
    }
    if (results.has_raters()) {
      EXPECT_TRUE(hidden == 0 || hidden >= kFewestRaters) << testing::PrintToString(sizes);
    } else {
      EXPECT_TRUE(ShownGroups(results).empty());
    }
    for (const v1::FactorRating& factor : results.factors()) {
      EXPECT_EQ(factor.groups_size(), static_cast<int>(ShownGroups(results).size()));
    }
  }
}

// Who of a group said what: two rounds in which two raters of a group have changed places come to
// the same, to the last bit.
TEST(SurveyResultsTest, AreTheSameWhoeverOfAGroupSaidWhat) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    Ballots ballots;
    for (int i = 0; i < 20; ++i) {
      v1::SurveyBallot& ballot =
          ballots.emplace_back(BallotAt(1, static_cast<v1::RaterGroup>(i % 3 + 1)));
      for (char& level : *ballot.mutable_levels()) {
        level = static_cast<char>(std::uniform_int_distribution<int>(1, 4)(random));
      }
    }
    const std::string told = Count(ballots).SerializeAsString();
    std::shuffle(ballots.begin(), ballots.end(), random);
    EXPECT_EQ(Count(ballots).SerializeAsString(), told);
  }
}

// Who of those in hidden groups is in which: two rounds in which two of them have changed groups
// come to the same, as long as the same groups are hidden.
TEST(SurveyResultsTest, OfHiddenGroupsNothingIsToldButWhatTheySayTogether) {
  std::mt19937 random(13);
  int compared = 0;
  for (int round = 0; round < 1000; ++round) {
    Ballots ballots = Of(v1::RATER_GROUP_STAFF, std::vector<int>(8, 3));
    for (int i = 0; i < 6; ++i) {
      const bool leads = std::bernoulli_distribution(0.4)(random);
      ballots.push_back(BallotAt(std::uniform_int_distribution<int>(1, 4)(random),
                                 leads ? v1::RATER_GROUP_LEADERS : v1::RATER_GROUP_DISTRICT));
    }
    const auto told = Count(ballots);
    if (ShownGroups(told) != std::vector<int>{v1::RATER_GROUP_STAFF}) continue;
    std::swap(*ballots[8].mutable_levels(), *ballots[13].mutable_levels());
    EXPECT_EQ(Count(ballots).SerializeAsString(), told.SerializeAsString());
    ++compared;
  }
  EXPECT_GT(compared, 100);
}

TEST(CoherenceTest, IsThatOfTheLatestRoundAndHowFarItMoved) {
  const std::vector<v1::SurveyResults> results = {
      Count(Of(v1::RATER_GROUP_STAFF, {3, 3, 3, 3, 3})), Count({}),
      Count(Of(v1::RATER_GROUP_STAFF, {2, 3, 3, 3, 4}))};
  const auto coherence = CoherenceOf(results);
  ASSERT_TRUE(coherence);
  ASSERT_EQ(coherence->factors_size(), 12);
  EXPECT_EQ(coherence->factors(0).rating().coherence(), 0.6);
  EXPECT_EQ(coherence->factors(0).coherence_change(), -0.4);
  EXPECT_EQ(coherence->factors(0).mean_change(), 0);
  EXPECT_FALSE(CoherenceOf(std::vector<v1::SurveyResults>{Count({})}));
}

TEST(CoherenceTest, OfADistrictIsTheMeanOverItsSchools) {
  const std::vector<v1::SchoolCoherence> schools = {
      *CoherenceOf(std::vector{Count(Of(v1::RATER_GROUP_STAFF, {3, 3, 3, 3, 3}))}),
      *CoherenceOf(std::vector{Count(Of(v1::RATER_GROUP_STAFF, {2, 3, 3, 3, 4}))})};
  const auto factors = MeanCoherence(schools);
  ASSERT_EQ(factors.size(), 12);
  EXPECT_EQ(factors[0].rating().coherence(), 0.8);
  EXPECT_FALSE(factors[0].has_coherence_change());
}

}  // namespace
}  // namespace throughline::plans
