#include "throughline/watch_lines.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

const DistrictClock kChicago("America/Chicago");
// 2013-02-28 07:00 UTC by `date -u -d @1362034800`; Chicago is six hours behind in winter.
constexpr int64_t kTime = 1362034800123;

notifications::v1::Alert OffTrack() {
  notifications::v1::Alert alert;
  alert.set_school("AAA");
  alert.set_alert("a1");
  cycles::v1::Condition& condition = *alert.mutable_condition();
  condition.set_trigger(common::v1::TRIGGER_OFF_TRACK);
  condition.set_severity(cycles::v1::SEVERITY_WARNING);
  condition.set_team("2013J");
  condition.set_indicator("math");
  condition.set_reason("Growth is 0.4 where 1.2 was desired.");
  return alert;
}

TEST(WatchLines, AnAlertIsALineInTheDistrictsTime) {
  notifications::v1::WatchAlertsResponse response;
  response.set_time_ms(kTime);
  *response.mutable_raised()->mutable_alert() = OffTrack();
  EXPECT_EQ(WatchLine(kChicago, response),
            "2013-02-28 01:00  raised    warning   off track         AAA 2013J math: "
            "Growth is 0.4 where 1.2 was desired. [a1]");
}

TEST(WatchLines, AnAlertOfTheDistrictSaysSo) {
  notifications::v1::WatchAlertsResponse response;
  notifications::v1::Alert alert = OffTrack();
  alert.clear_school();
  alert.mutable_condition()->clear_team();
  alert.mutable_condition()->set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  alert.mutable_condition()->set_group("language:learner");
  *response.mutable_raised()->mutable_alert() = alert;
  EXPECT_NE(WatchLine(kChicago, response).find("gap widened       district math language:learner"),
            std::string::npos);
}

TEST(WatchLines, AChangedAlertSaysWhatItIsNow) {
  notifications::v1::WatchAlertsResponse response;
  notifications::v1::Alert alert = OffTrack();
  alert.set_state(notifications::v1::ALERT_STATE_SNOOZED);
  *response.mutable_changed()->mutable_alert() = alert;
  EXPECT_NE(WatchLine(kChicago, response).find("snoozed   warning"), std::string::npos);
}

TEST(WatchLines, AGroupIsCounted) {
  notifications::v1::WatchAlertsResponse response;
  response.set_time_ms(kTime);
  response.mutable_group()->set_school("AAA");
  response.mutable_group()->set_trigger(common::v1::TRIGGER_OVERDUE);
  response.mutable_group()->add_firing("a1");
  EXPECT_EQ(WatchLine(kChicago, response),
            "2013-02-28 01:00  notified            overdue           AAA: 1 active, 0 resolved");
}

TEST(WatchLines, AnEventIsItsTypeItsSubjectAndItsContent) {
  notifications::v1::WatchEventsResponse response;
  response.set_time_ms(kTime);
  response.set_type("throughline.cycles.v1.ReviewOpened");
  response.set_subject("ou2013/AAA");
  response.set_json("{}");
  EXPECT_EQ(WatchLine(DistrictClock("nowhere"), response),
            "2013-02-28 07:00  cycles.ReviewOpened  ou2013/AAA  {}");
}

}  // namespace
}  // namespace throughline
