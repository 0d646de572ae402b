#include "core/display_text.h"

#include <gtest/gtest.h>

#include <string>

namespace throughline::core {
namespace {

std::string ReasonOf(std::string_view text) {
  const auto error = CheckDisplayText(text, "scale", 16);
  return error ? error->reason : "";
}

TEST(DisplayText, TakesWhatIsSeenAndSpacesWithin) {
  for (const char* text :
       {"", "map-rit", "MAP RIT", "a  b", "échelle", "كتابة", "読解力", "🙂"}) {
    EXPECT_EQ(ReasonOf(text), "") << text;
  }
}

TEST(DisplayText, RefusesWhatIsNotSeen) {
  for (const char* text : {
           "a\tb",     "a\nb",     "a\x7f",                               // control characters
           "a\u202eb", "a\u2066b", "\u200fa", "\u061ca",                  // of direction
           "a\u200bb", "a\u2060b", "\ufeffa", "a\u00adb", "a\U000e0041",  // invisible
           " ",        " a",       "a ",      "\u00a0",   "a\u2003b",
           "a\u3000b", "a\u2028b", "\u2800",  "a\u3164"  // blank
       }) {
    EXPECT_EQ(ReasonOf(text), "TEXT_NOT_PRINTABLE") << text;
  }
}

TEST(DisplayText, RefusesWhatIsTooLongInBytesAndNamesTheField) {
  EXPECT_EQ(ReasonOf("0123456789abcdef"), "");
  const auto error = CheckDisplayText("0123456789abcdef0", "scale", 16);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, "TEXT_TOO_LONG");
  EXPECT_EQ(error->message, "scale may have at most 16 bytes.");
  EXPECT_EQ(error->field, "scale");
}

}  // namespace
}  // namespace throughline::core
