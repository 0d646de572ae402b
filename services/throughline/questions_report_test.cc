#include "throughline/questions_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace throughline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kMoment = 1'790'000'000'000;

std::string Written(const cycles::v1::GetQuestionsResponse& questions) {
  std::ostringstream out;
  WriteQuestions(questions, DistrictClock("UTC"), out);
  return out.str();
}

cycles::v1::GetQuestionsResponse Questions() {
  cycles::v1::GetQuestionsResponse questions;
  questions.set_district("lakeside");
  auto& who = *questions.mutable_struggling()->mutable_who_struggles();
  who.set_as_of_ms(kMoment);
  questions.mutable_struggling()->set_smallest_cell(10);
  auto& place = *who.add_by_indicator();
  place.set_indicator("reading");
  auto& counts = *place.mutable_counts();
  counts.set_students_at_least(1400);
  counts.set_struggling_at_least(60);
  counts.set_persisting_at_least(40);
  counts.set_new_at_least(10);
  counts.set_recovered_at_least(20);
  return questions;
}

TEST(QuestionsReport, HasFourHeadedAnswersWithTheirMoments) {
  const std::string page = Written(Questions());
  EXPECT_THAT(page, HasSubstr("The four questions, district lakeside\n"));
  EXPECT_THAT(page, HasSubstr("1  Who struggles most? (as of "));
  EXPECT_THAT(page, HasSubstr("2  What are the root causes?\n"));
  EXPECT_THAT(page, HasSubstr("3  What works, and how do we know?\n"));
  EXPECT_THAT(page, HasSubstr("4  Does it reach everybody?\n"));
}

TEST(QuestionsReport, SaysCountsWithWhatTheyAreOf) {
  EXPECT_THAT(Written(Questions()),
              HasSubstr("reading: at least 60 of at least 1,400 students struggle, 40 of them "
                        "still and 10 anew; at least 20 more do no longer."));
}

TEST(QuestionsReport, WhatIsHiddenIsSaidToBeAndIsNoZero) {
  auto questions = Questions();
  auto& counts = *questions.mutable_struggling()
                      ->mutable_who_struggles()
                      ->mutable_by_indicator(0)
                      ->mutable_counts();
  counts.Clear();
  counts.set_students_at_least(40);
  counts.set_suppressed(true);
  const std::string page = Written(questions);
  EXPECT_THAT(page, HasSubstr("of at least 40 students too few struggle, or do not, to say"));
  EXPECT_THAT(page, Not(HasSubstr("at least 0")));
}

TEST(QuestionsReport, SaysOfAPracticeWhetherItWorksAndWhomItMisses) {
  auto questions = Questions();
  questions.mutable_what_works()->set_helps(1);
  auto& tried = *questions.mutable_what_works()->add_practices();
  tried.set_name("Think, pair, share");
  tried.set_found(cycles::v1::EFFECT_FOUND_HELPS);
  tried.mutable_assessment()->set_standing(cycles::v1::PRACTICE_STANDING_PROMISING);
  auto& pooled = *tried.mutable_assessment()->mutable_pooled();
  pooled.set_cycles(3);
  pooled.set_students(90);
  pooled.set_effect(0.31);
  pooled.set_low(0.02);
  pooled.set_high(0.6);
  auto& reach = *questions.mutable_reach()->add_practices();
  questions.mutable_reach()->set_teams(6);
  reach.set_name("Think, pair, share");
  reach.set_standing(cycles::v1::PRACTICE_STANDING_PROMISING);
  reach.set_teams(3);
  reach.set_schools(1);
  reach.set_reach(0.5);
  reach.set_warning("It reaches fewer than their share of students who struggle.");
  const std::string page = Written(questions);
  EXPECT_THAT(page, HasSubstr("Think, pair, share (promising): helps; net effect +0.31 SD "
                              "(95 %: +0.02 to +0.60) over k = 3 cycles with 90 students"));
  EXPECT_THAT(page, HasSubstr("(promising): 3 of 6 teams in 1 school; 50.0 % of the students."));
  EXPECT_THAT(page, HasSubstr("It reaches fewer than their share"));
}

}  // namespace
}  // namespace throughline
