#include "throughline/student_files.h"

#include <gmock/gmock.h>

#include <map>

namespace throughline {
namespace {

std::string Named(const evidence::v1::StudentRecord& record, const std::string& name) {
  const auto files = StudentFiles(record);
  return std::map<std::string, std::string>(files.begin(), files.end()).at(name);
}

TEST(StudentFiles, SayEveryEnrolmentAndTheDaysThatAreKnown) {
  evidence::v1::StudentRecord record;
  record.mutable_student()->add_class_ids("4a");
  record.mutable_student()->add_class_ids("4b");
  auto& enrolment = *record.add_enrolments();
  enrolment.set_class_id("4b");
  enrolment.set_over(20'000);
  EXPECT_EQ(Named(record, "enrolments.csv"),
            "class,first_day,over_on\r\n"
            "4b,,2024-10-04\r\n"
            "4a,,\r\n");
}

TEST(StudentFiles, HaveNoFormulas) {
  evidence::v1::StudentRecord record;
  record.add_results()->set_title("=HYPERLINK(1)");
  EXPECT_THAT(Named(record, "results.csv"), testing::HasSubstr(",'=HYPERLINK(1),"));
}

}  // namespace
}  // namespace throughline
