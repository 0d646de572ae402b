#include "core/statistics/effect_size.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

// R's metafor 3.8-1, escalc; it corrects with the exact gamma function where Becker and Hedges give
// 1 - 3/(4m - 1), so its estimate is divided by the one and multiplied by the other:
//   cm <- function(m) exp(lgamma(m/2) - log(sqrt(m/2)) - lgamma((m-1)/2)); J <- function(m)
//   1-3/(4*m-1)

TEST(StandardizedMeanChange, EqualsMetaforSmcr) {
  // e <- escalc("SMCR", m1i=mean(c), m2i=mean(b), sd1i=sd(b), ni=8, ri=cor(b,c))  (data of
  // growth_test) d <- e$yi/cm(7)*J(7); 2*(1-r)/n + d^2/(2*n)
  const int b[] = {412000, 455000, 500000, 380000, 610000, 295000, 705000, 520000};
  const int c[] = {450000, 470000, 490000, 430000, 650000, 330000, 700000, 560000};
  PairedMoments pairs;
  for (int i = 0; i < 8; ++i) pairs.Add(b[i], c[i]);
  auto effect = StandardizedMeanChange(pairs);
  ASSERT_TRUE(effect);
  EXPECT_NEAR(effect->d, 0.17311846120201, 1e-12);
  EXPECT_NEAR(effect->variance, 0.00523814829621, 1e-12);
  EXPECT_NEAR(effect->d, 0.17298486068789, 2e-4);  // uncorrected metafor
  EXPECT_NEAR(*pairs.Correlation(), 0.98653990721740, 1e-12);
}

TEST(HedgesG, EqualsMetaforSmd) {
  // e <- escalc("SMD", m1i=mean(x), sd1i=sd(x), n1i=11, m2i=mean(y), sd2i=sd(y), n2i=10,
  // vtype="LS")
  const int x[] = {700000, 650000, 720000, 580000, 690000, 810000,
                   640000, 600000, 755000, 665000, 710000};
  const int y[] = {500000, 610000, 550000, 480000, 640000, 590000, 520000, 570000, 630000, 450000};
  Moments complement, group;
  for (int score : x) complement.Add(score);
  for (int score : y) group.Add(score);
  auto gap = HedgesG(complement, group);
  ASSERT_TRUE(gap);
  EXPECT_NEAR(gap->d, 1.885841491139, 1e-11);
  EXPECT_NEAR(gap->variance, 0.275585236854, 1e-11);
  EXPECT_NEAR(HedgesG(group, complement)->d, -gap->d, 1e-12);
}

TEST(EffectSizes, AreAbsentWhereTheDataDoNotSayThem) {
  PairedMoments pairs;
  for (int i = 0; i < 5; ++i) pairs.Add(500'000, 500'000 + i);
  EXPECT_FALSE(StandardizedMeanChange(pairs));
  Moments same;
  for (int i = 0; i < 5; ++i) same.Add(1);
  EXPECT_FALSE(HedgesG(same, same));
  EXPECT_FALSE(HedgesG(same, Moments()));
}

}  // namespace
}  // namespace throughline::core
