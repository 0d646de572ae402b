#include "core/utf8.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

TEST(Utf8, IsWhatItsDefinitionSays) {
  for (const char* text : {"", "a", "\xc2\x80", "\xe2\x82\xac", "\xed\x9f\xbf", "\xf0\x9f\x98\x80",
                           "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3("}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(Utf8, CountsCharactersAndNotBytes) {
  EXPECT_EQ(CharactersOf(""), 0u);
  EXPECT_EQ(CharactersOf("Eltern sä"), 9u);
  EXPECT_EQ(CharactersOf("\xf0\x9f\x98\x80"), 1u);
}

}  // namespace
}  // namespace throughline::core
