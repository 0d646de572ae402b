#include "core/date.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace throughline::core {
namespace {

using namespace std::chrono;

TEST(Date, ReadsIsoDaysAndNothingElse) {
  EXPECT_EQ(ParseDate("2012-02-29"), Date{2012y / 2 / 29});
  for (const char* text : {"", "2013-02-29", "2013-13-01", "2013-00-01", "2013-01-00", "2013-1-01",
                           "20130101", "2013-01-01 ", "2013-01-0x", "-013-01-01"}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
}

TEST(Date, WritesWhatItReads) {
  for (const char* text : {"1969-12-31", "1970-01-01", "2000-02-29", "2013-10-01", "0001-01-01"}) {
    EXPECT_EQ(FormatDate(*ParseDate(text)), text);
  }
}

TEST(Date, IsWrittenWithinTheYearsThatItIsReadIn) {
  EXPECT_EQ(FormatDate(*ParseDate("9999-12-31") + days{1}), "9999-12-31");
  EXPECT_EQ(FormatDate(*ParseDate("0000-01-01") - days{1}), "0000-01-01");
  EXPECT_EQ(FormatDate(FromDays(std::numeric_limits<int32_t>::max())), "9999-12-31");
  EXPECT_EQ(FormatDate(FromDays(std::numeric_limits<int32_t>::min())), "0000-01-01");
  EXPECT_EQ(FormatInstant(Instant::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatInstant(Instant::min()), "0000-01-01T00:00:00.000Z");
}

RC_GTEST_PROP(Date, IsReadAsItWasWritten, ()) {
  const Date date = FromDays(*rc::gen::inRange(-719'528, 2'932'897));  // 0000-01-01 to 9999-12-31
  RC_ASSERT(ParseDate(FormatDate(date)) == date);
  const Instant instant = Instant{date} + milliseconds{*rc::gen::inRange(0, 86'400'000)};
  RC_ASSERT(ParseInstant(FormatInstant(instant)) == instant);
}

TEST(Instant, ReadsRfc3339) {
  // Examples of RFC 3339, section 5.8.
  EXPECT_EQ(FormatInstant(*ParseInstant("1985-04-12T23:20:50.52Z")), "1985-04-12T23:20:50.520Z");
  EXPECT_EQ(FormatInstant(*ParseInstant("1996-12-19T16:39:57-08:00")), "1996-12-20T00:39:57.000Z");
  EXPECT_EQ(FormatInstant(*ParseInstant("1937-01-01T12:00:27.87+00:20")),
            "1937-01-01T11:40:27.870Z");
  // The leap second of the same section: the first instant of the next minute.
  EXPECT_EQ(FormatInstant(*ParseInstant("1990-12-31T15:59:60-08:00")), "1991-01-01T00:00:00.000Z");
  for (const char* text :
       {"", "1985-04-12", "1985-04-12T23:20:50", "1985-04-12T24:20:50Z", "1985-04-12T23:20:50.Z",
        "1985-04-12T23:20:50+0800", "1985-04-12 23:20:50Z", "1985-04-12T23:20:50Zx",
        "1985-04-12T23:20:61Z", "1985-04-12T23:20:50.5", "1985-02-29T23:20:50Z"}) {
    EXPECT_FALSE(ParseInstant(text)) << text;
  }
}

TEST(Instant, ReadsATimeWithoutSeconds) {
  EXPECT_EQ(FormatInstant(*ParseInstant("2026-11-30T12:00Z")), "2026-11-30T12:00:00.000Z");
  EXPECT_EQ(FormatInstant(*ParseInstant("2026-11-30T12:00+05:30")), "2026-11-30T06:30:00.000Z");
  for (const char* text : {"2026-11-30T12:00", "2026-11-30T12Z", "2026-11-30T12:0Z",
                           "2026-11-30T12:00.5Z", "2026-11-30T12:60Z", "2026-11-30T"}) {
    EXPECT_FALSE(ParseInstant(text)) << text;
  }
}

}  // namespace
}  // namespace throughline::core
