#include "evidence/domain/behind.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/date.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/cycle_numbers.h"

namespace throughline::evidence {
namespace {

using core::Finding;

constexpr int32_t kStart = 19'999;  // a Thursday: 2024-10-03

void Add(v1::EvidenceRow& row, int32_t day, double before, double now, const std::string& group) {
  v1::ContributionRow one;
  one.mutable_baseline()->set_ppm(static_cast<int32_t>(std::lround(before * 1e4)));
  one.mutable_current()->set_ppm(static_cast<int32_t>(std::lround(now * 1e4)));
  one.mutable_current()->set_day(day);
  one.add_groups(group);
  PutIn(one, row);
}

// Of results on one assessment.
Pool PoolOf(const v1::EvidenceRow& row) {
  return MainOf(PoolsOf(row, [](const std::string&) { return Known(); }));
}

v1::Watch Watched(int indicators = 1) {
  v1::Watch watch;
  watch.set_start(kStart);
  for (int i = 0; i < indicators; ++i) watch.add_indicators();
  return watch;
}

common::v1::Policy PolicyOf(double gap_widening = 0.1) {
  common::v1::Policy policy;
  policy.set_days_per_year(180);
  policy.set_gap_widening(gap_widening);
  return policy;
}

TEST(TestGrowth, HoldsEachStudentToTheDayOfTheResult) {
  const auto calendar = *core::InstructionalCalendar::Create({}, {});
  v1::EvidenceRow row;
  core::Sums sums;
  for (int i = 0; i < 15; ++i) {
    const double before = 40 + 3 * i % 19;
    const int32_t day = kStart + 4 * (i % 3);  // days 1, 3 (a Monday), 7
    Add(row, day, before, before + i % 4 - 2, "g:1");
  }
  double mean = 0;
  for (int i = 0; i < 15; ++i) mean += (40 + 3 * i % 19) / 15.0;
  const int days[] = {1, 3, 7};
  for (int i = 0; i < 15; ++i) {
    const double over = (i % 4 - 2) - mean * 0.5 * days[i % 3] / 180;
    sums.n += 1;
    sums.sum += over;
    sums.squares += over * over;
  }
  const Tested tested = TestGrowth(PoolOf(row), Watched(), 0.5, PolicyOf(), calendar);
  ASSERT_TRUE(tested.test);
  EXPECT_NEAR(tested.test->t(), core::MeanOf(sums)->T(), 1e-9);
  EXPECT_EQ(tested.test->degrees_of_freedom(), 14);
  EXPECT_NEAR(tested.test->log_evidence(), core::LogEvidence(*core::MeanOf(sums)), 1e-9);
}

TEST(TestGrowth, SaysNothingOfNobodyAndIsSureOfEquals) {
  const auto calendar = *core::InstructionalCalendar::Create({}, {});
  EXPECT_FALSE(TestGrowth(Pool(), Watched(), 0.2, PolicyOf(), calendar).test);
  v1::EvidenceRow row;
  for (int i = 0; i < 12; ++i) Add(row, kStart, 40 + i, 37 + i, "g:1");
  const Tested fell = TestGrowth(PoolOf(row), Watched(), 0.2, PolicyOf(), calendar);
  EXPECT_EQ(fell.finding, Finding::kFound);
  EXPECT_FALSE(fell.test->has_t()) << "there is no spread";
  EXPECT_NEAR(fell.test->log_evidence(), -5.5 * std::log(4.0 / 16), 1e-9);
}

// Team A of core/statistics/anytime_valid_test.cc, where the group is behind.
TEST(TestGroups, EqualsLeastSquaresOfOneTeam) {
  const double group[] = {-11.2, -15.9, -6.2, -0.2, 6.2, -3.0, -9.0, -11.1, 2.7, 10.7, -1.5, -15.1};
  const double rest[] = {-6.6, 16.4, 3.8,  -13.6, 1.2, -8.5,  -3.7, -2.4, -4.4,
                         7.0,  1.4,  -3.3, 5.7,   9.5, -12.8, -0.3, -6.8, 0.4};
  v1::EvidenceRow row;
  for (int i = 0; i < 12; ++i) Add(row, kStart, 40 + i, 40 + i + group[i], "g:1");
  for (int i = 0; i < 18; ++i) Add(row, kStart, 50 + i, 50 + i + rest[i], "g:2");
  const auto tested = TestGroups(PoolOf(row), Watched(2), PolicyOf());
  ASSERT_EQ(tested.size(), 1) << "the other is ahead";
  EXPECT_EQ(tested[0].gap.group(), "g:1");
  const common::v1::TriggerTest& test = *tested[0].tested.test;
  EXPECT_NEAR(test.t(), -1.183939, 1e-6);
  EXPECT_EQ(test.degrees_of_freedom(), 28);
  EXPECT_NEAR(test.information(), 7.2, 1e-9);
  EXPECT_NEAR(test.log_evidence(), -0.063463, 1e-6);
  EXPECT_EQ(test.questions(), 2) << "of two indicators";
  EXPECT_EQ(test.students(), 30);
  EXPECT_EQ(test.basis(), common::v1::BASIS_ABSOLUTE);
  const common::v1::GapEvidence& gap = tested[0].gap;
  EXPECT_EQ(gap.basis(), common::v1::BASIS_ABSOLUTE);
  const double standard_error = gap.difference() / test.t();
  EXPECT_NEAR(gap.difference_high() - gap.difference(),
              *core::AnytimeHalfWidth({0, standard_error * std::sqrt(7.2), 7.2, 28}, 0.05), 1e-6);
  EXPECT_NEAR(gap.difference_low() + gap.difference_high(), 2 * gap.difference(), 1e-9);
  // Baselines 40 to 51 and 50 to 67: sums of squares 143 and 484.5, of 28 degrees of freedom.
  EXPECT_NEAR(gap.difference_sd(), gap.difference() / std::sqrt(627.5 / 28), 1e-9);
}

TEST(TestGroups, AndGrowthAreNotTestedWhereChangesAreUnequated) {
  v1::EvidenceRow row;
  for (int i = 0; i < 30; ++i) {
    v1::ContributionRow one;
    one.mutable_baseline()->set_ppm(400'000 + 1'000 * i);
    one.mutable_baseline()->set_assessment("fall");
    one.mutable_current()->set_ppm(300'000 + (i % 2 == 0 ? -1'000 : 1'500) * i);
    one.mutable_current()->set_assessment("winter");
    one.mutable_current()->set_day(kStart);
    one.add_groups(i % 2 == 0 ? "g:1" : "g:2");
    PutIn(one, row);
  }
  const Pool pool = PoolOf(row);
  EXPECT_EQ(pool.basis, common::v1::BASIS_UNEQUATED);
  EXPECT_TRUE(TestGroups(pool, Watched(), PolicyOf()).empty());
  const auto calendar = *core::InstructionalCalendar::Create({}, {});
  const Tested growth = TestGrowth(pool, Watched(), 0.2, PolicyOf(), calendar);
  EXPECT_EQ(growth.finding, Finding::kCleared);
  EXPECT_FALSE(growth.test);
  EXPECT_FALSE(GapsOf(pool, 10, PolicyOf()).empty()) << "they are shown";
}

TEST(TestGrowth, LooksForTheEffectThatThePolicySays) {
  const auto calendar = *core::InstructionalCalendar::Create({}, {});
  v1::EvidenceRow row;
  for (int i = 0; i < 20; ++i) Add(row, kStart, 40 + i, 39 + i + i % 5, "g:1");
  common::v1::Policy small = PolicyOf();
  small.set_effect_prior(40);
  const auto log_evidence = [&](const common::v1::Policy& policy) {
    return TestGrowth(PoolOf(row), Watched(), 0.2, policy, calendar).test->log_evidence();
  };
  const Pool pool = PoolOf(row);
  const double t = TestGrowth(pool, Watched(), 0.2, small, calendar).test->t();
  EXPECT_NEAR(log_evidence(PolicyOf()), core::LogEvidence(t, 19, 20, 4), 1e-9);
  EXPECT_NEAR(log_evidence(small), core::LogEvidence(t, 19, 20, 40), 1e-9);
}

TEST(TestGroups, HasToMatter) {
  v1::EvidenceRow row;  // sure, but by 1 where baselines spread by 5
  for (int i = 0; i < 40; ++i) {
    Add(row, kStart, 40 + i % 15, 40 + i % 15 + i % 3 * 0.1, "g:1");
    Add(row, kStart, 50 + i % 15, 51 + i % 15 + i % 3 * 0.1, "g:2");
  }
  EXPECT_EQ(TestGroups(PoolOf(row), Watched(), PolicyOf(0.1)).at(0).tested.finding,
            Finding::kFound);
  EXPECT_EQ(TestGroups(PoolOf(row), Watched(), PolicyOf(0.3)).at(0).tested.finding, Finding::kOpen);
}

TEST(TestGroups, CountsTheGroupsThatAreLargeEnoughAndBehind) {
  v1::EvidenceRow row;
  for (int i = 0; i < 12; ++i) {
    Add(row, kStart, 40 + i, 41 + i, "g:1");
    Add(row, kStart, 45 + i, 47 + i, "g:2");
    Add(row, kStart, 70 + i, 71 + i, "g:3");
    if (i < 9) Add(row, kStart, 30 + i, 20 + i, "g:4");
  }
  const auto tested = TestGroups(PoolOf(row), Watched(), PolicyOf());
  ASSERT_EQ(tested.size(), 2);
  EXPECT_EQ(tested[0].gap.group(), "g:1");
  EXPECT_EQ(tested[1].gap.group(), "g:2");
  EXPECT_EQ(tested[0].tested.test->questions(), 2);
  EXPECT_NEAR(tested[0].tested.test->log_threshold(), std::log(20), 1e-9);
}

}  // namespace
}  // namespace throughline::evidence
