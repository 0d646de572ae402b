#include "cycles/domain/cycles_decider.h"

#include "cycles/domain/visit_fixture.h"
#include "throughline/cycles/v1/offers_service.pb.h"
#include "throughline/cycles/v1/practices_service.pb.h"
#include "throughline/cycles/v1/waves_service.pb.h"

namespace throughline::cycles {
namespace {

using testing::IsEmpty;

class CyclesDeciderTest : public VisitFixture {
 protected:
  // Everything that happens in a school, in an order in which it may.
  std::vector<std::shared_ptr<google::protobuf::Message>> EverythingThatHappens() {
    std::vector<std::shared_ptr<google::protobuf::Message>> events;
    const auto note = [&](const Outcome& outcome) {
      events.insert(events.end(), outcome.events.begin(), outcome.events.end());
    };
    note(fixture_.Give(ScheduleRequest("t", "2026-08-31")));
    const v1::Cycle cycle = Current("t");
    note(AdvanceTo("2026-09-03"));  // overdue by now
    note(fixture_.Give(AnalysisRequest(cycle)));
    note(End(cycle, v1::CYCLE_STATE_ANALYZE));
    note(fixture_.Give(DesignRequest(cycle, 0.4)));
    note(End(cycle, v1::CYCLE_STATE_DESIGN));
    note(AdvanceTo("2026-09-14"));
    note(fixture_.Give(Summarized(cycle, Numbers(20))));
    note(fixture_.Give(Moved(cycle, common::v1::TRIGGER_OFF_TRACK, true)));
    note(fixture_.Give(LookRequest(cycle, "2026-09-14")));
    note(End(cycle, v1::CYCLE_STATE_IMPLEMENT));
    note(fixture_.Give(RefinementRequest(cycle)));
    note(End(cycle, v1::CYCLE_STATE_REFINE));
    note(fixture_.Give(Summarized(cycle, Numbers(20, -0.2, 0.3))));
    note(fixture_.Give(Summarized(cycle, Numbers(20))));
    note(AdvanceTo("2027-01-29"));  // the school is reviewed, cycles lapse
    return events;
  }
  // Everything that happens at a visit.
  std::vector<std::shared_ptr<google::protobuf::Message>> EverythingAtAVisit() {
    std::vector<std::shared_ptr<google::protobuf::Message>> events;
    const auto note = [&](const Outcome& outcome) {
      EXPECT_EQ(ReasonOf(outcome), "");
      events.insert(events.end(), outcome.events.begin(), outcome.events.end());
    };
    note(fixture_.Give(PlanRequest("2026-10-13")));
    auto cancel = At<v1::CancelVisitRequest>(NowOn("2026-10-13"));
    cancel.set_reason("Snow.");
    note(fixture_.Give(cancel));
    note(fixture_.Give(PlanRequest()));
    const v1::Visit visit = NowOn(kDay);
    note(fixture_.Give(PrepareRequest(visit)));
    note(AdvanceTo("2026-10-16"));  // overdue by now
    note(fixture_.Give(RoomRequest(visit, "a", true, 3)));
    note(End(visit, v1::VISIT_STATE_PACKET));
    note(fixture_.Give(DebriefRequest(visit)));
    note(End(visit, v1::VISIT_STATE_HELD));
    note(AdvanceTo("2026-12-01"));  // its commitments are overdue by now
    note(AnswerWith(visit, "1", v1::COMMITMENT_OUTCOME_KEPT));
    note(AnswerWith(visit, "try", v1::COMMITMENT_OUTCOME_NOT_KEPT));
    note(End(visit, v1::VISIT_STATE_DEBRIEFED));
    return events;
  }
  v1::Visit NowOn(const std::string& date) {
    return *fixture_.state().Find(kVisits, JoinKey("d", "s", date + "-01"));
  }
};

TEST_F(CyclesDeciderTest, ApplyIsTotalOnAnySequenceOfEvents) {
  const auto events = EverythingThatHappens();
  std::set<std::string> kinds;
  for (const auto& event : events) kinds.insert(event->GetDescriptor()->name());
  EXPECT_EQ(kinds.size(), 22u) << "every event of the service but ReviewAnswered";
  ApplyInAnyOrder(events);
}

TEST_F(CyclesDeciderTest, ApplyIsTotalOnAnySequenceOfEventsOfVisits) {
  const auto events = EverythingAtAVisit();
  std::set<std::string> kinds;
  for (const auto& event : events) kinds.insert(event->GetDescriptor()->name());
  EXPECT_EQ(kinds.size(), 12u) << "every event of visits, and conditions";
  ApplyInAnyOrder(events);
}

TEST_F(CyclesDeciderTest, TimersThatFireAgainDecideNothingAgain) {
  EverythingThatHappens();
  Plan("2027-02-03");
  AdvanceTo("2027-02-10");
  const core::Instant now = fixture_.now();
  EXPECT_THAT(NamesOf(fixture_.AdvanceTo(now)), IsEmpty());
}

TEST_F(CyclesDeciderTest, FactsThatWereNotedAreNotNotedAgain) {
  EXPECT_THAT(NamesOf(Adopt(DefaultDistrict())), IsEmpty());
  plans::v1::TeamChanged older;
  older.mutable_team()->set_district("d");
  older.mutable_team()->set_school("s");
  older.mutable_team()->set_team("t");
  older.mutable_team()->set_active(false);
  older.mutable_team()->set_version(1);
  EXPECT_THAT(NamesOf(fixture_.Give(older)), IsEmpty());
  EXPECT_EQ(ReasonOf(fixture_.Give(ScheduleRequest("t", "2026-08-31"))), "");
}

TEST_F(CyclesDeciderTest, CommandsGoToTheirSchool) {
  const CyclesDecider decider;
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_EQ(decider.Route(ScheduleRequest("t", "2026-08-31")), "d/s");
  EXPECT_EQ(decider.Route(AnalysisRequest(cycle)), "d/s");
  EXPECT_EQ(decider.Route(DesignRequest(cycle, 0.4)), "d/s");
  EXPECT_EQ(decider.Route(LookRequest(cycle, "2026-09-14")), "d/s");
  EXPECT_EQ(decider.Route(RefinementRequest(cycle)), "d/s");
  EXPECT_EQ(decider.Route(EndRequest(cycle, v1::CYCLE_STATE_ANALYZE)), "d/s");
  EXPECT_EQ(decider.Route(For<v1::CancelCycleRequest>(cycle)), "d/s");
  EXPECT_EQ(decider.Route(PlanRequest()), "d/s");
  EXPECT_EQ(decider.Route(At<v1::PrepareVisitRequest>({}, "x")), "d/s");
  EXPECT_EQ(decider.Route(At<v1::RecordRoomRequest>({}, "x")), "d/s");
  EXPECT_EQ(decider.Route(At<v1::RecordDebriefRequest>({}, "x")), "d/s");
  EXPECT_EQ(decider.Route(At<v1::EndVisitStepRequest>({}, "x")), "d/s");
  EXPECT_EQ(decider.Route(At<v1::AnswerCommitmentRequest>({}, "x")), "d/s");
  EXPECT_EQ(decider.Route(At<v1::CancelVisitRequest>({}, "x")), "d/s");
  v1::UpsertPracticeRequest upsert;
  upsert.mutable_practice()->set_district("d");
  EXPECT_EQ(decider.Route(upsert), "d");
  v1::MergePracticeRequest merge;
  merge.set_district("d");
  EXPECT_EQ(decider.Route(merge), "d");
  v1::AskForPlaceRequest ask;
  ask.set_district("d");
  ask.set_school("s");
  EXPECT_EQ(decider.Route(ask), "d") << "a wave is the district's";
  v1::AnswerOfferRequest to_offer;
  to_offer.set_district("d");
  to_offer.set_school("s");
  EXPECT_EQ(decider.Route(to_offer), "d/s");
  v1::AnswerReviewRequest answer;
  answer.set_district("d");
  answer.set_school("s");
  EXPECT_EQ(decider.Route(answer), "d/s");
}

TEST_F(CyclesDeciderTest, FactsOfEvidenceTouchTheirCycle) {
  const CyclesDecider decider;
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  const auto fact = Summarized(cycle, Numbers(20));
  const auto rows = decider.Touches(decider::Input{&fact, nullptr}, fixture_.state());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].table, "cycle");
  EXPECT_EQ(rows[0].key, "d/s/" + cycle.cycle());
  EXPECT_EQ(rows[1].table, "shown_sums");
  EXPECT_EQ(rows[1].key, "d/s/" + cycle.cycle() + "/" + kIndicator);
  EXPECT_EQ(rows[2].table, "taken_comparison");
  EXPECT_EQ(rows[2].key, rows[1].key);
}

}  // namespace
}  // namespace throughline::cycles
