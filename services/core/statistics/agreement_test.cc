#include "core/statistics/agreement.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

double Agreement(std::vector<int> ratings) { return WithinGroupAgreement(ratings, 4).value(); }

// James, Demaree and Wolf (1984), by hand.
TEST(WithinGroupAgreementTest, IsOneLessTheVarianceInShareOfThatOfChance) {
  EXPECT_NEAR(Agreement({3, 3, 3, 4}), 0.80, 1e-12);
  EXPECT_NEAR(Agreement({2, 3, 3, 3, 4}), 0.60, 1e-12);
  EXPECT_EQ(Agreement({2, 2, 2}), 1);
}

TEST(WithinGroupAgreementTest, IsNotUnderZero) {
  EXPECT_EQ(Agreement({1, 2, 3, 4}), 0);
  EXPECT_EQ(Agreement({1, 1, 4, 4}), 0);
}

TEST(WithinGroupAgreementTest, IsAbsentForOneRater) {
  EXPECT_FALSE(WithinGroupAgreement(std::vector<int>{3}, 4));
  EXPECT_FALSE(WithinGroupAgreement({}, 4));
}

// Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): four observers, twelve units.
std::vector<std::vector<int>> Canonical() {
  return {{1, 1, 1},    {2, 2, 3, 2}, {3, 3, 3, 3}, {3, 3, 3, 3}, {2, 2, 2, 2}, {1, 2, 3, 4},
          {4, 4, 4, 4}, {1, 1, 2, 1}, {2, 2, 2, 2}, {5, 5, 5},    {1, 1},       {3}};
}

TEST(KrippendorffAlphaTest, IsThatOfThePaper) {
  EXPECT_NEAR(KrippendorffAlpha(Canonical(), Distance::kNominal).value(), 0.743, 5e-4);
  EXPECT_NEAR(KrippendorffAlpha(Canonical(), Distance::kOrdinal).value(), 0.815, 5e-4);
  EXPECT_NEAR(KrippendorffAlpha(Canonical(), Distance::kInterval).value(), 0.849, 5e-4);
}

TEST(KrippendorffAlphaTest, IsOneWhereRatersAgreeOnUnitsThatDiffer) {
  const std::vector<std::vector<int>> units = {{1, 1, 1}, {4, 4, 4}};
  EXPECT_EQ(KrippendorffAlpha(units, Distance::kOrdinal), 1);
}

TEST(KrippendorffAlphaTest, IsAbsentWhereNothingVaries) {
  const std::vector<std::vector<int>> same = {{3, 3}, {3, 3}}, single = {{1}, {2}};
  EXPECT_FALSE(KrippendorffAlpha(same, Distance::kOrdinal));
  EXPECT_FALSE(KrippendorffAlpha(single, Distance::kOrdinal));
}

TEST(HasFallenByTest, IsExactOfHundredths) {
  EXPECT_TRUE(HasFallenBy(0.9, 0.7, 0.2)) << "0.9 - 0.7 is less than 0.2 in binary";
  EXPECT_FALSE(HasFallenBy(0.9, 0.71, 0.2));
  EXPECT_FALSE(HasFallenBy(0.7, 0.9, 0.2));
}

}  // namespace
}  // namespace throughline::core
