#include "core/key.h"

#include <gtest/gtest.h>

#include "core/keys_under.h"

namespace throughline::core {
namespace {

TEST(Key, OfASchoolOrOfADistrictIsReadAsItWasBuilt) {
  EXPECT_EQ((Key{"star", "s12"}).Text(), "star/s12");
  EXPECT_EQ(Key{"star"}.Text(), "star");
  for (const char* text : {"star/s12", "star"}) EXPECT_EQ(Key::Parse(text).Text(), text);
  EXPECT_EQ(Key::Parse("star/s12").district, "star");
  EXPECT_EQ(Key::Parse("star/s12").school, "s12");
  EXPECT_EQ(Key::Parse("star").school, "");
}

TEST(Key, OfARowHasTheIdsThatLeadToIt) {
  EXPECT_EQ(JoinKey("star", std::string("s12"), std::string_view("t")), "star/s12/t");
  EXPECT_EQ(JoinKey("star", "s12", ""), "star/s12/");
  EXPECT_EQ(JoinKey("star"), "star");
}

TEST(Key, OfARowSplitsIntoThem) {
  const auto [district, school, team] = SplitKey<3>("star/s12/t");
  EXPECT_EQ(district, "star");
  EXPECT_EQ(school, "s12");
  EXPECT_EQ(team, "t");
  EXPECT_EQ(SplitKey<2>("star/s12/t")[1], "s12/t");
  EXPECT_EQ(SplitKey<3>("star")[0], "star");
  EXPECT_EQ(SplitKey<3>("star")[2], "");
}

TEST(Key, OfManyThatBeginAlikeIsTheSameAsOfOne) {
  KeysUnder students("star", std::string("s12"));
  for (const char* student : {"a", "somebody-with-a-long-pseudonym", ""}) {
    EXPECT_EQ(students.Of(student), JoinKey("star", "s12", student));
  }
}

TEST(Key, PastAPrefixFollowsWhatBeginsWithIt) {
  const std::string past = PastPrefix(JoinKey("star", "s1", ""));
  EXPECT_GT(past, JoinKey("star", "s1", "~"));
  EXPECT_LT(past, JoinKey("star", "s10", ""));
}

}  // namespace
}  // namespace throughline::core
