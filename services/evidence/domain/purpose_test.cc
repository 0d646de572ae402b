#include "evidence/domain/purpose.h"

#include <gtest/gtest.h>

#include <string>

#include "evidence/domain/errors.h"

namespace throughline::evidence {
namespace {

std::string Refused(std::string_view text) {
  const auto error = CheckPurpose(text, "purpose", PurposeMissing());
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

TEST(Purpose, NamesAStudentByIdOrWholeName) {
  EXPECT_TRUE(NamesStudent("talk about SIS-4b-111 tomorrow", "sis-4b-111", "Ada Quill"));
  EXPECT_TRUE(NamesStudent("(sis-4b-111)", "sis-4b-111", ""));
  EXPECT_TRUE(NamesStudent("parents of ada quill asked", "sis-4b-111", "Ada Quill"));
  EXPECT_FALSE(NamesStudent("request 77 of a parent", "7", ""));
  EXPECT_FALSE(NamesStudent("the quill of Ada", "sis-4b-111", "Ada Quill"));
  EXPECT_FALSE(NamesStudent("a parent asked", "", ""));
}

}  // namespace
}  // namespace throughline::evidence
