#include "cycles/domain/cycle.h"

#include <cmath>

#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using CycleTest = SchoolFixture;

TEST_F(CycleTest, IsScheduledOverClosuresOfDistrictAndSchool) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_EQ(cycle.state(), v1::CYCLE_STATE_SCHEDULED);
  EXPECT_EQ(cycle.number(), 1);
  EXPECT_EQ(cycle.end(), "2026-09-22");
  EXPECT_EQ(cycle.mid_cycle(), "2026-09-11");
  EXPECT_EQ(cycle.baseline_from(), "2026-06-29");  // nine weeks of weekdays before the first term
  ASSERT_EQ(cycle.due_size(), 4);
  EXPECT_EQ(cycle.due(0).date(), "2026-09-01");
  EXPECT_EQ(cycle.due(1).date(), "2026-09-04");
  EXPECT_EQ(cycle.due(2).date(), "2026-09-17");
  EXPECT_EQ(cycle.due(3).date(), "2026-09-22");
}

TEST_F(CycleTest, StartsOnTheFirstTeachingDayOnOrAfter) {
  EXPECT_EQ(Schedule("t", "2026-09-05").start(), "2026-09-08");  // Saturday before Labor Day
}

TEST_F(CycleTest, AnIdThatIsLeftOutIsSaidToBeMissing) {
  const auto refusal = [&](auto request) {
    request.set_district("d");
    const auto refused = fixture_.Give(request).refusal;
    return refused ? std::tuple(refused->code, refused->reason, refused->field)
                   : std::tuple(core::Code::kInternal, std::string(), std::string());
  };
  const auto missing = [](const char* field) {
    return std::tuple(core::Code::kInvalidArgument, std::string("ID_MISSING"), std::string(field));
  };
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_EQ(refusal(v1::ScheduleCycleRequest()), missing("school"));
  v1::ScheduleCycleRequest schedule;
  schedule.set_school(cycle.school());
  EXPECT_EQ(refusal(schedule), missing("team"));
  v1::EndPhaseRequest end;
  end.set_cycle(cycle.cycle());
  EXPECT_EQ(refusal(end), missing("school"));
  v1::AnswerReviewRequest answer;
  answer.set_review("r");
  EXPECT_EQ(std::get<1>(refusal(answer)), "REVIEW_UNKNOWN") << "one of the district";
  answer.set_school("nowhere");
  EXPECT_EQ(std::get<1>(refusal(answer)), "REVIEW_UNKNOWN");
}

TEST_F(CycleTest, AnArtefactWithNothingInItIsNotRecorded) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  auto analysis = AnalysisRequest(cycle);
  analysis.clear_analysis();
  EXPECT_EQ(fixture_.Give(analysis).refusal->reason, "NOTHING_SAID");
  fixture_.Give(AnalysisRequest(cycle));
  End(cycle, v1::CYCLE_STATE_ANALYZE);
  auto design = DesignRequest(cycle, 0.4);
  design.clear_design();
  EXPECT_EQ(fixture_.Give(design).refusal->field, "design");
}

TEST_F(CycleTest, GoesThroughItsPhasesAndClosesWithItsImpactAndTheNextOne) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_THAT(NamesOf(fixture_.AdvanceTo(MidnightOf("2026-08-31"))), ElementsAre("PhaseStarted"));
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_ANALYZE);

  fixture_.Give(AnalysisRequest(cycle));
  End(cycle, v1::CYCLE_STATE_ANALYZE);
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_DESIGN);

  fixture_.Give(DesignRequest(cycle, 0.4));
  EXPECT_EQ(Now(cycle).indicators(0).predicted_effect(), 0.4);
  End(cycle, v1::CYCLE_STATE_DESIGN);

  AdvanceTo("2026-09-11");
  fixture_.Give(LookRequest(cycle, "2026-09-11"));
  fixture_.Give(Summarized(cycle, Numbers(20, 0.56, 1.37)));
  End(cycle, v1::CYCLE_STATE_IMPLEMENT);

  AdvanceTo("2026-09-22");
  fixture_.Give(RefinementRequest(cycle));
  const Outcome closed = End(cycle, v1::CYCLE_STATE_REFINE);
  ASSERT_THAT(NamesOf(closed), ElementsAre("CycleClosed", "CycleScheduled"));

  const auto& answer = closed.AnswerAs<v1::EndPhaseResponse>();
  ASSERT_EQ(answer.cycle().impacts_size(), 1);
  EXPECT_EQ(answer.cycle().state(), v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(answer.cycle().impacts(0).verdict(), v1::VERDICT_EXCEEDED);
  EXPECT_EQ(answer.cycle().impacts(0).predicted_effect(), 0.4);
  EXPECT_EQ(answer.cycle().impacts(0).evidence().effect_low(), 0.56);

  EXPECT_EQ(answer.next().number(), 2);
  EXPECT_EQ(answer.next().start(), "2026-09-23");
  EXPECT_EQ(answer.next().indicators(0).indicator(), kIndicator);
  EXPECT_FALSE(answer.next().indicators(0).has_predicted_effect());
  EXPECT_FALSE(answer.next().artefacts().has_design());
  EXPECT_EQ(Current("t").cycle(), answer.next().cycle());
  EXPECT_LT(cycle.cycle(), answer.next().cycle()) << "ids are in the order of their numbers";
}

