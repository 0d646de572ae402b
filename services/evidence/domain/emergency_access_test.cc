#include "evidence/domain/emergency_access.h"

#include <gtest/gtest.h>

#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {
namespace {

using std::chrono::minutes;

class EmergencyAccessNotes : public ::testing::Test {
 protected:
  EmergencyAccessNotes() : fixture_(decider_, *core::ParseInstant("2026-10-01T17:00:00Z")) {
    plans::v1::EmergencyAccess& access = *taken_.mutable_access();
    access.set_access("a");
    access.set_district("d");
    access.set_school("s");
    access.set_subject("lea");
    access.set_until_ms(core::ToMillis(fixture_.now() + minutes(30)));
  }
  const plans::v1::EmergencyAccess* Noted() {
    return fixture_.state().Find(kEmergencyAccess, JoinKey("d", "s", "a"));
  }

  EvidenceDecider decider_;
  decider::Fixture fixture_;
  plans::v1::EmergencyAccessTaken taken_;
};

TEST_F(EmergencyAccessNotes, AreKeptForAsLongAsItLasts) {
  fixture_.Give(taken_);
  ASSERT_NE(Noted(), nullptr);
  EXPECT_TRUE(fixture_.Give(taken_).events.empty());
  plans::v1::EmergencyAccessEnded ended;
  *ended.mutable_access() = taken_.access();
  fixture_.Give(ended);
  EXPECT_EQ(Noted(), nullptr);
  EXPECT_TRUE(fixture_.Give(ended).events.empty());
}

TEST_F(EmergencyAccessNotes, AreOfOnePersonAndEndWithTheirTime) {
  const core::Instant now = fixture_.now();
  plans::v1::EmergencyAccess access = taken_.access();
  EXPECT_TRUE(IsHeldBy("lea", access, now));
  EXPECT_FALSE(IsHeldBy("leo", access, now));
  EXPECT_TRUE(IsHeldBy("lea", access, now + minutes(30) - std::chrono::milliseconds(1)));
  EXPECT_FALSE(IsHeldBy("lea", access, now + minutes(30)));
  access.set_ended_ms(1);
  EXPECT_FALSE(IsHeldBy("lea", access, now));
}

}  // namespace
}  // namespace throughline::evidence
