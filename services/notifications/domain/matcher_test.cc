#include "notifications/domain/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::notifications {
namespace {

v1::Alert AlertOf() {
  v1::Alert alert;
  alert.set_school("s");
  alert.mutable_condition()->set_school("s");
  alert.mutable_condition()->set_team("t");
  alert.mutable_condition()->set_indicator("a");
  alert.mutable_condition()->set_trigger(common::v1::TRIGGER_OFF_TRACK);
  return alert;
}

TEST(Matcher, AnEmptyOneMatchesAny) { EXPECT_TRUE(Matches({}, AlertOf())); }

TEST(Matcher, EveryFieldThatIsSetMustMatch) {
  v1::Matcher all;
  all.set_school("s");
  all.set_team("t");
  all.set_indicator("a");
  all.add_triggers(common::v1::TRIGGER_OVERDUE);
  all.add_triggers(common::v1::TRIGGER_OFF_TRACK);
  EXPECT_TRUE(Matches(all, AlertOf()));
  const auto with = [&](auto change) {
    v1::Matcher matcher = all;
    change(matcher);
    return Matches(matcher, AlertOf());
  };
  EXPECT_FALSE(with([](v1::Matcher& matcher) { matcher.set_school("s2"); }));
  EXPECT_FALSE(with([](v1::Matcher& matcher) { matcher.set_team("t2"); }));
  EXPECT_FALSE(with([](v1::Matcher& matcher) { matcher.set_indicator("b"); }));
  EXPECT_FALSE(with([](v1::Matcher& matcher) { matcher.mutable_triggers()->RemoveLast(); }));
}

v1::Alert AlertOf(const std::string& school, const std::string& team) {
  v1::Alert alert = AlertOf();
  alert.set_school(school);
  alert.mutable_condition()->set_school(school);
  alert.mutable_condition()->set_team(team);
  return alert;
}

// "team school district": of which levels an alert of team t of school s is matched.
std::string Heard(const v1::Matcher& matcher) {
  std::string heard;
  if (Matches(matcher, AlertOf("s", "t"))) heard += "team ";
  if (Matches(matcher, AlertOf("s", ""))) heard += "school ";
  if (Matches(matcher, AlertOf("", ""))) heard += "district ";
  return heard;
}

TEST(Matcher, SaysWhomAnAlertConcerns) {
  v1::Matcher matcher;
  EXPECT_EQ(Heard(matcher), "team school district ");
  matcher.add_levels(common::v1::LEVEL_SCHOOL);
  EXPECT_EQ(Heard(matcher), "school ");
  matcher.add_levels(common::v1::LEVEL_DISTRICT);
  EXPECT_EQ(Heard(matcher), "school district ");
  matcher.set_school("s");
  EXPECT_EQ(Heard(matcher), "school ") << "the district is of no school";
}

TEST(Matcher, OneOfATeamHearsOfItsSchoolOnlyWhenItSaysSo) {
  v1::Matcher matcher;
  matcher.set_school("s");
  matcher.set_team("t");
  EXPECT_EQ(Heard(matcher), "team ");
  matcher.add_levels(common::v1::LEVEL_TEAM);
  EXPECT_EQ(Heard(matcher), "team ");
  matcher.add_levels(common::v1::LEVEL_SCHOOL);
  EXPECT_EQ(Heard(matcher), "team school ");
}

TEST(Matcher, ChecksNameTheField) {
  const auto reason = [](const v1::Matcher& matcher) {
    const auto error = Check(matcher, "silence.matcher");
    return error ? error->reason + " " + error->field : "";
  };
  v1::Matcher matcher;
  EXPECT_EQ(reason(matcher), "");
  for (int i = 0; i < 16; ++i) matcher.add_triggers(common::v1::TRIGGER_OVERDUE);
  EXPECT_EQ(reason(matcher), "");
  matcher.add_triggers(common::v1::TRIGGER_OVERDUE);
  EXPECT_EQ(reason(matcher), "KINDS_INVALID silence.matcher.triggers");
  matcher.clear_triggers();
  matcher.add_triggers(static_cast<common::v1::Trigger>(99));
  EXPECT_EQ(reason(matcher), "KINDS_INVALID silence.matcher.triggers");
  matcher.clear_triggers();
  matcher.set_indicator("a b");
  EXPECT_EQ(reason(matcher), "ID_INVALID silence.matcher.indicator");
  matcher.clear_indicator();
  for (int i = 1; i < common::v1::Level_ARRAYSIZE; ++i) {
    matcher.add_levels(static_cast<common::v1::Level>(i));
  }
  EXPECT_EQ(reason(matcher), "");
  matcher.add_levels(common::v1::LEVEL_TEAM);
  EXPECT_EQ(reason(matcher), "LEVELS_INVALID silence.matcher.levels");
  matcher.clear_levels();
  matcher.add_levels(common::v1::LEVEL_UNSPECIFIED);
  EXPECT_EQ(reason(matcher), "LEVELS_INVALID silence.matcher.levels");
  matcher.set_levels(0, static_cast<common::v1::Level>(9));
  EXPECT_EQ(reason(matcher), "LEVELS_INVALID silence.matcher.levels");
}

}  // namespace
}  // namespace throughline::notifications
