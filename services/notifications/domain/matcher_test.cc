#include "notifications/domain/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::notifications {
namespace {

v1::Alert AlertOf() {
  v1::Alert alert;
  alert.set_school("s");
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
}

}  // namespace
}  // namespace throughline::notifications
