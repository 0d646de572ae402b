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

TEST(StudentFiles, SayWhatIsSetAsideAndWhatCameBesidesAScore) {
  evidence::v1::StudentRecord record;
  auto& result = *record.add_results();
  result.add_kept()->set_kind("Level");
  result.mutable_kept(0)->set_value("Proficient");
  result.add_kept()->set_value("95, of 100");
  result.set_kept_lost(1);
  EXPECT_THAT(Named(record, "results.csv"),
              testing::HasSubstr(",no,\"Level: Proficient; 95, of 100\",1\r\n"));
  auto& aside = *record.add_set_aside();
  aside.set_school("north");
  aside.set_source("lms");
  aside.mutable_result()->set_source_id("r-1");
  aside.mutable_result()->set_score(301);
  aside.mutable_problem()->set_reason("SCORE_OFF_SCALE");
  aside.mutable_problem()->set_message("Too much.");
  EXPECT_THAT(Named(record, "set_aside.csv"),
              testing::HasSubstr(
                  "north,,,,301,lms,r-1,,1970-01-01T00:00:00.000Z,SCORE_OFF_SCALE,Too much.\r\n"));
}

TEST(StudentFiles, HaveNoFormulas) {
  evidence::v1::StudentRecord record;
  record.add_results()->set_title("=HYPERLINK(1)");
  EXPECT_THAT(Named(record, "results.csv"), testing::HasSubstr(",'=HYPERLINK(1),"));
}

}  // namespace
}  // namespace throughline
