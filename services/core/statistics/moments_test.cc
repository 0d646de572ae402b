#include "core/statistics/moments.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>

#include "core/statistics/paired_moments.h"

namespace throughline::core {
namespace {

std::vector<std::pair<int, int>> AnyPairs() {
  const auto score = rc::gen::inRange(0, 1'000'001);
  return *rc::gen::container<std::vector<std::pair<int, int>>>(rc::gen::pair(score, score));
}

PairedMoments Of(const std::vector<std::pair<int, int>>& pairs) {
  PairedMoments moments;
  for (auto [baseline, current] : pairs) moments.Add(baseline, current);
  return moments;
}

RC_GTEST_PROP(PairedMoments, DoNotDependOnTheOrder, ()) {
  auto pairs = AnyPairs();
  const PairedMoments before = Of(pairs);
  std::mt19937 random(7);
  std::shuffle(pairs.begin(), pairs.end(), random);
  RC_ASSERT(Of(pairs) == before);
}

RC_GTEST_PROP(PairedMoments, TakingOutLeavesNoTrace, ()) {
  const auto kept = AnyPairs();
  const auto taken = AnyPairs();
  PairedMoments moments = Of(kept);
  moments += Of(taken);
  for (auto [baseline, current] : taken) moments.Remove(baseline, current);
  RC_ASSERT(moments == Of(kept));
}

TEST(Moments, TellSmallDifferencesOfLargeScores) {
  Moments moments;
  for (int i = 0; i < 1'000'000; ++i) moments.Add(999'999 + i % 2);
  EXPECT_DOUBLE_EQ(moments.Mean(), 999'999.5);
  EXPECT_DOUBLE_EQ(moments.Deviations(), 250'000.0);
}

TEST(Moments, HaveNoVarianceOfOneValue) {
  Moments moments;
  moments.Add(3);
  EXPECT_FALSE(moments.Variance());
  moments.Add(5);
  EXPECT_DOUBLE_EQ(*moments.Variance(), 2.0);
}

}  // namespace
}  // namespace throughline::core
