#include "notifications/domain/audience.h"

#include <gtest/gtest.h>

#include "notifications/domain/matcher.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"

namespace throughline::notifications {
namespace {

using common::v1::Role;

v1::Alert AlertOf(common::v1::Trigger trigger) {
  v1::Alert alert;
  alert.set_district("d");
  alert.set_school("s");
  alert.mutable_condition()->set_school("s");
  alert.mutable_condition()->set_trigger(trigger);
  return alert;
}
v1::Alert Privacy() { return AlertOf(common::v1::TRIGGER_EMERGENCY_ACCESS); }
v1::Alert Other() { return AlertOf(common::v1::TRIGGER_OFF_TRACK); }

v1::Subscription Owned(const std::string& owner, Role role) {
  v1::Subscription subscription;
  subscription.set_owner(owner);
  subscription.set_owner_role(role);
  return subscription;
}

TEST(Audience, PrivacyIsForItsOfficersAndAdministrators) {
  for (const Role role : {common::v1::ROLE_DISTRICT_LEADER, common::v1::ROLE_SCHOOL_LEADER,
                          common::v1::ROLE_TEAM_MEMBER, common::v1::ROLE_OBSERVER}) {
    EXPECT_FALSE(Hears(AudienceOf(role), Privacy())) << common::v1::Role_Name(role);
    EXPECT_TRUE(Hears(AudienceOf(role), Other()));
  }
  EXPECT_TRUE(Hears(AudienceOf(common::v1::ROLE_PRIVACY_OFFICER), Privacy()));
  EXPECT_FALSE(Hears(AudienceOf(common::v1::ROLE_PRIVACY_OFFICER), Other()));
  for (const Role role : {common::v1::ROLE_DISTRICT_ADMINISTRATOR, common::v1::ROLE_UNSPECIFIED}) {
    EXPECT_TRUE(Hears(AudienceOf(role), Privacy()));
    EXPECT_TRUE(Hears(AudienceOf(role), Other()));
  }
}

TEST(Audience, ASubscriptionIsToldWhatItsOwnerMayHearOf) {
  EXPECT_TRUE(IsAbout(Owned("ada", common::v1::ROLE_DISTRICT_ADMINISTRATOR), Privacy()));
  EXPECT_TRUE(IsAbout(Owned("pia", common::v1::ROLE_PRIVACY_OFFICER), Privacy()));
  EXPECT_FALSE(IsAbout(Owned("pia", common::v1::ROLE_PRIVACY_OFFICER), Other()));
  EXPECT_FALSE(IsAbout(Owned("sam", common::v1::ROLE_SCHOOL_LEADER), Privacy()));
  EXPECT_TRUE(IsAbout(Owned("sam", common::v1::ROLE_SCHOOL_LEADER), Other()));
}

TEST(Audience, ASubscriptionFromBeforeThereWereRolesIsToldOfAllButPrivacy) {
  EXPECT_FALSE(IsAbout(Owned("olga", common::v1::ROLE_UNSPECIFIED), Privacy()));
  EXPECT_TRUE(IsAbout(Owned("olga", common::v1::ROLE_UNSPECIFIED), Other()));
  EXPECT_TRUE(IsAbout(Owned("", common::v1::ROLE_UNSPECIFIED), Privacy()))
      << "nobody's: of an installation without credentials";
}

TEST(Audience, EventsAreKeptFromThoseWhoMayNotHearOfThem) {
  plans::v1::EmergencyAccessTaken taken;
  taken.mutable_access()->set_access("a");
  plans::v1::EmergencyAccessEnded ended;
  ended.mutable_access()->set_access("a");
  plans::v1::EmergencyAccessNoted noted;
  noted.mutable_access()->set_access("a");
  v1::AlertRaised raised;
  *raised.mutable_alert() = Privacy();
  v1::GroupNotified notified;
  notified.set_trigger(common::v1::TRIGGER_EMERGENCY_ACCESS);
  v1::DeliveryRequested requested;
  *requested.mutable_delivery()->mutable_notification()->add_firing() = Privacy();
  v1::DigestNoted digest;
  digest.add_items()->set_trigger(common::v1::TRIGGER_EMERGENCY_ACCESS);
  const std::initializer_list<const google::protobuf::Message*> events = {
      &taken, &ended, &noted, &raised, &notified, &requested, &digest};
  for (const auto* event : events) {
    EXPECT_FALSE(HearsOf(Audience::kAllButPrivacy, *event)) << event->GetTypeName();
    EXPECT_TRUE(HearsOf(Audience::kPrivacyOnly, *event)) << event->GetTypeName();
    EXPECT_TRUE(HearsOf(Audience::kEverything, *event)) << event->GetTypeName();
  }
  *raised.mutable_alert() = Other();
  EXPECT_TRUE(HearsOf(Audience::kAllButPrivacy, raised));
  EXPECT_FALSE(HearsOf(Audience::kPrivacyOnly, raised));
}

}  // namespace
}  // namespace throughline::notifications
