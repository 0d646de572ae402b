#include "core/statistics/summary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace throughline::core {
namespace {

using Pairs = std::vector<std::pair<int, int>>;

PairedMoments Of(const Pairs& pairs) {
  PairedMoments moments;
  for (const auto& [baseline, current] : pairs) moments.Add(baseline, current);
  return moments;
}

const Pairs kSome = {{400, 380}, {550, 500}, {620, 630}, {480, 410}};
const Pairs kOthers = {{700, 660}, {660, 640}, {520, 470}};

// By the two-pass formulas, on numbers in other units.
PairedSummary Counted(const std::vector<std::pair<double, double>>& pairs) {
  PairedSummary summary;
  const auto n = static_cast<double>(pairs.size());
  summary.baseline.n = summary.current.n = summary.change.n = n;
  for (const auto& [before, now] : pairs) {
    summary.baseline.mean += before / n;
    summary.current.mean += now / n;
    summary.change.mean += (now - before) / n;
  }
  for (const auto& [before, now] : pairs) {
    const double b = before - summary.baseline.mean, c = now - summary.current.mean;
    summary.baseline.deviations += b * b;
    summary.current.deviations += c * c;
    summary.change.deviations += std::pow(now - before - summary.change.mean, 2);
    summary.codeviations += b * c;
  }
  return summary;
}

void ExpectNear(const PairedSummary& a, const PairedSummary& b) {
  for (const auto part :
       {&PairedSummary::baseline, &PairedSummary::current, &PairedSummary::change}) {
    EXPECT_EQ((a.*part).n, (b.*part).n);
    EXPECT_NEAR((a.*part).mean, (b.*part).mean, 1e-12);
    EXPECT_NEAR((a.*part).deviations, (b.*part).deviations, 1e-11);
  }
  EXPECT_NEAR(a.codeviations, b.codeviations, 1e-11);
}

std::vector<std::pair<double, double>> Counting(const Pairs& pairs, const Unit& before,
                                                const Unit& now) {
  std::vector<std::pair<double, double>> counted;
  for (const auto& [baseline, current] : pairs) {
    counted.emplace_back((baseline - before.zero) / before.one, (current - now.zero) / now.one);
  }
  return counted;
}

TEST(PairedSummary, IsThatOfCountingEachScoreInAnotherUnit) {
  const Unit before{500, 110}, now{430, 95};
  ExpectNear(PairedSummary(Of(kSome), before, now), Counted(Counting(kSome, before, now)));
  const Unit percent{0, 10};
  ExpectNear(PairedSummary(Of(kSome), percent, percent),
             Counted(Counting(kSome, percent, percent)));
}

TEST(PairedSummary, OfPartsInSeveralUnitsIsThatOfAll) {
  const Unit before{500, 110}, now{430, 95}, other{600, 80};
  PairedSummary together(Of(kSome), before, now);
  together += PairedSummary();
  together += PairedSummary(Of(kOthers), other, now);
  auto all = Counting(kSome, before, now);
  for (const auto& pair : Counting(kOthers, other, now)) all.push_back(pair);
  ExpectNear(together, Counted(all));
  EXPECT_NEAR(*together.Correlation(), *Counted(all).Correlation(), 1e-12);
  PairedSummary first;
  first += together;
  ExpectNear(first, together);
}

TEST(PairedSummary, TellsChangesThatDifferLittleOfScoresThatDifferMuch) {
  PairedMoments pairs;
  for (int i = 0; i < 200'000; ++i) {
    const int baseline = i * 7 % 900'000;
    pairs.Add(baseline, baseline + 10'000 + i % 2);
  }
  const PairedSummary percent(pairs, {0, 1e4}, {0, 1e4});
  EXPECT_NEAR(*percent.change.Variance(), 0.25e-8, 1e-13);
}

TEST(Summary, OfNobodyHasNoVariance) {
  EXPECT_EQ(Summary(Moments(), {500, 110}).mean, 0);
  EXPECT_FALSE(Summary(Moments()).Variance());
  EXPECT_FALSE(PairedSummary().Correlation());
}

}  // namespace
}  // namespace throughline::core
