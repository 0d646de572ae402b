#include "core/time_zone.h"

#include <gtest/gtest.h>

#include <string>

namespace throughline::core {
namespace {

TEST(TimeZone, KnowsTheNamesOfTheTzDatabase) {
  EXPECT_TRUE(IsKnownZone("America/Chicago"));
  EXPECT_TRUE(IsKnownZone("UTC"));
  EXPECT_FALSE(IsKnownZone("America/Springfield"));
  EXPECT_FALSE(IsKnownZone(""));
}

TEST(TimeZone, ThePlaceOfTheMachineIsNoPlace) {
  EXPECT_FALSE(IsKnownZone("localtime"));
  for (const char* name : {"zone.tab", "tzdata.zi", "America", "/etc/localtime", "posixrules"}) {
    EXPECT_FALSE(IsKnownZone(name)) << name;
  }
}

std::string Start(const char* date, const char* zone) {
  return FormatInstant(StartOfDay(*ParseDate(date), zone));
}

// Known answers from R 4: format(as.POSIXct("2013-03-10 00:00:00", tz = "America/Chicago"), tz =
// "UTC"), and so on.
TEST(TimeZone, ADayBeginsWhereItIs) {
  EXPECT_EQ(Start("2013-03-10", "America/Chicago"), "2013-03-10T06:00:00.000Z");  // 23 hours long
  EXPECT_EQ(Start("2013-03-11", "America/Chicago"), "2013-03-11T05:00:00.000Z");
  EXPECT_EQ(Start("2013-11-03", "America/Chicago"), "2013-11-03T05:00:00.000Z");  // 25 hours long
  EXPECT_EQ(Start("2013-11-04", "America/Chicago"), "2013-11-04T06:00:00.000Z");
  EXPECT_EQ(Start("2013-03-31", "Europe/London"), "2013-03-31T00:00:00.000Z");
  EXPECT_EQ(Start("2013-04-01", "Europe/London"), "2013-03-31T23:00:00.000Z");
  EXPECT_EQ(Start("2013-10-27", "Europe/London"), "2013-10-26T23:00:00.000Z");
  EXPECT_EQ(Start("2013-10-28", "Europe/London"), "2013-10-28T00:00:00.000Z");
  EXPECT_EQ(Start("2013-10-28", "nowhere"), "2013-10-28T00:00:00.000Z");
}

// The same source. In Havana clocks went from 01:00 back to 00:00.
TEST(TimeZone, ADayWithTwoMidnightsBeginsWithTheFirst) {
  EXPECT_EQ(Start("2013-11-03", "America/Havana"), "2013-11-03T04:00:00.000Z");
  EXPECT_EQ(Start("2013-11-04", "America/Havana"), "2013-11-04T05:00:00.000Z");
}

TEST(TimeZone, ADayBeginsTheMomentTheDayBeforeItEnds) {
  for (const char* zone : {"America/Chicago", "Europe/London", "America/Havana",
                           "America/Sao_Paulo", "Pacific/Auckland", "Asia/Kolkata"}) {
    for (Date day = *ParseDate("2005-01-01"); day < *ParseDate("2036-01-01");
         day += std::chrono::days{1}) {
      const Instant start = StartOfDay(day, zone);
      ASSERT_EQ(LocalDate(start, zone), day) << zone << ' ' << FormatDate(day);
      ASSERT_EQ(LocalDate(start - std::chrono::milliseconds{1}, zone), day - std::chrono::days{1})
          << zone << ' ' << FormatDate(day);
    }
  }
}

TEST(TimeZone, AnInstantHasADifferentDateElsewhere) {
  const Instant instant = *ParseInstant("2013-07-01T03:00:00Z");
  EXPECT_EQ(FormatDate(LocalDate(instant, "America/Chicago")), "2013-06-30");
  EXPECT_EQ(FormatDate(LocalDate(instant, "Europe/London")), "2013-07-01");
  EXPECT_EQ(FormatDate(LocalDate(instant, "nowhere")), "2013-07-01");
}

TEST(TimeZone, AnInstantIsWrittenAsItIsReadThere) {
  const Instant instant = *ParseInstant("2013-07-01T03:05:59.999Z");
  EXPECT_EQ(FormatLocal(instant, "America/Chicago"), "2013-06-30 22:05");
  EXPECT_EQ(FormatLocal(instant, "nowhere"), "2013-07-01 03:05");
}

TEST(TimeZone, ADayWithoutMidnightBeginsWhenItCan) {
  // Sao Paulo went from 00:00 to 01:00 on 2013-10-20.
  EXPECT_EQ(FormatInstant(StartOfDay(*ParseDate("2013-10-20"), "America/Sao_Paulo")),
            "2013-10-20T03:00:00.000Z");
}

TEST(TimeZone, AnHourOfADayIsThatOfTheClockThere) {
  const auto hour = [](const char* date, int hour) {
    return FormatInstant(HourOfDay(*ParseDate(date), hour, "America/Chicago"));
  };
  EXPECT_EQ(hour("2013-07-01", 6), "2013-07-01T11:00:00.000Z");
  EXPECT_EQ(hour("2013-12-01", 6), "2013-12-01T12:00:00.000Z");
  // Clocks went from 02:00 to 03:00 on 2013-03-10, and from 02:00 back to 01:00 on 2013-11-03.
  EXPECT_EQ(hour("2013-03-10", 6), "2013-03-10T11:00:00.000Z");
  EXPECT_EQ(hour("2013-03-10", 2), "2013-03-10T08:00:00.000Z");
  EXPECT_EQ(hour("2013-11-03", 1), "2013-11-03T06:00:00.000Z");
}

}  // namespace
}  // namespace throughline::core