TEST_F(CycleTest, ClosedEarlyIsFollowedAfterItsWindow) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(Current("t").start(), "2026-09-23");
}

TEST_F(CycleTest, ClosedLateIsFollowedToday) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-26");  // a Saturday
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(Current("t").start(), "2026-09-28");
}

TEST_F(CycleTest, NothingFollowsInATeamThatHasStopped) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  SetTeam("t", false, 2);
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_CANCELLED);
  EXPECT_EQ(End(cycle, v1::CYCLE_STATE_ANALYZE).refusal->reason, "CYCLE_OVER");
  EXPECT_EQ(AdvanceTo("2026-12-01").First<v1::CycleScheduled>(), nullptr);
}

TEST_F(CycleTest, ChangedCalendarLeavesAScheduledWindowAlone) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  plans::v1::District district = DefaultDistrict();
  district.mutable_calendar()->add_closures("2026-09-09");
  district.set_version(2);
  Adopt(district);
  EXPECT_EQ(Now(cycle).end(), "2026-09-22");
  AdvanceTo("2026-09-22");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(Current("t").start(), "2026-09-23");
}

TEST_F(CycleTest, EveryMissingArtefactIsNamed) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");

  Outcome refused = End(cycle, v1::CYCLE_STATE_ANALYZE);
  EXPECT_EQ(refused.refusal->code, core::Code::kFailedPrecondition);
  EXPECT_EQ(refused.refusal->field, "analysis.problem_of_practice");
  EXPECT_THAT(refused.refusal->message,
              EndsWith("analysis.problem_of_practice: It is missing.\n"
                       "analysis.evidence: It is missing.\nanalysis.challenge: It is missing.\n"
                       "analysis.challenge_source: It is missing.\n"
                       "analysis.probing_questions: It is missing."));
  auto some = AnalysisRequest(cycle);
  some.mutable_analysis()->clear_evidence();
  fixture_.Give(some);
  EXPECT_THAT(End(cycle, v1::CYCLE_STATE_ANALYZE).refusal->message,
              AllOf(HasSubstr("analysis.evidence"), Not(HasSubstr("analysis.challenge"))));

  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_THAT(End(cycle, v1::CYCLE_STATE_DESIGN).refusal->message,
              EndsWith("design.if_practice: It is missing.\ndesign.then_evidence: It is missing.\n"
                       "design.so_that: It is missing.\ndesign.practices: It is missing.\n"
                       "design.indicators[close-reading].predicted_effect: It is missing."));
  Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
  EXPECT_THAT(End(cycle, v1::CYCLE_STATE_IMPLEMENT).refusal->message, HasSubstr("looks"));
  Bring(cycle, v1::CYCLE_STATE_REFINE);
  EXPECT_THAT(End(cycle, v1::CYCLE_STATE_REFINE).refusal->message,
              EndsWith("refinement.what_worked: It is missing.\n"
                       "refinement.why_and_how: It is missing.\n"
                       "refinement.next_step: It is missing."));
}

TEST_F(CycleTest, OneThatWouldBeOverIsNotBegun) {
  fixture_.AdvanceTo(*core::ParseInstant("2026-10-05T12:00:00Z"));
  EXPECT_EQ(ReasonOf(fixture_.Give(ScheduleRequest("t", "2026-08-31"))), "CYCLE_IN_PAST");
  EXPECT_FALSE(fixture_.Give(ScheduleRequest("t", "2026-09-28")).refusal);
}

