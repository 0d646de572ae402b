#include "core/folded_text.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

TEST(FoldedText, DoesNotTellCaseWidthOrWhiteSpaceApart) {
  EXPECT_EQ(Folded("  Think\tPair \n Share "), "think pair share");
  EXPECT_EQ(Folded("THINK PAIR SHARE"), Folded("think\u00a0pair\u2003share"));
  EXPECT_EQ(Folded("Ｔｈｉｎｋ"), "think");
  EXPECT_EQ(Folded("Straße"), Folded("STRASSE"));
  EXPECT_EQ(Folded("re\u0301sume\u0301"), Folded("R\u00c9SUM\u00c9"));
  EXPECT_EQ(Folded("think\u200bing"), "thinking");
}

TEST(FoldedText, TellsOtherNamesApart) {
  EXPECT_NE(Folded("think-pair-share"), Folded("think pair share"));
  EXPECT_NE(Folded("resume"), Folded("résumé"));
}

TEST(FoldedText, IsEmptyOfWhatHasNothingToSee) {
  EXPECT_EQ(Folded(""), "");
  EXPECT_EQ(Folded(" \t\u00a0\u200b"), "");
}

}  // namespace
}  // namespace throughline::core
