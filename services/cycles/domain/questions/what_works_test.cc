#include "cycles/domain/questions/what_works.h"

#include <gtest/gtest.h>

namespace throughline::cycles {
namespace {

v1::PracticeSummary PracticeOf(const std::string& id, v1::PracticeStanding standing, double effect,
                               double low, double high) {
  v1::PracticeSummary one;
  one.mutable_practice()->set_practice(id);
  v1::PracticeAssessment& known = *one.mutable_assessment();
  known.set_standing(standing);
  known.mutable_pooled()->set_effect(effect);
  known.mutable_pooled()->set_low(low);
  known.mutable_pooled()->set_high(high);
  return one;
}

v1::PracticeSummary NotKnown(const std::string& id) {
  v1::PracticeSummary one = PracticeOf(id, v1::PRACTICE_STANDING_IN_USE, 0, 0, 0);
  one.mutable_assessment()->clear_pooled();
  return one;
}

TEST(WhatWorks, IsByStandingAndThenByEffect) {
  std::vector<v1::PracticeSummary> practices{
      NotKnown("unknown"), PracticeOf("small", v1::PRACTICE_STANDING_IN_USE, 0.1, -0.1, 0.3),
      PracticeOf("large", v1::PRACTICE_STANDING_IN_USE, 0.2, -0.1, 0.5),
      PracticeOf("proven", v1::PRACTICE_STANDING_PROVEN, 0.3, 0.2, 0.4),
      PracticeOf("promising", v1::PRACTICE_STANDING_PROMISING, 0.6, 0.1, 1.1)};
  SortByStanding(practices);
  const v1::WhatWorks answer = WhatWorksOf(practices);
  ASSERT_EQ(answer.practices_size(), 5);
  EXPECT_EQ(answer.practices(0).practice(), "proven");
  EXPECT_EQ(answer.practices(1).practice(), "promising");
  EXPECT_EQ(answer.practices(2).practice(), "large");
  EXPECT_EQ(answer.practices(3).practice(), "small");
  EXPECT_EQ(answer.practices(4).practice(), "unknown");
  EXPECT_EQ(answer.practices(0).link(), "/v1/practices/proven/netEffects");
}

TEST(WhatWorks, TellsWhatWasTriedWithoutEffectFromWhatIsNotKnown) {
  const v1::WhatWorks answer =
      WhatWorksOf({PracticeOf("a", v1::PRACTICE_STANDING_IN_USE, 0.3, 0.1, 0.5),
                   PracticeOf("b", v1::PRACTICE_STANDING_IN_USE, 0.1, -0.1, 0.3),
                   PracticeOf("c", v1::PRACTICE_STANDING_IN_USE, -0.3, -0.5, -0.1), NotKnown("d")});
  EXPECT_EQ(answer.practices(0).found(), v1::EFFECT_FOUND_HELPS);
  EXPECT_EQ(answer.practices(1).found(), v1::EFFECT_FOUND_NONE);
  EXPECT_EQ(answer.practices(2).found(), v1::EFFECT_FOUND_HARMS);
  EXPECT_EQ(answer.practices(3).found(), v1::EFFECT_FOUND_NOT_KNOWN);
  EXPECT_EQ(answer.helps(), 1);
  EXPECT_EQ(answer.none(), 1);
  EXPECT_EQ(answer.harms(), 1);
  EXPECT_EQ(answer.not_known(), 1);
}

TEST(WhatWorks, OneCycleHasNoIntervalOverCycles) {
  v1::PracticeSummary one = PracticeOf("a", v1::PRACTICE_STANDING_IN_USE, 0.9, 0, 0);
  one.mutable_assessment()->mutable_pooled()->clear_low();
  one.mutable_assessment()->mutable_pooled()->clear_high();
  EXPECT_EQ(EffectOf(one.assessment()), v1::EFFECT_FOUND_NOT_KNOWN);
}

}  // namespace
}  // namespace throughline::cycles
