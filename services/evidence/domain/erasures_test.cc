#include "evidence/domain/erasures.h"

#include <gtest/gtest.h>

#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"

namespace throughline::evidence {
namespace {

v1::CertifyErasureRequest Erased(int students) {
  v1::CertifyErasureRequest request;
  request.set_request_id("one");
  request.set_district("d");
  request.set_students(students);
  request.set_reason("A parent asked for it.");
  request.set_requested_by("officer");
  request.set_destroyed_key(1);
  return request;
}

int32_t DayOf(const char* text) { return core::ToDays(*core::ParseDate(text)); }

TEST(Erasures, AreCertifiedOnceUnderOneRequest) {
  const EvidenceDecider decider;
  decider::Fixture fixture(decider, *core::ParseInstant("2026-09-01T12:00:00Z"));
  const auto first = fixture.Give(Erased(2));
  ASSERT_TRUE(first.answer);
  const auto* certificate = fixture.state().Find(kErasures, JoinKey("d", CertificateOf(Erased(2))));
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(certificate->students(), 2);
  EXPECT_EQ(certificate->erased_at_ms(),
            core::ToMillis(*core::ParseInstant("2026-09-01T12:00:00Z")));
  EXPECT_FALSE(certificate->by_retention());
  const auto again = fixture.Give(Erased(2));
  ASSERT_TRUE(again.answer);
  EXPECT_EQ(again.answer->SerializeAsString(), first.answer->SerializeAsString());
  EXPECT_TRUE(again.events.empty()) << "deciding again decides nothing";
}

TEST(Erasures, AskForStudentsAndForAReason) {
  v1::EraseStudentsRequest request;
  request.set_district("d");
  EXPECT_EQ(Check(request).error().reason, "BATCH_EMPTY");
  request.add_students("604821");
  request.set_reason("short");
  EXPECT_EQ(Check(request).error().reason, "REASON_MISSING");
  request.set_reason(std::string(501, 'x'));
  EXPECT_EQ(Check(request).error().reason, "REASON_MISSING");
  request.set_reason("A parent asked for it.");
  EXPECT_TRUE(Check(request));
  for (int i = 0; i < kErasedAtMost; ++i) request.add_students("1");
  EXPECT_EQ(Check(request).error().reason, "BATCH_TOO_LARGE");
}

TEST(Erasures, ByRetentionSayThePolicy) {
  const core::Instant now = *core::ParseInstant("2026-09-01T12:00:00Z");
  const auto request = ByRetention("d", now, 7);
  EXPECT_NE(request.reason().find("7 years"), std::string::npos);
  EXPECT_EQ(request.requested_by(), "");
  EXPECT_EQ(RetentionYears({}), 7);
}

TEST(Erasures, AreOfWhomNoRosterHasHadForSoManyYears) {
  EXPECT_EQ(RetainedSince(DayOf("2026-09-01"), 7), DayOf("2019-08-01"))
      << "the vault is a month late";
  EXPECT_EQ(RetainedSince(DayOf("2024-02-29"), 1), DayOf("2023-01-28"));
  const int32_t since = DayOf("2019-08-01");
  v1::StudentPlaceRow student;
  EXPECT_FALSE(IsRetained(student, since));
  auto& stay = *student.add_stays();
  stay.set_first(DayOf("2010-09-01"));
  EXPECT_TRUE(IsRetained(student, since)) << "a roster has the student still";
  stay.set_over(DayOf("2019-07-01"));
  EXPECT_FALSE(IsRetained(student, since));
  stay.set_over(DayOf("2019-09-01"));
  EXPECT_TRUE(IsRetained(student, since));
}

}  // namespace
}  // namespace throughline::evidence
