#include "core/statistics/proportion.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

// Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in
// Medicine 17, table I, method 3.
TEST(Proportion, EqualsNewcombe) {
  struct {
    int64_t seen, cases;
    double low, high;
  } const examples[] = {{81, 263, 0.2553, 0.3662},
                        {15, 148, 0.0624, 0.1605},
                        {0, 20, 0.0000, 0.1611},
                        {1, 29, 0.0061, 0.1718}};
  for (const auto& one : examples) {
    const auto proportion = ProportionOf(one.seen, one.cases);
    ASSERT_TRUE(proportion);
    EXPECT_DOUBLE_EQ(proportion->share, static_cast<double>(one.seen) / one.cases);
    EXPECT_NEAR(proportion->low, one.low, 5e-5);
    EXPECT_NEAR(proportion->high, one.high, 5e-5);
  }
}

TEST(Proportion, OfAllAndOfNoneAreEachOthersMirror) {
  for (int64_t cases = 1; cases <= 40; ++cases) {
    const auto none = ProportionOf(0, cases), all = ProportionOf(cases, cases);
    EXPECT_NEAR(none->low, 0, 1e-12);
    EXPECT_NEAR(all->high, 1, 1e-12);
    EXPECT_LE(all->high, 1);
    EXPECT_NEAR(none->high, 1 - all->low, 1e-12);
  }
}

TEST(Proportion, OfNoCasesIsNone) { EXPECT_FALSE(ProportionOf(0, 0)); }

}  // namespace
}  // namespace throughline::core
