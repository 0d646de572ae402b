#include "core/purpose.h"

#include <gtest/gtest.h>

#include <string>

namespace throughline::core {
namespace {

std::string Refused(std::string_view text) {
  const auto error = CheckPurpose(text, "purpose", Invalid("PURPOSE_MISSING", "purpose", ""));
  return error ? error->reason : "";
}

TEST(Purpose, HasTenToFiveHundredCharacters) {
  EXPECT_EQ(Refused("A parent asked."), "");
  EXPECT_EQ(Refused("Eltern sä"), "PURPOSE_MISSING");  // nine, of ten bytes
  EXPECT_EQ(Refused(std::string(500, 'x')), "");
  EXPECT_EQ(Refused(std::string(501, 'x')), "PURPOSE_MISSING");
}

TEST(Purpose, CanBeRead) {
  for (const char* text :
       {"a parent\x1b[2J asked", "a parent\nasked for it", "a parent \u202e asked",
        "\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b"}) {
    EXPECT_EQ(Refused(text), "TEXT_NOT_PRINTABLE") << text;
  }
}

}  // namespace
}  // namespace throughline::core
