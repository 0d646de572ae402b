#include "core/ids.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(DerivedId, TellsPartsApart) {
  EXPECT_NE(DerivedId({"ab", "c"}), DerivedId({"a", "bc"}));
  EXPECT_NE(DerivedId({"a", ""}), DerivedId({"a"}));
  const std::vector<std::string> parts = {"a", "b"};
  EXPECT_EQ(DerivedId({"a", "b"}), DerivedId(parts));
  EXPECT_TRUE(IsId(DerivedId({"a"})));
}

// Ids are in the log for ever: these values must not change. They were computed apart from this
// code, in Python: XXH3_128bits of libxxhash over each part behind its length in 8 bytes, least
// significant first; the hash as one number, most significant digit first, in base 32.
TEST(DerivedId, IsStable) {
  EXPECT_EQ(DerivedId({"a"}), "hkpwxyxc4obcm232rzt65og3fs");
  EXPECT_EQ(DerivedId({"star", "s12", "2013-10-01"}), "dagawbeeeswmnqmlerfmfdb7ul");
  EXPECT_EQ(DerivedId(std::initializer_list<std::string_view>{}), "ezvidngakhtdmgaaoderdi2sl7");
}

}  // namespace
}  // namespace throughline::core
