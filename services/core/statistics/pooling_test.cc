#include "core/statistics/pooling.h"

#include <gtest/gtest.h>

#include <vector>

namespace throughline::core {
namespace {

// Known answers: R's metafor 3.8, rma(method = "DL", test = "adhoc").

TEST(Pool, EqualsMetaforWithoutHeterogeneity) {
  const std::vector<StudyEffect> morris{{0.768465, 0.113382},
                                        {0.800990, 0.035030},
                                        {1.204677, 0.142535},
                                        {1.047725, 0.068136},
                                        {0.438956, 0.163441}};
  const auto pooled = Pool(morris);
  ASSERT_TRUE(pooled);
  EXPECT_NEAR(pooled->effect, 0.861616, 2e-6);
  EXPECT_NEAR(pooled->standard_error, 0.123866, 2e-6);
  EXPECT_NEAR(*pooled->low, 0.517710, 2e-6);
  EXPECT_NEAR(*pooled->high, 1.205522, 2e-6);
  EXPECT_EQ(pooled->tau_squared, 0);
  EXPECT_NEAR(pooled->q, 2.6085, 1e-4);
  EXPECT_EQ(pooled->i_squared, 0);
}

TEST(Pool, EqualsMetaforWithHeterogeneity) {
  const std::vector<StudyEffect> studies{
      {0.10, 0.02}, {0.60, 0.03}, {0.35, 0.025}, {-0.05, 0.04}, {0.80, 0.05}};
  const auto pooled = Pool(studies);
  ASSERT_TRUE(pooled);
  EXPECT_EQ(pooled->k, 5);
  EXPECT_NEAR(pooled->effect, 0.346569, 5e-7);
  EXPECT_NEAR(pooled->standard_error, 0.150734, 5e-7);
  EXPECT_NEAR(*pooled->low, -0.071935, 5e-7);
  EXPECT_NEAR(*pooled->high, 0.765073, 5e-7);
  EXPECT_NEAR(pooled->tau_squared, 0.069312, 5e-7);
  EXPECT_NEAR(pooled->i_squared, 0.694651, 5e-7);
}

TEST(Pool, EqualsMetaforOfThree) {
  const std::vector<StudyEffect> studies{{0.31, 0.02}, {0.22, 0.03}, {0.45, 0.025}};
  const auto pooled = Pool(studies);
  ASSERT_TRUE(pooled);
  EXPECT_NEAR(pooled->effect, 0.331081, 5e-7);
  EXPECT_NEAR(*pooled->low, -0.056351, 5e-7);
  EXPECT_NEAR(*pooled->high, 0.718514, 5e-7);
}

TEST(Pool, OfOneHasNoInterval) {
  const std::vector<StudyEffect> one{{0.3, 0.02}};
  EXPECT_FALSE(Pool(one)->low);
  EXPECT_FALSE(Pool({}));
}

}  // namespace
}  // namespace throughline::core
