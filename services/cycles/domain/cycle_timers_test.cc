#include "cycles/domain/cycle_timers.h"

#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CycleTimersTest : public SchoolFixture {
 protected:
  // What was raised and cleared about phases being overdue, as "raised 2 analyze".
  static std::vector<std::string> OverdueOf(const Outcome& outcome) {
    std::vector<std::string> said;
    const auto note = [&](const std::string& what, const v1::Condition& condition) {
      if (condition.trigger() != common::v1::TRIGGER_OVERDUE) return;
      said.push_back(what + ' ' + v1::Severity_Name(condition.severity()) + ' ' +
                     v1::CycleState_Name(condition.phase()));
    };
    for (const auto* raised : outcome.All<v1::ConditionRaised>()) {
      note("raised", raised->condition());
    }
    for (const auto* cleared : outcome.All<v1::ConditionCleared>()) {
      note("cleared", cleared->condition());
    }
    return said;
  }
  static constexpr const char* kWarned = "raised SEVERITY_WARNING CYCLE_STATE_ANALYZE";
  static constexpr const char* kEscalated = "raised SEVERITY_CRITICAL CYCLE_STATE_ANALYZE";
};

TEST_F(CycleTimersTest, WindowBeginsAtMidnightOfTheDistrict) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  fixture_.AdvanceTo(MidnightOf("2026-08-31") - std::chrono::milliseconds{1});
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_SCHEDULED);
  EXPECT_EQ(core::FormatInstant(MidnightOf("2026-08-31")), "2026-08-31T05:00:00.000Z");
  fixture_.AdvanceTo(MidnightOf("2026-08-31"));
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_ANALYZE);
}

TEST_F(CycleTimersTest, OverduePhaseAlertsThenEscalatesThenClears) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  // Analyze is due on 09-01. Labor Day and the weekend before it do not count.
  EXPECT_THAT(
      OverdueOf(fixture_.AdvanceTo(MidnightOf("2026-09-03") - std::chrono::milliseconds{1})),
      IsEmpty());
  const Outcome warned = fixture_.AdvanceTo(MidnightOf("2026-09-03"));
  ASSERT_THAT(OverdueOf(warned), ElementsAre(kWarned));
  EXPECT_EQ(warned.First<v1::ConditionRaised>()->condition().reason(),
            "The phase analyze was due on 2026-09-01.");
  EXPECT_EQ(warned.First<v1::ConditionRaised>()->condition().due(), "2026-09-01");
  EXPECT_THAT(
      OverdueOf(fixture_.AdvanceTo(MidnightOf("2026-09-08") - std::chrono::milliseconds{1})),
      IsEmpty());
  EXPECT_THAT(OverdueOf(fixture_.AdvanceTo(MidnightOf("2026-09-08"))), ElementsAre(kEscalated));

  fixture_.Give(AnalysisRequest(cycle));
  EXPECT_THAT(OverdueOf(End(cycle, v1::CYCLE_STATE_ANALYZE)),
              ElementsAre("cleared SEVERITY_CRITICAL CYCLE_STATE_ANALYZE"));
}

TEST_F(CycleTimersTest, PhaseEndedInTimeRaisesNothing) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");  // a day late, which is within what the policy grants
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  // Design is due on 09-04.
  EXPECT_THAT(OverdueOf(AdvanceTo("2026-09-08")), IsEmpty());
  EXPECT_THAT(OverdueOf(AdvanceTo("2026-09-09")),
              ElementsAre("raised SEVERITY_WARNING CYCLE_STATE_DESIGN"));
}

TEST_F(CycleTimersTest, PhaseBegunLongAfterItsDueDayIsOverdueAtOnce) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-14");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_THAT(OverdueOf(AdvanceTo("2026-09-14")),
              ElementsAre("raised SEVERITY_WARNING CYCLE_STATE_DESIGN",
                          "raised SEVERITY_CRITICAL CYCLE_STATE_DESIGN"));
}

TEST_F(CycleTimersTest, AlertThatWouldComeWithItsEscalationIsOnlyEscalated) {
  plans::v1::District district = DefaultDistrict();
  district.mutable_policy()->set_overdue_alert_days(3);
  district.set_version(2);
  Adopt(district);
  Schedule("t", "2026-08-31");
  EXPECT_THAT(OverdueOf(AdvanceTo("2026-09-11")), ElementsAre(kEscalated));
}

TEST_F(CycleTimersTest, CancellingClearsWhatHolds) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-03");
  auto cancel = For<v1::CancelCycleRequest>(cycle);
  cancel.set_reason("Too late now.");
  EXPECT_THAT(NamesOf(fixture_.Give(cancel)), ElementsAre("ConditionCleared", "CycleCancelled"));
  EXPECT_EQ(fixture_.state().Find(kCycles, JoinKey("d", "s", cycle.cycle()))->state(),
            v1::CYCLE_STATE_CANCELLED);
}

TEST_F(CycleTimersTest, CycleThatNobodyClosesLapsesAndCadenceGoesOn) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  // Its fifteen days end on 09-22; the fifteen after them end on 10-13.
  fixture_.AdvanceTo(MidnightOf("2026-10-14") - std::chrono::milliseconds{1});
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_ANALYZE);
  const Outcome lapsed = fixture_.AdvanceTo(MidnightOf("2026-10-14"));
  EXPECT_THAT(NamesOf(lapsed), ElementsAre("ConditionCleared", "ConditionCleared", "CycleCancelled",
                                           "CycleScheduled", "PhaseStarted"));
  EXPECT_EQ(Now(cycle).cancel_reason(), "lapsed");
  EXPECT_EQ(Current("t").number(), 2);
  EXPECT_EQ(Current("t").start(), "2026-10-14");
  EXPECT_EQ(Current("t").indicators(0).indicator(), kIndicator);
}

TEST_F(CycleTimersTest, CadenceOfATeamThatHasStoppedEnds) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  SetTeam("t", false, 2);
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_CANCELLED);
  EXPECT_THAT(NamesOf(AdvanceTo("2027-05-31")), IsEmpty());
}

TEST_F(CycleTimersTest, ClosedCycleWantsNoMoreTime) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-01");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  auto cancel = For<v1::CancelCycleRequest>(Current("t"));
  cancel.set_reason("Enough.");
  fixture_.Give(cancel);
  for (const auto& row : fixture_.Rows()) {
    EXPECT_THAT(row.row.table + ' ' + row.row.key, Not(StartsWith("_timer cycle/")));
  }
  const Outcome year = AdvanceTo("2027-05-31");
  EXPECT_THAT(NamesOf(year), ElementsAre("ReviewOpened")) << "the school's, and only that";
}

TEST_F(CycleTimersTest, NamesSayWhatTheyAreAbout) {
  const auto timer = ParseTimer("cycle/missing/d/s/c1");
  ASSERT_TRUE(timer);
  EXPECT_EQ(timer->what, CycleTimer::What::kMissing);
  EXPECT_EQ(timer->district, "d");
  EXPECT_EQ(timer->school, "s");
  EXPECT_EQ(timer->cycle, "c1");
  EXPECT_FALSE(ParseTimer("cycle/other/d/s/c1"));
  EXPECT_FALSE(ParseTimer("school_review/d/s"));
}

}  // namespace
}  // namespace throughline::cycles
