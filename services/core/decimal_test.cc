#include "core/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace throughline::core {
namespace {

std::string Canonical(std::string_view text) {
  const auto parsed = Decimal::Parse(text);
  return parsed ? parsed->ToString() : "refused";
}

TEST(Decimal, IsWrittenInItsShortestForm) {
  EXPECT_EQ(Canonical("85.10"), "85.1");
  EXPECT_EQ(Canonical("0"), "0");
  EXPECT_EQ(Canonical("-0.00"), "0");
  EXPECT_EQ(Canonical("007"), "7");
  EXPECT_EQ(Canonical("+.5"), "0.5");
  EXPECT_EQ(Canonical("5."), "5");
  EXPECT_EQ(Canonical("-12.050"), "-12.05");
  EXPECT_EQ(Canonical("100"), "100");
  EXPECT_EQ(Canonical("0.001"), "0.001");
}

TEST(Decimal, TakesExponents) {
  EXPECT_EQ(Canonical("1e2"), "100");
  EXPECT_EQ(Canonical("1.25E+1"), "12.5");
  EXPECT_EQ(Canonical("-25e-3"), "-0.025");
  EXPECT_EQ(Canonical("0e999999"), "0");
  EXPECT_EQ(Canonical("1e-000000000000000000000001"), "0.1");
  EXPECT_EQ(Canonical("1e29"), "1" + std::string(29, '0'));
  EXPECT_EQ(Canonical("1e-30"), "0." + std::string(29, '0') + "1");
}

TEST(Decimal, RefusesWhatIsNoDecimal) {
  for (const char* text : {"", "-", "+", ".", "e5", "1e", "1e+", "1e5.0", "1,5", "1 ", " 1", "1_0",
                           "0x10", "NaN", "inf", "--1", "1.2.3", "1e5e5"}) {
    EXPECT_EQ(Canonical(text), "refused") << text;
  }
}

TEST(Decimal, HoldsToItsLimits) {
  EXPECT_EQ(Canonical(std::string(30, '9')), std::string(30, '9'));
  EXPECT_EQ(Canonical(std::string(31, '9')), "refused");
  EXPECT_EQ(Canonical("1e30"), "refused");
  EXPECT_EQ(Canonical("1e-31"), "refused");
  EXPECT_EQ(Canonical("1e99999999999999999999"), "refused");
  EXPECT_EQ(Canonical("1e-9999999999999999999"), "refused");
}

TEST(Decimal, IsComparedExactly) {
  const auto of = [](std::string_view text) { return Decimal::Parse(text).value(); };
  EXPECT_EQ(of("1.50"), of("15e-1"));
  EXPECT_EQ(of("-0"), Decimal());
  EXPECT_LT(of("-2"), of("-1.9"));
  EXPECT_LT(of("-1"), of("0"));
  EXPECT_LT(of("0"), of("0.0001"));
  EXPECT_LT(of("9.99"), of("10"));
  EXPECT_LT(of("1"), of("1.01"));
  // No double tells these two apart.
  EXPECT_LT(of("0.1"), of("0.10000000000000000000000001"));
  EXPECT_GT(of("100000000000000000001"), of("100000000000000000000"));
}

TEST(Decimal, BecomesTheNearestDouble) {
  for (const char* text : {"0", "0.1", "-0.3", "85.1", "1e-7", "123456789.123456789", "1e22"}) {
    EXPECT_EQ(Decimal::Parse(text)->ToDouble(), std::strtod(text, nullptr)) << text;
  }
}

RC_GTEST_PROP(Decimal, IsReadAsItIsWritten, ()) {
  const int64_t whole = *rc::gen::inRange<int64_t>(-1'000'000'000, 1'000'000'000);
  const int places = *rc::gen::inRange(0, 12);
  const auto one = Decimal::Parse(std::to_string(whole) + "e-" + std::to_string(places));
  RC_ASSERT(one.has_value());
  RC_ASSERT(Decimal::Parse(one->ToString()) == one);
}

RC_GTEST_PROP(Decimal, IsOrderedAsWholeNumbersAre, ()) {
  const int64_t left = *rc::gen::inRange<int64_t>(-10'000, 10'000);
  const int64_t right = *rc::gen::inRange<int64_t>(-10'000, 10'000);
  const auto of = [](int64_t hundredths) {
    return Decimal::Parse(std::to_string(hundredths) + "e-2").value();
  };
  RC_ASSERT((of(left) <=> of(right)) == (left <=> right));
}

}  // namespace
}  // namespace throughline::core
