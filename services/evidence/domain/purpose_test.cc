#include "evidence/domain/purpose.h"

#include <gtest/gtest.h>

namespace throughline::evidence {
namespace {

TEST(Purpose, NamesAStudentByIdOrWholeName) {
  EXPECT_TRUE(NamesStudent("talk about SIS-4b-111 tomorrow", "sis-4b-111", "Ada Quill"));
  EXPECT_TRUE(NamesStudent("(sis-4b-111)", "sis-4b-111", ""));
  EXPECT_TRUE(NamesStudent("parents of ada quill asked", "sis-4b-111", "Ada Quill"));
  EXPECT_FALSE(NamesStudent("request 77 of a parent", "7", ""));
  EXPECT_FALSE(NamesStudent("the quill of Ada", "sis-4b-111", "Ada Quill"));
  EXPECT_FALSE(NamesStudent("a parent asked", "", ""));
}

TEST(Purpose, NamesAStudentHoweverTheNameIsTyped) {
  EXPECT_TRUE(NamesStudent("about “Ada Quill” again", "sis-4b-111", "Ada Quill"));
  EXPECT_TRUE(NamesStudent("Ada Quill’s parents asked", "sis-4b-111", "Ada Quill"));
  EXPECT_TRUE(NamesStudent("for Ada  Quill", "sis-4b-111", "Ada Quill"));
  EXPECT_TRUE(NamesStudent("ZOË MILLER was absent", "sis-4b-112", "Zoë Miller"));
  EXPECT_TRUE(NamesStudent("Zoe\u0308 Miller was absent", "sis-4b-112", "Zoë Miller"));
}

}  // namespace
}  // namespace throughline::evidence
