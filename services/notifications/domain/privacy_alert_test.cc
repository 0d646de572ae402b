#include "notifications/domain/privacy_alert.h"

#include "notifications/domain/level.h"
#include "notifications/domain/notifications_fixture.h"

namespace throughline::notifications {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class PrivacyAlertTest : public NotificationsFixture {
 protected:
  // Taken for half an hour.
  plans::v1::EmergencyAccess AccessOf(const std::string& id) const {
    plans::v1::EmergencyAccess access;
    access.set_access(id);
    access.set_district("d");
    access.set_school("s");
    access.set_subject("lea");
    access.set_role("district_leader");
    access.set_reason("A child is missing after the trip.");
    access.set_from_ms(core::ToMillis(fixture_.now()));
    access.set_until_ms(core::ToMillis(fixture_.now() + minutes(30)));
    return access;
  }
  Outcome Take(const plans::v1::EmergencyAccess& access) {
    plans::v1::EmergencyAccessTaken taken;
    *taken.mutable_access() = access;
    return fixture_.Give(taken);
  }
  v1::Alert Raised(const plans::v1::EmergencyAccess& access) {
    const Outcome outcome = Take(access);
    const auto* raised = outcome.First<v1::AlertRaised>();
    return raised == nullptr ? v1::Alert() : raised->alert();
  }
  Outcome End(const plans::v1::EmergencyAccess& access) {
    plans::v1::EmergencyAccessEnded ended;
    *ended.mutable_access() = access;
    return fixture_.Give(ended);
  }
  v1::AcknowledgeAlertRequest AcknowledgeAs(common::v1::Role role, const v1::Alert& alert) {
    v1::AcknowledgeAlertRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_alert(alert.alert());
    request.set_acknowledged_by("somebody");
    request.mutable_caller()->set_subject("somebody");
    request.mutable_caller()->set_role(role);
    return request;
  }
};

TEST_F(PrivacyAlertTest, SaysWhoWhereWhyAndUntilWhen) {
  plans::v1::SchoolChanged school;
  school.mutable_school()->set_district("d");
  school.mutable_school()->set_school("s");
  school.mutable_school()->set_name("Lakeside");
  school.mutable_school()->set_version(1);
  fixture_.Give(school);
  const v1::Alert alert = Raised(AccessOf("a"));
  EXPECT_EQ(alert.condition().reason(),
            "lea (district leader) took access to who the students of Lakeside are, until "
            "2026-09-01 12:30: A child is missing after the trip.");
  EXPECT_EQ(LevelOf(alert.condition()), common::v1::LEVEL_PRIVACY);
  EXPECT_EQ(alert.names().school(), "Lakeside");
  EXPECT_EQ(alert.condition().access(), "a");
}

TEST_F(PrivacyAlertTest, IsResolvedWhenTheAccessIsOver) {
  auto access = AccessOf("a");
  Raised(access);
  fixture_.AdvanceTo(fixture_.now() + minutes(10));
  access.set_ended_ms(core::ToMillis(fixture_.now()));
  const Outcome outcome = End(access);
  const auto* resolved = outcome.First<v1::AlertResolved>();
  ASSERT_NE(resolved, nullptr);
  EXPECT_EQ(resolved->alert().condition().reason(),
            "lea (district leader) had access to who the students of s are, from 2026-09-01 12:00 "
            "until 2026-09-01 12:10: A child is missing after the trip.");
  EXPECT_TRUE(End(access).events.empty());
}

TEST_F(PrivacyAlertTest, ThereIsOneForEachAccess) {
  const v1::Alert one = Raised(AccessOf("a")), other = Raised(AccessOf("b"));
  EXPECT_NE(one.alert(), other.alert());
  EXPECT_TRUE(Take(AccessOf("a")).events.empty());
  const Outcome ended = End(AccessOf("a"));
  EXPECT_EQ(ended.First<v1::AlertResolved>()->alert().alert(), one.alert());
}

TEST_F(PrivacyAlertTest, NobodyCanSilenceIt) {
  Silence(SilenceRequest(minutes(60)));
  const v1::Alert alert = Raised(AccessOf("a"));
  const Outcome outcome = fixture_.AdvanceTo(fixture_.now() + seconds(30));
  const auto* notified = outcome.First<v1::GroupNotified>();
  ASSERT_NE(notified, nullptr);
  EXPECT_THAT(notified->firing(), testing::ElementsAre(alert.alert()));
}

TEST_F(PrivacyAlertTest, ToThoseWhoMayNotHearOfItItIsUnknown) {
  const v1::Alert alert = Raised(AccessOf("a"));
  EXPECT_EQ(ReasonOf(AcknowledgeAs(common::v1::ROLE_SCHOOL_LEADER, alert)), "ALERT_UNKNOWN");
  EXPECT_EQ(ReasonOf(AcknowledgeAs(common::v1::ROLE_PRIVACY_OFFICER, alert)), "");
  Raise("other");
  EXPECT_EQ(ReasonOf(AcknowledgeAs(common::v1::ROLE_PRIVACY_OFFICER, Now("other"))),
            "ALERT_UNKNOWN");
}

}  // namespace
}  // namespace throughline::notifications
