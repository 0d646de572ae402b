#include "importing/missing_enrolments.h"

#include <gmock/gmock.h>

namespace throughline::importing {
namespace {

TEST(MissingEnrolments, AClassThatIsTooLargeIsNamedWithItsSizeAndTheLimit) {
  std::map<std::string, SchoolRoster> schools;
  auto& listed = schools["s1"].listed["c1"];
  for (int i = 0; i < 20'000; ++i) listed.insert("student-" + std::to_string(i));
  EXPECT_TRUE(CheckClasses(schools));
  listed.insert("one-more");
  const auto checked = CheckClasses(schools);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, "CLASS_TOO_LARGE");
  EXPECT_THAT(checked.error().message,
              testing::HasSubstr("The class c1 has 20001 students, and a class may have 20000"));
}

}  // namespace
}  // namespace throughline::importing