TEST_F(CycleTest, ScheduleIsRefused) {
  const auto reason = [&](auto change) {
    auto request = ScheduleRequest("t", "2026-08-31");
    change(request);
    return ReasonOf(fixture_.Give(request));
  };
  EXPECT_EQ(reason([](auto& r) { r.set_district("x"); }), "DISTRICT_UNKNOWN");
  EXPECT_EQ(reason([](auto& r) { r.set_team("x"); }), "TEAM_UNKNOWN");
  EXPECT_EQ(reason([](auto& r) { r.set_school("x"); }), "SCHOOL_UNKNOWN");
  EXPECT_EQ(reason([](auto& r) { r.set_start("31.8.2026"); }), "START_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_start("9999-12-31"); }), "START_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_start("1969-12-31"); }), "START_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_progression("a/b"); }), "ID_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_indicators(0, "a/b"); }), "ID_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.clear_indicators(); }), "INDICATORS_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.add_indicators(kIndicator); }), "INDICATORS_INVALID");
  EXPECT_EQ(reason([](auto& r) {
              for (const char* more : {"a", "b", "c", "d"}) r.add_indicators(more);
            }),
            "INDICATORS_INVALID");
  SetTeam("t", false, 2);
  EXPECT_EQ(reason([](auto&) {}), "TEAM_INACTIVE");
  SetTeam("t", true, 3);
  EXPECT_EQ(reason([](auto&) {}), "");
  EXPECT_EQ(reason([](auto&) {}), "CYCLE_UNDER_WAY");
}

TEST_F(CycleTest, ArtefactsAreRefused) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_EQ(ReasonOf(fixture_.Give(AnalysisRequest(cycle))), "WRONG_PHASE") << "not begun";
  const Outcome early = End(cycle, v1::CYCLE_STATE_SCHEDULED);
  EXPECT_EQ(ReasonOf(early), "WRONG_PHASE");
  EXPECT_THAT(early.refusal->message, HasSubstr("has not begun yet"));
  AdvanceTo("2026-08-31");

  v1::Cycle other = cycle;
  other.set_cycle("x");
  EXPECT_EQ(ReasonOf(fixture_.Give(AnalysisRequest(other))), "CYCLE_UNKNOWN");
  auto stale = AnalysisRequest(cycle);
  stale.set_expected_version(1);
  EXPECT_EQ(ReasonOf(fixture_.Give(stale)), "VERSION_STALE");
  auto longer = AnalysisRequest(cycle);
  longer.mutable_analysis()->set_evidence(std::string(65 * 1024, 'x'));
  EXPECT_EQ(ReasonOf(fixture_.Give(longer)), "TEXT_TOO_LONG");
  EXPECT_EQ(ReasonOf(fixture_.Give(DesignRequest(cycle, 0.4))), "WRONG_PHASE");
  EXPECT_EQ(ReasonOf(fixture_.Give(RefinementRequest(cycle))), "WRONG_PHASE");
  EXPECT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_DESIGN)), "WRONG_PHASE");

  Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
  EXPECT_EQ(ReasonOf(fixture_.Give(LookRequest(cycle, "2026-08-30"))), "LOOK_OUTSIDE_WINDOW");
  EXPECT_EQ(ReasonOf(fixture_.Give(LookRequest(cycle, "2026-09-23"))), "LOOK_OUTSIDE_WINDOW");
  EXPECT_EQ(ReasonOf(fixture_.Give(LookRequest(cycle, "soon"))), "LOOK_OUTSIDE_WINDOW");
  EXPECT_EQ(ReasonOf(fixture_.Give(LookRequest(cycle, "2026-09-01"))), "LOOK_IN_FUTURE");
  auto blind = LookRequest(cycle, "2026-08-31");
  blind.mutable_look()->clear_observation();
  EXPECT_EQ(ReasonOf(fixture_.Give(blind)), "OBSERVATION_MISSING");

  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(ReasonOf(fixture_.Give(AnalysisRequest(cycle))), "CYCLE_OVER");
  EXPECT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_REFINE)), "CYCLE_OVER");
}

