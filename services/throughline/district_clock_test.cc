#include "throughline/district_clock.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(DistrictClock, SaysTheMomentsOfASentenceInTheDistrict) {
  const DistrictClock chicago("America/Chicago");
  EXPECT_EQ(chicago.Localized("It begins at 2013-02-28T15:30:00.400Z."),
            "It begins at 2013-02-28 09:31 (America/Chicago).");
  EXPECT_EQ(chicago.Localized("2013-07-01T04:00:00.000Z to 2013-07-01T05:00:00Z"),
            "2013-06-30 23:00 (America/Chicago) to 2013-07-01 00:00 (America/Chicago)");
  EXPECT_EQ(chicago.Localized("From 2013-02-28 on."), "From 2013-02-28 on.");
  EXPECT_EQ(chicago.Localized("2013-99-28T15:30:00Z"), "2013-99-28T15:30:00Z");
}

TEST(DistrictClock, TakesAZoneThatIsNotKnownForUtc) {
  EXPECT_EQ(DistrictClock("Nowhere").Localized("2013-02-28T15:30:00Z"), "2013-02-28 15:30 (UTC)");
}

}  // namespace
}  // namespace throughline
