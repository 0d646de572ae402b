#include "cycles/domain/impact.h"

#include <gtest/gtest.h>

namespace throughline::cycles {
namespace {

common::v1::CycleEvidence Interval(double low, double high) {
  common::v1::CycleEvidence evidence;
  evidence.set_effect_low(low);
  evidence.set_effect_high(high);
  return evidence;
}

TEST(Verdict, GoesByTheIntervalAndThePrediction) {
  static_assert(VerdictOf(0.31, 0.50, 0.30) == v1::VERDICT_EXCEEDED);
  static_assert(VerdictOf(0.05, 0.29, 0.30) == v1::VERDICT_SHORT);
  static_assert(VerdictOf(0.05, 0.40, 0.30) == v1::VERDICT_MET);
  static_assert(VerdictOf(-0.05, 0.40, 0.30) == v1::VERDICT_INCONCLUSIVE);
  static_assert(VerdictOf(0.30, 0.30, 0.30) == v1::VERDICT_MET);
}

// Intervals from R 4.2, metafor: escalc(measure="SMCR", m2i=50, sd1i=12, ni=25, …), 95 %.
TEST(Impact, VerdictComesFromTheInterval) {
  // m1i=62, ri=.7: d 0.968
  EXPECT_EQ(VerdictOf(Interval(0.563100, 1.373631), 0.4), v1::VERDICT_EXCEEDED);
  // m1i=52, ri=.7: d 0.161
  EXPECT_EQ(VerdictOf(Interval(-0.145520, 0.468308), 0.5), v1::VERDICT_SHORT);
  // m1i=55, ri=.7: d 0.403
  EXPECT_EQ(VerdictOf(Interval(0.079907, 0.727064), 0.4), v1::VERDICT_MET);
  // m1i=51, ri=.2: d 0.081
  EXPECT_EQ(VerdictOf(Interval(-0.415643, 0.577037), 0.4), v1::VERDICT_INCONCLUSIVE);
}

TEST(Impact, ShortComesBeforeMet) {
  // Above zero, and yet wholly under what was predicted.
  EXPECT_EQ(VerdictOf(Interval(0.079907, 0.727064), 0.8), v1::VERDICT_SHORT);
}

TEST(Impact, IsInconclusiveWhenDataDetermineNoEffect) {
  EXPECT_EQ(VerdictOf({}, 0.4), v1::VERDICT_INCONCLUSIVE);
}

TEST(Impact, IsInconclusiveWhereChangesCannotBeCompared) {
  common::v1::CycleEvidence evidence = Interval(0.563100, 1.373631);
  evidence.set_basis(common::v1::BASIS_RELATIVE);
  EXPECT_EQ(VerdictOf(evidence, 0.4), v1::VERDICT_EXCEEDED);
  evidence.set_basis(common::v1::BASIS_UNEQUATED);
  EXPECT_EQ(VerdictOf(evidence, 0.4), v1::VERDICT_INCONCLUSIVE);
}

TEST(Impact, IsOfTheIndicatorsOwnNumbers) {
  v1::Cycle cycle;
  cycle.add_indicators()->set_indicator("a");
  cycle.add_indicators()->set_indicator("b");
  cycle.mutable_indicators(1)->set_predicted_effect(0.4);
  cycle.add_evidence();
  *cycle.add_evidence() = Interval(0.563100, 1.373631);
  const v1::Impact impact = ImpactOf(cycle, cycle.indicators(1));
  EXPECT_EQ(impact.verdict(), v1::VERDICT_EXCEEDED);
  EXPECT_EQ(impact.predicted_effect(), 0.4);
  EXPECT_EQ(impact.evidence().effect_low(), 0.563100);
  EXPECT_FALSE(EvidenceOf(cycle, "a").has_effect_low());
  EXPECT_FALSE(EvidenceOf(cycle, "c").has_effect_low());
}

}  // namespace
}  // namespace throughline::cycles
