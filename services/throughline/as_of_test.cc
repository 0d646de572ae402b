#include "throughline/as_of.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

constexpr char kZone[] = "America/New_York";

core::Instant Utc(const char* text) { return *core::ParseInstant(text); }

const core::Instant kNow = Utc("2026-11-30T12:00:00Z");

std::string Read(std::string_view text) {
  const auto moment = AsOf(text, kZone, kNow);
  return moment ? core::FormatInstant(core::FromMillis(*moment)) : moment.error().reason;
}

TEST(AsOf, ADayMeansItsEndInTheDistrict) {
  EXPECT_EQ(Read("2026-10-01"), "2026-10-02T03:59:59.999Z");
  // Clocks go back on this day: it has 25 hours.
  EXPECT_EQ(Read("2026-11-01"), "2026-11-02T04:59:59.999Z");
}

TEST(AsOf, TodayMeansNow) { EXPECT_EQ(AsOf("2026-11-30", kZone, kNow), 0); }

TEST(AsOf, ATimeIsThatOfTheDistrictUnlessItSaysOtherwise) {
  EXPECT_EQ(Read("2026-10-01T12:30"), "2026-10-01T16:30:00.000Z");
  EXPECT_EQ(Read("2026-10-01 12:30:15"), "2026-10-01T16:30:15.000Z");
  EXPECT_EQ(Read("2026-10-01T12:30Z"), "2026-10-01T12:30:00.000Z");
  EXPECT_EQ(Read("2026-10-01T12:30+02:00"), "2026-10-01T10:30:00.000Z");
  EXPECT_EQ(Read("2026-10-01T12:30:15Z"), "2026-10-01T12:30:15.000Z");
  EXPECT_EQ(Read("2026-10-01T12:30:15+02:00"), "2026-10-01T10:30:15.000Z");
}

TEST(AsOf, WhatIsNoMomentIsRefused) {
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-10-01T25:00", "2026-10-01T12",
                           "2026-10-01T12:3", "2026-10-01T12-30", "2026-10-01T12:30:"}) {
    EXPECT_EQ(Read(text), "AS_OF_INVALID") << text;
  }
}

}  // namespace
}  // namespace throughline
