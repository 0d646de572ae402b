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

RC_GTEST_PROP(PairedMoments, OfPartsMakeThoseOfTheWhole, ()) {
  auto whole = AnyPairs();
  const auto cut = *rc::gen::inRange<size_t>(0, whole.size() + 1);
  const auto middle = whole.begin() + static_cast<std::ptrdiff_t>(cut);
  PairedMoments moments = Of({whole.begin(), middle});
  moments += Of({middle, whole.end()});
  RC_ASSERT(moments == Of(whole));
  moments -= Of({middle, whole.end()});
  RC_ASSERT(moments == Of({whole.begin(), middle}));
}

RC_GTEST_PROP(Moments, TakingOutAPartLeavesTheRest, ()) {
  const Moments rest = Of(AnyPairs()).baseline();
  const Moments part = Of(AnyPairs()).current();
  Moments moments = rest;
  moments += part;
  moments -= part;
  RC_ASSERT(moments == rest);
}

RC_GTEST_PROP(PairedMoments, AreTheSameAfterStorage, ()) {
  const PairedMoments moments = Of(AnyPairs());
  const auto stored = [](const Moments& one) { return Moments(one.n(), one.sum(), one.squares()); };
  RC_ASSERT(PairedMoments(stored(moments.baseline()), stored(moments.current()),
                          moments.products()) == moments);
}

TEST(Moments, HoldSumsBeyond64Bits) {
  Moments moments;
  const Moments million(1'000'000, 1'000'000'000'000, {0, 1'000'000'000'000'000'000});
  for (int i = 0; i < 40; ++i) moments += million;
  EXPECT_EQ(moments.squares(), (WideSum{2, 3'106'511'852'580'896'768}));  // 4e19 - 2 * 2^64
  EXPECT_DOUBLE_EQ(moments.Deviations(), 0.0);
}

TEST(PairedMoments, TellChangesThatDifferLittleOfScoresThatDifferMuch) {
  PairedMoments pairs;
  for (int i = 0; i < 200'000; ++i) {
    const int baseline = i * 7 % 900'000;
    pairs.Add(baseline, baseline + 10'000 + i % 2);
  }
  EXPECT_DOUBLE_EQ(pairs.MeanChange(), 10'000.5);
  EXPECT_DOUBLE_EQ(*pairs.VarianceOfChange(), 50'000.0 / 199'999);  // n / 4 over n - 1
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
