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

}  // namespace
}  // namespace throughline::evidence
