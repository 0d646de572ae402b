#include "notifications/delivery/digest_mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::notifications {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Pair;

v1::Delivery ADelivery() {
  v1::Delivery delivery;
  delivery.set_delivery("abc");
  v1::Digest& digest = *delivery.mutable_digest();
  digest.set_address("ana@example.org");
  digest.set_district_name("Lakeside");
  digest.set_day(core::ToDays(*core::ParseDate("2026-09-02")));
  v1::DigestItem& item = *digest.add_items();
  item.set_school("north");
  item.set_team("<b>grade-3</b>");
  item.set_trigger(common::v1::TRIGGER_OFF_TRACK);
  item.set_sentence("Growth is under what was desired & expected.");
  return delivery;
}

constexpr char kLink[] = "https://example.org/u?token=x";

TEST(DigestMail, SaysWhatWasToldBySchool) {
  const auto mail = DigestMail(ADelivery(), "t@example.org", kLink);
  EXPECT_EQ(mail.subject, "Lakeside: 1 alert on 2026-09-02");
  EXPECT_THAT(mail.plain, HasSubstr("north\n- off track (<b>grade-3</b>): Growth is under what was "
                                    "desired & expected.\n"));
  EXPECT_THAT(mail.html, HasSubstr("<li>off track (&lt;b&gt;grade-3&lt;/b&gt;): Growth is under "
                                   "what was desired &amp; expected.</li>"));
  EXPECT_THAT(mail.html, Not(HasSubstr("<b>")));
}

TEST(DigestMail, SaysNamesBesideIds) {
  v1::Delivery delivery = ADelivery();
  v1::DigestItem& item = *delivery.mutable_digest()->mutable_items(0);
  item.set_team("grade-3");
  item.set_indicator("close-reading");
  item.mutable_names()->set_school("North Elementary");
  item.mutable_names()->set_team("Third grade");
  item.mutable_names()->set_indicator("Cites the text");
  const auto mail = DigestMail(delivery, "t@example.org", kLink);
  EXPECT_THAT(mail.plain,
              HasSubstr("North Elementary, north\n- off track (Third grade, grade-3; Cites the "
                        "text, close-reading): Growth"));
  EXPECT_THAT(mail.html, HasSubstr("<h2>North Elementary, north</h2>"));
}

TEST(DigestMail, SaysWhatConcernsASchoolOrTheDistrict) {
  v1::Delivery delivery = ADelivery();
  v1::DigestItem& item = *delivery.mutable_digest()->mutable_items(0);
  item.clear_team();
  item.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  item.mutable_names()->set_group("learner (language)");
  EXPECT_THAT(DigestMail(delivery, "t@example.org", kLink).plain,
              HasSubstr("north\n- gap widened (learner (language)): "));
  item.clear_school();
  EXPECT_THAT(DigestMail(delivery, "t@example.org", kLink).plain,
              HasSubstr("The whole district\n- gap widened (learner (language)): "));
}

TEST(DigestMail, MayBeEndedByALinkInAllItsParts) {
  const auto mail = DigestMail(ADelivery(), "t@example.org", kLink);
  EXPECT_THAT(mail.headers,
              testing::Contains(Pair("List-Unsubscribe", "<" + std::string(kLink) + ">")));
  EXPECT_THAT(mail.headers,
              testing::Contains(Pair("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")));
  EXPECT_THAT(mail.plain, HasSubstr(kLink));
  EXPECT_THAT(mail.html, HasSubstr(kLink));
}

TEST(DigestMail, ARepetitionHasTheSameId) {
  EXPECT_EQ(DigestMail(ADelivery(), "t@example.org", kLink).message_id, "abc@example.org");
}

TEST(DigestMail, CountsWhatFoundNoPlace) {
  v1::Delivery delivery = ADelivery();
  delivery.mutable_digest()->set_more(30);
  const auto mail = DigestMail(delivery, "t@example.org", kLink);
  EXPECT_EQ(mail.subject, "Lakeside: 31 alerts on 2026-09-02");
  EXPECT_THAT(mail.plain, HasSubstr("And 30 more alerts."));
}

}  // namespace
}  // namespace throughline::notifications