TEST_F(CycleTest, DesignIsRefused) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  const auto refusal = [&](auto change) {
    auto request = DesignRequest(cycle, 0.4);
    change(*request.mutable_design());
    const Outcome outcome = fixture_.Give(request);
    return outcome.refusal ? outcome.refusal->reason + ' ' + outcome.refusal->field : "";
  };
  EXPECT_EQ(refusal([](auto& d) { d.mutable_indicators(0)->set_predicted_effect(0); }),
            "PREDICTION_INVALID design.indicators[0].predicted_effect");
  EXPECT_EQ(refusal([](auto& d) { d.mutable_indicators(0)->set_predicted_effect(NAN); }),
            "PREDICTION_INVALID design.indicators[0].predicted_effect");
  EXPECT_EQ(refusal([](auto& d) { d.mutable_indicators(0)->set_predicted_effect(5.1); }),
            "PREDICTION_INVALID design.indicators[0].predicted_effect");
  EXPECT_EQ(refusal([](auto& d) { d.mutable_indicators(0)->set_desired_growth_per_year(NAN); }),
            "GROWTH_INVALID design.indicators[0].desired_growth_per_year");
  EXPECT_EQ(refusal([](auto& d) { *d.add_indicators() = d.indicators(0); }),
            "INDICATOR_TWICE design.indicators[1]");
  EXPECT_EQ(refusal([](auto& d) { d.add_indicators()->set_indicator("x"); }),
            "INDICATOR_NOT_OF_CYCLE design.indicators[1]");
  EXPECT_EQ(refusal([](auto&) {}), "");
}

TEST_F(CycleTest, LaterDesignReplacesEarlierPredictions) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(DesignRequest(cycle, 0.4));
  auto later = DesignRequest(cycle, 0.4);
  later.mutable_design()->clear_indicators();
  fixture_.Give(later);
  EXPECT_THAT(End(cycle, v1::CYCLE_STATE_DESIGN).refusal->message,
              HasSubstr("design.indicators[close-reading].predicted_effect"));
}

TEST_F(CycleTest, CancelledWithAReasonMakesRoomForAnother) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  auto request = For<v1::CancelCycleRequest>(cycle);
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "REASON_MISSING");
  request.set_reason(std::string(2001, 'x'));
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "TEXT_TOO_LONG");
  request.set_reason("The team is reorganized.");
  const Outcome cancelled = fixture_.Give(request);
  EXPECT_THAT(NamesOf(cancelled), ElementsAre("CycleCancelled"));
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_CANCELLED);
  EXPECT_EQ(Now(cycle).cancel_reason(), "The team is reorganized.");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "CYCLE_OVER");
  EXPECT_THAT(NamesOf(AdvanceTo("2027-01-11")), IsEmpty()) << "a cancelled cycle wants nothing";
  EXPECT_EQ(Schedule("t", "2027-01-11").number(), 2);
}

TEST_F(CycleTest, RecordingTheSameAgainChangesNothing) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  const auto twice = [&](const auto& request) {
    EXPECT_THAT(NamesOf(fixture_.Give(request)), ElementsAre("ArtefactsRecorded"));
    const int64_t version = Now(cycle).version();
    const Outcome again = fixture_.Give(request);
    ASSERT_THAT(NamesOf(again), IsEmpty());
    EXPECT_FALSE(again.refusal);
    EXPECT_NE(again.answer, nullptr);
    EXPECT_EQ(Now(cycle).version(), version);
  };
  twice(AnalysisRequest(cycle));
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  twice(DesignRequest(cycle, 0.4));
  Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
  twice(LookRequest(cycle, "2026-08-31"));
  Bring(cycle, v1::CYCLE_STATE_REFINE);
  twice(RefinementRequest(cycle));
}

TEST_F(CycleTest, AnswersShowNoSmallCell) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  fixture_.Give(Summarized(cycle, Numbers(9)));
  const Outcome small = fixture_.Give(AnalysisRequest(cycle));
  const auto& few = small.AnswerAs<v1::RecordAnalysisResponse>().cycle().evidence(0);
  EXPECT_EQ(few.matched(), 0);
  EXPECT_FALSE(few.has_effect());
  EXPECT_EQ(Now(cycle).evidence(0).matched(), 9) << "the rules still see it";

  fixture_.Give(Summarized(cycle, Numbers(10)));
  const Outcome large = fixture_.Give(AnalysisRequest(cycle));
  EXPECT_EQ(large.AnswerAs<v1::RecordAnalysisResponse>().cycle().evidence(0).matched(), 10);
}

}  // namespace
}  // namespace throughline::cycles
