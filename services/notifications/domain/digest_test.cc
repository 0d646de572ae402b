#include "notifications/domain/digest.h"

#include "notifications/domain/delivery_fixture.h"

namespace throughline::notifications {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// The fixture begins at noon in UTC, which is the district's time zone.
class DigestTest : public DeliveryFixture {
 protected:
  Outcome After(std::chrono::milliseconds time) {
    return fixture_.AdvanceTo(fixture_.now() + time);
  }
  Outcome At(const std::string& instant) {
    return fixture_.AdvanceTo(*core::ParseInstant(instant));
  }
};

TEST_F(DigestTest, ADayOfAlertsIsOneMailToEachReaderAtItsHour) {
  fixture_.Give(Readers({"ana@example.org", "ben@example.org"}));
  cycles::v1::Condition condition = ConditionOf("a");
  auto& shown = *condition.mutable_evidence()->mutable_shown();
  shown.set_as_of_ms(1);
  shown.set_covered(20);
  shown.set_matched(20);
  shown.set_basis(common::v1::BASIS_ABSOLUTE);
  shown.set_mean_change(-6.8);
  shown.set_watched_low(-9.4);
  shown.set_watched_high(-4.1);
  shown.set_desired_to_date(0.4);
  shown.set_latest_result("2026-11-28");
  Raise(condition);
  EXPECT_THAT(EventsOf(After(seconds(30))), ElementsAre("noted"));
  Raise("b");
  EXPECT_THAT(EventsOf(After(hours(1))), ElementsAre("noted"));
  EXPECT_THAT(EventsOf(At("2026-09-02T05:59:59Z")), IsEmpty());
  EXPECT_THAT(EventsOf(At("2026-09-02T06:00:00Z")),
              ElementsAre("closed", "requested", "requested"));
  const auto deliveries = Deliveries();
  ASSERT_EQ(deliveries.size(), 2u);
  EXPECT_NE(deliveries[0].digest().address(), deliveries[1].digest().address());
  for (const v1::Delivery& delivery : deliveries) {
    EXPECT_EQ(delivery.digest().items_size(), 2);
    EXPECT_EQ(core::FormatDate(core::FromDays(delivery.digest().day())), "2026-09-02");
    EXPECT_EQ(delivery.digest().items(0).sentence(),
              "20 matched students changed by −6.8 % of scale (at any moment: −9.4 to −4.1); +0.4 "
              "was desired by 28 November.");
  }
}

TEST_F(DigestTest, AnAlertIsInItOnceAsItWasLastTold) {
  fixture_.Give(Readers({"ana@example.org"}));
  Raise("a");
  After(seconds(30));
  Clear("a");
  After(hours(1));
  At("2026-09-02T06:00:00Z");
  ASSERT_EQ(Deliveries().size(), 1u);
  ASSERT_EQ(Deliveries()[0].digest().items_size(), 1);
  EXPECT_TRUE(Deliveries()[0].digest().items(0).resolved());
}

TEST_F(DigestTest, ADayWithoutAlertsHasNoMail) {
  fixture_.Give(Readers({"ana@example.org"}));
  EXPECT_THAT(EventsOf(After(hours(72))), IsEmpty());
}

TEST_F(DigestTest, ADigestHasABound) {
  fixture_.Give(Readers({"ana@example.org"}));
  for (int i = 0; i < 130; ++i) Raise("a" + std::to_string(i));
  At("2026-09-02T06:00:00Z");
  EXPECT_EQ(Deliveries().at(0).digest().items_size(), 100);
  EXPECT_EQ(Deliveries()[0].digest().more(), 30);
}

TEST_F(DigestTest, AnotherHourIsTheHourOfWhatWasCollected) {
  fixture_.Give(Readers({"ana@example.org"}));
  Raise("a");
  After(seconds(30));
  fixture_.Give(Readers({"ana@example.org"}, 14));
  EXPECT_THAT(EventsOf(At("2026-09-01T14:00:00Z")), ElementsAre("closed", "requested"));
}

TEST_F(DigestTest, WhatIsNoDigestAnyMoreIsNotSent) {
  fixture_.Give(Readers({"ana@example.org"}));
  Raise("a");
  After(seconds(30));
  fixture_.Give(Hook("digest"));
  EXPECT_THAT(EventsOf(At("2026-09-02T06:00:00Z")), IsEmpty());
  EXPECT_THAT(Deliveries(), IsEmpty());
}

TEST_F(DigestTest, TheHourIsThatOfTheDistrict) {
  plans::v1::DistrictAdopted adopted;
  adopted.mutable_district()->set_district("d");
  adopted.mutable_district()->set_name("Málaga");
  adopted.mutable_district()->set_time_zone("America/Chicago");
  *adopted.mutable_district()->mutable_policy() = DefaultPolicy();
  adopted.mutable_district()->set_version(2);
  fixture_.Give(adopted);
  fixture_.Give(Readers({"ana@example.org"}));
  Raise("a");
  EXPECT_THAT(EventsOf(At("2026-09-02T10:59:00Z")), ElementsAre("noted"));
  EXPECT_THAT(EventsOf(At("2026-09-02T11:00:00Z")), ElementsAre("closed", "requested"));
  EXPECT_EQ(Deliveries().at(0).digest().district_name(), "Málaga");
}

TEST_F(DigestTest, AReaderWhoWantsNoMoreIsLeftOutAndTheLastEndsTheSubscription) {
  fixture_.Give(Readers({"ana@example.org", "ben@example.org"}));
  v1::EndDigest end;
  end.set_district("d");
  end.set_subscription("digest");
  end.set_address("ana@example.org");
  EXPECT_THAT(EventsOf(fixture_.Give(end)), ElementsAre("changed"));
  EXPECT_THAT(EventsOf(fixture_.Give(end)), IsEmpty()) << "as before";
  end.set_address("ben@example.org");
  EXPECT_THAT(EventsOf(fixture_.Give(end)), ElementsAre("deleted"));
  EXPECT_THAT(EventsOf(fixture_.Give(end)), IsEmpty());
}

class DigestDays : public DigestTest {
 protected:
  DigestDays() {
    plans::v1::DistrictAdopted adopted;
    plans::v1::District& district = *adopted.mutable_district();
    district.set_district("d");
    district.set_time_zone("UTC");
    *district.mutable_policy() = DefaultPolicy();
    auto& term = *district.mutable_calendar()->add_terms();
    term.set_first("2026-08-31");
    term.set_last("2026-09-25");
    district.mutable_calendar()->add_closures("2026-09-07");  // a Monday
    district.set_version(2);
    fixture_.Give(adopted);
    fixture_.Give(Readers({"ana@example.org"}));
  }
  std::vector<std::string> SentOn() {
    std::vector<std::string> days;
    for (const v1::Delivery& one : Deliveries()) {
      days.push_back(core::FormatDate(core::FromDays(one.digest().day())));
    }
    return days;
  }
};

TEST_F(DigestDays, AreThoseOnWhichTheDistrictTeaches) {
  At("2026-09-04T12:00:00Z");  // Friday
  Raise("a");
  EXPECT_THAT(EventsOf(At("2026-09-08T05:59:59Z")), ElementsAre("noted"))
      << "Not on the weekend, and not on Labor Day.";
  EXPECT_THAT(EventsOf(At("2026-09-08T06:00:00Z")), ElementsAre("closed", "requested"));
  EXPECT_THAT(SentOn(), ElementsAre("2026-09-08"));
}

TEST_F(DigestDays, ACalendarThatChangedIsLookedAtAgain) {
  At("2026-09-08T12:00:00Z");
  Raise("a");
  After(hours(1));
  plans::v1::DistrictAdopted adopted;
  *adopted.mutable_district() = *fixture_.state().Find(district::kDistricts, "d");
  adopted.mutable_district()->mutable_calendar()->add_closures("2026-09-09");
  adopted.mutable_district()->set_version(3);
  fixture_.Give(adopted);
  EXPECT_THAT(EventsOf(At("2026-09-09T20:00:00Z")), ElementsAre("noted"));
  EXPECT_THAT(EventsOf(At("2026-09-10T06:00:00Z")), ElementsAre("closed", "requested"));
}

TEST_F(DigestDays, InTheSummerAreWeekdays) {
  At("2026-10-02T12:00:00Z");  // Friday, after the last term
  Raise("a");
  EXPECT_THAT(EventsOf(At("2026-10-04T20:00:00Z")), ElementsAre("noted"));
  EXPECT_THAT(EventsOf(At("2026-10-05T06:00:00Z")), ElementsAre("closed", "requested"));
}

TEST_F(DigestTest, WhatWasSaidIsSaidAgainOnlyWhenItChanged) {
  fixture_.Give(Readers({"ana@example.org"}));
  Raise("a");
  At("2026-09-02T06:00:00Z");
  ASSERT_EQ(Deliveries().size(), 1u);
  EXPECT_THAT(EventsOf(At("2026-09-04T12:00:00Z")), IsEmpty())
      << "It was repeated, and is the same.";
  Escalate("a");
  At("2026-09-07T06:00:00Z");
  ASSERT_EQ(Deliveries().size(), 2u);
  Clear("a");
  At("2026-09-09T06:00:00Z");
  ASSERT_EQ(Deliveries().size(), 3u);
  Raise("a");
  At("2026-09-11T06:00:00Z");
  EXPECT_EQ(Deliveries().size(), 4u) << "It is another alert.";
  EXPECT_THAT(EventsOf(At("2026-09-20T06:00:00Z")), IsEmpty());
}

TEST_F(DigestTest, SaysWhatPeopleCallThings) {
  plans::v1::SchoolChanged school;
  school.mutable_school()->set_district("d");
  school.mutable_school()->set_school("s");
  school.mutable_school()->set_name("North Elementary");
  school.mutable_school()->set_version(1);
  fixture_.Give(school);
  plans::v1::TeamChanged team;
  team.mutable_team()->set_district("d");
  team.mutable_team()->set_school("s");
  team.mutable_team()->set_team("t");
  team.mutable_team()->set_name("Third grade");
  team.mutable_team()->set_version(1);
  fixture_.Give(team);
  plans::v1::SitePlanPublished plan;
  plan.mutable_plan()->set_district("d");
  plan.mutable_plan()->set_school("s");
  plan.mutable_plan()->add_indicators()->set_indicator("a");
  plan.mutable_plan()->mutable_indicators(0)->set_statement("Cites the text");
  fixture_.Give(plan);
  EXPECT_TRUE(fixture_.Give(plan).events.empty()) << "They are known.";
  fixture_.Give(Readers({"ana@example.org"}));
  Raise("a");
  const v1::AlertNames& of_alert = Now("a").names();
  EXPECT_EQ(of_alert.school(), "North Elementary");
  EXPECT_EQ(of_alert.team(), "Third grade");
  EXPECT_EQ(of_alert.indicator(), "Cites the text");
  At("2026-09-02T06:00:00Z");
  const v1::DigestItem item = Deliveries().at(0).digest().items(0);
  EXPECT_EQ(item.names().school(), "North Elementary");
  EXPECT_EQ(item.indicator(), "a");
}

}  // namespace
}  // namespace throughline::notifications
