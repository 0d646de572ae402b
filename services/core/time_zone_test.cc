#include "core/time_zone.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

TEST(TimeZone, KnowsTheNamesOfTheTzDatabase) {
  EXPECT_TRUE(IsKnownZone("America/Chicago"));
  EXPECT_TRUE(IsKnownZone("UTC"));
  EXPECT_FALSE(IsKnownZone("America/Springfield"));
  EXPECT_FALSE(IsKnownZone(""));
}

TEST(TimeZone, ADayBeginsWhereItIs) {
  // US daylight saving time began on 2013-03-10 and ended on 2013-11-03 (Energy Policy Act of
  // 2005).
  EXPECT_EQ(FormatInstant(StartOfDay(*ParseDate("2013-03-10"), "America/Chicago")),
            "2013-03-10T06:00:00.000Z");
  EXPECT_EQ(FormatInstant(StartOfDay(*ParseDate("2013-03-11"), "America/Chicago")),
            "2013-03-11T05:00:00.000Z");
  EXPECT_EQ(FormatInstant(StartOfDay(*ParseDate("2013-11-04"), "America/Chicago")),
            "2013-11-04T06:00:00.000Z");
}

TEST(TimeZone, AnInstantHasADifferentDateElsewhere) {
  const Instant instant = *ParseInstant("2013-07-01T03:00:00Z");
  EXPECT_EQ(FormatDate(LocalDate(instant, "America/Chicago")), "2013-06-30");
  EXPECT_EQ(FormatDate(LocalDate(instant, "Europe/London")), "2013-07-01");
  EXPECT_EQ(FormatDate(LocalDate(instant, "nowhere")), "2013-07-01");
}

TEST(TimeZone, ADayWithoutMidnightBeginsWhenItCan) {
  // Sao Paulo went from 00:00 to 01:00 on 2013-10-20.
  EXPECT_EQ(FormatInstant(StartOfDay(*ParseDate("2013-10-20"), "America/Sao_Paulo")),
            "2013-10-20T03:00:00.000Z");
}

}  // namespace
}  // namespace throughline::core
