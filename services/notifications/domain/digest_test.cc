#include "notifications/domain/digest.h"

#include "notifications/domain/delivery_bench.h"

namespace throughline::notifications {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// The bench begins at noon in UTC, which is the district's time zone.
class DigestTest : public DeliveryBench {
 protected:
  Outcome After(std::chrono::milliseconds time) { return bench_.AdvanceTo(bench_.now() + time); }
  Outcome At(const std::string& instant) { return bench_.AdvanceTo(*core::ParseInstant(instant)); }
};

TEST_F(DigestTest, ADayOfAlertsIsOneMailToEachReaderAtItsHour) {
  bench_.Give(Readers({"ana@example.org", "ben@example.org"}));
  Raise("a");
  EXPECT_THAT(Told(After(seconds(30))), ElementsAre("noted"));
  Raise("b");
  EXPECT_THAT(Told(After(hours(1))), ElementsAre("noted"));
  EXPECT_THAT(Told(At("2026-09-02T05:59:59Z")), IsEmpty());
  EXPECT_THAT(Told(At("2026-09-02T06:00:00Z")), ElementsAre("closed", "requested", "requested"));
  const auto deliveries = Deliveries();
  ASSERT_EQ(deliveries.size(), 2u);
  EXPECT_NE(deliveries[0].digest().address(), deliveries[1].digest().address());
  for (const v1::Delivery& delivery : deliveries) {
    EXPECT_EQ(delivery.digest().items_size(), 2);
    EXPECT_EQ(core::FormatDate(core::FromDays(delivery.digest().day())), "2026-09-02");
    EXPECT_EQ(delivery.digest().items(0).sentence(), "Growth is under what was desired by now.");
  }
}

TEST_F(DigestTest, AnAlertIsInItOnceAsItWasLastTold) {
  bench_.Give(Readers({"ana@example.org"}));
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
  bench_.Give(Readers({"ana@example.org"}));
  EXPECT_THAT(Told(After(hours(72))), IsEmpty());
}

TEST_F(DigestTest, ADigestHasABound) {
  bench_.Give(Readers({"ana@example.org"}));
  for (int i = 0; i < 130; ++i) Raise("a" + std::to_string(i));
  At("2026-09-02T06:00:00Z");
  EXPECT_EQ(Deliveries().at(0).digest().items_size(), 100);
  EXPECT_EQ(Deliveries()[0].digest().more(), 30);
}

TEST_F(DigestTest, AnotherHourIsTheHourOfWhatWasCollected) {
  bench_.Give(Readers({"ana@example.org"}));
  Raise("a");
  After(seconds(30));
  bench_.Give(Readers({"ana@example.org"}, 14));
  EXPECT_THAT(Told(At("2026-09-01T14:00:00Z")), ElementsAre("closed", "requested"));
}

TEST_F(DigestTest, WhatIsNoDigestAnyMoreIsNotSent) {
  bench_.Give(Readers({"ana@example.org"}));
  Raise("a");
  After(seconds(30));
  bench_.Give(Hook("digest"));
  EXPECT_THAT(Told(At("2026-09-02T06:00:00Z")), IsEmpty());
  EXPECT_THAT(Deliveries(), IsEmpty());
}

TEST_F(DigestTest, TheHourIsThatOfTheDistrict) {
  plans::v1::DistrictAdopted adopted;
  adopted.mutable_district()->set_district("d");
  adopted.mutable_district()->set_name("Málaga");
  adopted.mutable_district()->set_time_zone("America/Chicago");
  *adopted.mutable_district()->mutable_policy() = DefaultPolicy();
  adopted.mutable_district()->set_version(2);
  bench_.Give(adopted);
  bench_.Give(Readers({"ana@example.org"}));
  Raise("a");
  EXPECT_THAT(Told(At("2026-09-02T10:59:00Z")), ElementsAre("noted"));
  EXPECT_THAT(Told(At("2026-09-02T11:00:00Z")), ElementsAre("closed", "requested"));
  EXPECT_EQ(Deliveries().at(0).digest().district_name(), "Málaga");
}

TEST_F(DigestTest, AReaderWhoWantsNoMoreIsLeftOutAndTheLastEndsTheSubscription) {
  bench_.Give(Readers({"ana@example.org", "ben@example.org"}));
  v1::EndDigest end;
  end.set_district("d");
  end.set_subscription("digest");
  end.set_address("ana@example.org");
  EXPECT_THAT(Told(bench_.Give(end)), ElementsAre("changed"));
  EXPECT_THAT(Told(bench_.Give(end)), IsEmpty()) << "as before";
  end.set_address("ben@example.org");
  EXPECT_THAT(Told(bench_.Give(end)), ElementsAre("deleted"));
  EXPECT_THAT(Told(bench_.Give(end)), IsEmpty());
}

}  // namespace
}  // namespace throughline::notifications
