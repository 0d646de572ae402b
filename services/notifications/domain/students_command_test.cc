#include "notifications/domain/students_command.h"

#include <gtest/gtest.h>

namespace throughline::notifications {
namespace {

v1::Alert About(common::v1::Trigger trigger, const char* school = "north",
                const char* team = "grade-3") {
  v1::Alert alert;
  auto& about = *alert.mutable_condition();
  about.set_trigger(trigger);
  about.set_district("lakeside");
  about.set_school(school);
  about.set_team(team);
  about.set_indicator("reading");
  SayStudentsCommand(alert);
  return alert;
}

TEST(StudentsCommand, AsksWhoTheStudentsAreThatAnAlertIsAbout) {
  EXPECT_EQ(About(common::v1::TRIGGER_STRUGGLING).students_command(),
            "throughline show students --district lakeside --school north --team grade-3 "
            "--question struggling --indicator reading");
  EXPECT_EQ(About(common::v1::TRIGGER_EVIDENCE_MISSING).students_command(),
            "throughline show students --district lakeside --school north --team grade-3 "
            "--question without-result --indicator reading");
}

TEST(StudentsCommand, IsNotSaidOfWhatIsAboutNoStudentsWhoCanBeListed) {
  EXPECT_EQ(About(common::v1::TRIGGER_OVERDUE).students_command(), "");
  EXPECT_EQ(About(common::v1::TRIGGER_OFF_TRACK).students_command(), "");
  EXPECT_EQ(About(common::v1::TRIGGER_STRUGGLING, "", "").students_command(), "");
}

}  // namespace
}  // namespace throughline::notifications
