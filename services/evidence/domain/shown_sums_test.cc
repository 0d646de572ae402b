#include "evidence/domain/shown_sums.h"

#include <gtest/gtest.h>

#include "core/statistics/paired_moments.h"
#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

core::PairedMoments MomentsOf(const common::v1::PairedSums& sums) {
  using core::Moments;
  return {Moments(sums.n(), sums.before(), {sums.before_squares_high(), sums.before_squares_low()}),
          Moments(sums.n(), sums.after(), {sums.after_squares_high(), sums.after_squares_low()}),
          {sums.products_high(), sums.products_low()}};
}

Pool PoolOf(const core::PairedMoments& moments, common::v1::Basis basis, const core::Unit& unit) {
  Pool pool;
  pool.basis = basis;
  pool.pairs = core::PairedSummary(moments, unit, unit);
  return pool;
}

core::PairedMoments SomeStudents() {
  core::PairedMoments moments;
  for (int i = 0; i < 30; ++i) moments.Add(312'345 + 17'011 * i, 289'123 + 19'013 * i % 701'111);
  return moments;
}

TEST(ShownSums, OfPercentsOfScaleAreExact) {
  const core::PairedMoments moments = SomeStudents();
  const auto sums = ShownSums(PoolOf(moments, common::v1::BASIS_ABSOLUTE, {0, 1e4}));
  EXPECT_EQ(MomentsOf(sums), moments) << "to the last millionth of the scale";
}

// Below the mean of the district scores are negative, and so may the sum of products be.
TEST(ShownSums, OfStandardDeviationsMayBeNegative) {
  const core::PairedMoments moments = SomeStudents();
  const core::Unit unit{700'000, 90'000};
  const Pool pool = PoolOf(moments, common::v1::BASIS_RELATIVE, unit);
  const core::PairedMoments sums = MomentsOf(ShownSums(pool));
  EXPECT_LT(sums.baseline().sum(), 0);
  EXPECT_NEAR(sums.MeanChange(), pool.pairs.change.mean * 1e6, 1);
  EXPECT_NEAR(*sums.Correlation(), *pool.pairs.Correlation(), 1e-6);
  EXPECT_NEAR(sums.baseline().Deviations(), pool.pairs.baseline.deviations * 1e12, 1e7);
}

TEST(ShownSums, OfWhatCannotBeComparedThereAreNone) {
  const Pool pool = PoolOf(SomeStudents(), common::v1::BASIS_UNEQUATED, {0, 1e4});
  EXPECT_EQ(ShownSums(pool).n(), 0);
  EXPECT_EQ(ShownSums(Pool()).n(), 0);
}

TEST(ShownSums, AreOfTheStudentsWhomReadersAreShown) {
  School school;
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-20T12:00:00Z"));
  school.PushAll(20, "2024-08-20", 50, 60);
  const auto whole = school.PushAll(20, "2024-09-12", 56, 66);
  const auto* summarized = whole.First<v1::EvidenceSummarized>();
  ASSERT_NE(summarized, nullptr);
  EXPECT_EQ(summarized->shown_sums().n(), 20);
  const auto later =
      school.Push({School::Of(20, "2024-08-20", 50), School::Of(20, "2024-09-12", 90)});
  const auto* one_more = later.First<v1::EvidenceSummarized>();
  ASSERT_NE(one_more, nullptr);
  EXPECT_EQ(one_more->evidence().matched(), 21);
  EXPECT_EQ(one_more->shown_sums().SerializeAsString(),
            summarized->shown_sums().SerializeAsString())
      << "who is held back is not in them";
}

}  // namespace
}  // namespace throughline::evidence
