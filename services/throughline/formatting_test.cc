#include "throughline/formatting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "throughline/common/v1/evidence.pb.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline {
namespace {

TEST(Formatting, CountsHaveTheirThousandsApart) {
  EXPECT_EQ(Counted(0), "0");
  EXPECT_EQ(Counted(999), "999");
  EXPECT_EQ(Counted(1000), "1,000");
  EXPECT_EQ(Counted(1234567), "1,234,567");
  EXPECT_EQ(Counted(-999), "-999");
  EXPECT_EQ(Counted(-123456), "-123,456");
}

TEST(Formatting, NounsFollowTheirCount) {
  EXPECT_EQ(Counted(1, "school"), "1 school");
  EXPECT_EQ(Counted(0, "school"), "0 schools");
  EXPECT_EQ(Counted(1387, "class"), "1,387 classes");
}

TEST(Formatting, NothingIsNeverMinusNothing) {
  EXPECT_EQ(Decimal(-0.004), "0.00");
  EXPECT_EQ(Decimal(-0.4, 0), "0");
  EXPECT_EQ(Decimal(-0.006), "-0.01");
  EXPECT_EQ(Percent(0.4567), "45.7 %");
}

TEST(Formatting, WhatIsOfNoTeamSaysWhoseItIs) {
  EXPECT_EQ(SchoolCell("s") + " " + TeamCell("s", "t"), "s t");
  EXPECT_EQ(SchoolCell("s") + " " + TeamCell("s", ""), "s (school)");
  EXPECT_EQ(SchoolCell("") + " " + TeamCell("", ""), "(district) ");
}

TEST(Formatting, EnumsLoseTheNameOfTheirType) {
  EXPECT_EQ(WordOf(common::v1::TRIGGER_OFF_TRACK), "off track");
  EXPECT_EQ(WordOf(cycles::v1::CYCLE_STATE_CLOSED), "closed");
}

TEST(Formatting, AValueOfALaterProgramIsItsNumber) {
  EXPECT_EQ(WordOf(*common::v1::Trigger_descriptor(), 4711), "4711");
}

TEST(Formatting, EveryWordLeadsBackToItsValue) {
  const auto& type = *common::v1::Trigger_descriptor();
  for (const std::string& word : WordsOf(type)) {
    EXPECT_THAT(word, ::testing::Not(::testing::HasSubstr(" ")));
    EXPECT_NE(ValueOf(type, word), 0) << word;
  }
  EXPECT_EQ(ValueOf(type, "off-track"), common::v1::TRIGGER_OFF_TRACK);
  EXPECT_EQ(ValueOf(type, "off track"), common::v1::TRIGGER_OFF_TRACK);
  EXPECT_EQ(ValueOf(type, "OFF_TRACK"), common::v1::TRIGGER_OFF_TRACK);
  EXPECT_EQ(ValueOf(type, ""), 0);
  EXPECT_EQ(ValueOf(type, "unspecified"), 0);
}

}  // namespace
}  // namespace throughline
