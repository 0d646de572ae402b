// Cycles at the edges of a school year, and of teams that stop working. The terms of the fixture's
// district end on 2027-06-04.
#include "cycles/domain/cycle.h"
#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class TermsTest : public SchoolFixture {
 protected:
  static plans::v1::District WithNextYear() {
    plans::v1::District district = DefaultDistrict();
    auto& term = *district.mutable_calendar()->add_terms();
    term.set_first("2027-08-30");
    term.set_last("2028-06-02");
    district.set_version(2);
    return district;
  }
  const v1::TeamCyclesRow& Row() { return *fixture_.state().Find(kTeamCycles, "d/s/t"); }
};

TEST_F(TermsTest, ACycleThatNeedsDaysOutsideThemIsRefusedPlainly) {
  for (const char* start : {"2027-05-18", "2027-06-04", "2027-06-07", "2027-07-12", "2030-01-07"}) {
    const Outcome outcome = fixture_.Give(ScheduleRequest("t", start));
    ASSERT_TRUE(outcome.refusal) << start;
    EXPECT_EQ(outcome.refusal->reason, "OUTSIDE_TERMS");
    EXPECT_EQ(outcome.refusal->field, "start");
    EXPECT_THAT(outcome.refusal->message, HasSubstr("last term ends on 2027-06-04"));
    EXPECT_THAT(outcome.refusal->message, HasSubstr("15 instructional days"));
  }
  EXPECT_EQ(Schedule("t", "2027-05-17").end(), "2027-06-04") << "The last that fits.";
}

TEST_F(TermsTest, ACycleNeverBeginsBeforeTheFirst) {
  EXPECT_EQ(Schedule("t", "2026-08-20").start(), "2026-08-31");
}

TEST_F(TermsTest, ACycleGoesOverTheSummerIntoTheNextYearWhenItIsKnown) {
  Adopt(WithNextYear());
  EXPECT_EQ(Schedule("t", "2027-06-02").end(), "2027-09-14");
}

TEST_F(TermsTest, TheNextCycleWaitsForTheTermsOfTheNextYear) {
  Schedule("t", "2027-05-10");
  const Outcome lapsed = AdvanceTo("2027-07-05");
  EXPECT_THAT(NamesOf(lapsed), Contains("NextCycleDeferred"));
  EXPECT_THAT(NamesOf(lapsed), Not(Contains("CycleScheduled")));
  EXPECT_TRUE(Row().current().empty());
  Outcome more = Adopt(WithNextYear());
  EXPECT_THAT(NamesOf(more), ElementsAre("DistrictNoted", "CycleScheduled"));
  EXPECT_EQ(Current("t").start(), "2027-08-30");
  EXPECT_EQ(Current("t").indicators(0).indicator(), kIndicator);
  EXPECT_FALSE(Row().has_waiting());
  plans::v1::District again = WithNextYear();
  again.set_version(3);
  EXPECT_THAT(NamesOf(Adopt(again)), ElementsAre("DistrictNoted")) << "Once is enough.";
}

TEST_F(TermsTest, ATeamMayScheduleItselfWhatWaits) {
  Schedule("t", "2027-05-10");
  AdvanceTo("2027-07-05");
  plans::v1::District longer = WithNextYear();
  longer.mutable_calendar()->mutable_terms(1)->set_last("2027-09-03");  // too short to go on
  EXPECT_THAT(NamesOf(Adopt(longer)), ElementsAre("DistrictNoted"));
  longer.mutable_calendar()->mutable_terms(1)->set_last("2028-06-02");
  longer.set_version(3);
  SetTeam("t", false, 2);
  EXPECT_THAT(NamesOf(Adopt(longer)), ElementsAre("DistrictNoted")) << "It does not work.";
  SetTeam("t", true, 3);
  EXPECT_EQ(Current("t").start(), "2027-08-30");
}

TEST_F(TermsTest, ATeamThatWorksNoLongerGivesItsCycleUpWithTheReason) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  const v1::Cycle other = Schedule("u", "2026-08-31");
  AdvanceTo("2026-09-02");
  SetTeam("t", false, 2);
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_CANCELLED);
  EXPECT_EQ(Now(cycle).cancel_reason(), "the team is not active");
  EXPECT_TRUE(Row().current().empty());
  EXPECT_NE(Now(other).state(), v1::CYCLE_STATE_CANCELLED);
  AdvanceTo("2026-10-30");
  EXPECT_TRUE(Row().current().empty()) << "Nothing follows.";
  SetTeam("t", true, 3);
  EXPECT_EQ(Schedule("t", "2026-11-02").number(), 2);
}

}  // namespace
}  // namespace throughline::cycles
