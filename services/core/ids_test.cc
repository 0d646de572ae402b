#include "core/ids.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

TEST(Ids, AreShortAndPlain) {
  EXPECT_TRUE(IsId("AAA.2013J_region:5-x"));
  EXPECT_TRUE(IsId(std::string(64, 'a')));
  for (const std::string& text :
       {std::string(), std::string(65, 'a'), std::string("a/b"), std::string("a b"),
        std::string("\xc3\xa9"), std::string(1, '\0')}) {
    EXPECT_FALSE(IsId(text));
  }
}

TEST(Ids, AKeySplitsIntoItsParts) {
  EXPECT_EQ(SplitKey(SchoolKey("star", "s12")),
            std::make_pair(std::string_view("star"), std::string_view("s12")));
  EXPECT_EQ(SplitKey("star"), std::make_pair(std::string_view("star"), std::string_view()));
}

TEST(DerivedId, TellsPartsApart) {
  EXPECT_NE(DerivedId({"ab", "c"}), DerivedId({"a", "bc"}));
  EXPECT_NE(DerivedId({"a", ""}), DerivedId({"a"}));
  const std::vector<std::string> parts = {"a", "b"};
  EXPECT_EQ(DerivedId({"a", "b"}), DerivedId(parts));
  EXPECT_TRUE(IsId(DerivedId({"a"})));
}

// Ids are in the log for ever: this value, first computed by this code, must not change.
TEST(DerivedId, IsStable) { EXPECT_EQ(DerivedId({"a"}), "hkpwxyxc4obcm232rzt65og3fs"); }

}  // namespace
}  // namespace throughline::core
