#include "cycles/visits_service.h"

#include "cycles/domain/visit_fixture.h"
#include "cycles/service_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class VisitsServiceTest : public ServiceFixture<VisitFixture, v1::VisitsService, VisitsService> {
 protected:
  VisitsServiceTest() {
    for (const char* school : {"x", "y"}) {
      plans::v1::SchoolChanged changed;
      changed.mutable_school()->set_district("d");
      changed.mutable_school()->set_school(school);
      changed.mutable_school()->set_version(1);
      fixture_.Give(changed);
    }
    Store();
  }
  v1::Visit StoredVisit(v1::VisitState state, const std::string& date = kDay) {
    const v1::Visit visit = VisitIn(state, date);
    Store();
    return visit;
  }
  template <class Response>
  static std::string ReasonOf(const core::Result<Response>& answer) {
    return answer ? "" : answer.error().reason;
  }
  std::vector<std::string> Days(v1::ListVisitsRequest request) {
    request.set_district("d");
    std::vector<std::string> days;
    auto listed = Call(&Stub::ListVisits, request);
    if (!listed) return {listed.error().reason};
    for (const v1::Visit& visit : listed->visits()) days.push_back(visit.date());
    return days;
  }
};

TEST_F(VisitsServiceTest, GoesThroughAWholeVisit) {
  auto planned = Call(&Stub::PlanVisit, PlanRequest());
  ASSERT_TRUE(planned);
  const v1::Visit& visit = planned->visit();
  EXPECT_TRUE(Call(&Stub::PrepareVisit, PrepareRequest(visit)));
  EXPECT_EQ(ReasonOf(Call(&Stub::GetVisitPacket, At<v1::GetVisitPacketRequest>(visit))),
            "PACKET_UNKNOWN");
  AdvanceTo(kDay);
  for (int i = 0; i < 4; ++i) {
    auto recorded = Call(&Stub::RecordRoom, RoomRequest(visit, "", i == 0, 4));
    ASSERT_TRUE(recorded);
    EXPECT_NE(recorded->room().room(), "");
  }
  EXPECT_TRUE(Call(&Stub::GetVisitPacket, At<v1::GetVisitPacketRequest>(visit)));
  const auto end = [&](v1::VisitState step) {
    auto request = At<v1::EndVisitStepRequest>(visit, "x");
    request.set_step(step);
    return ReasonOf(Call(&Stub::EndVisitStep, request));
  };
  EXPECT_EQ(end(v1::VISIT_STATE_PACKET), "");
  EXPECT_TRUE(Call(&Stub::RecordDebrief, DebriefRequest(visit)));
  EXPECT_EQ(end(v1::VISIT_STATE_HELD), "");
  for (const char* commitment : {"1", "try"}) {
    auto answer = At<v1::AnswerCommitmentRequest>(visit, "s");
    answer.set_commitment(commitment);
    answer.set_outcome(v1::COMMITMENT_OUTCOME_KEPT);
    EXPECT_TRUE(Call(&Stub::AnswerCommitment, answer));
  }
  EXPECT_EQ(end(v1::VISIT_STATE_DEBRIEFED), "");
  auto read = Call(&Stub::GetVisit, At<v1::GetVisitRequest>(visit, "y"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->visit().state(), v1::VISIT_STATE_FOLLOWED_UP);
  EXPECT_EQ(read->visit().shares(0).seen(), 1);
}

TEST_F(VisitsServiceTest, VisitorsAreOfSchoolsOfTheDistrict) {
  auto request = PlanRequest();
  request.add_visitors("z");
  EXPECT_EQ(ReasonOf(Call(&Stub::PlanVisit, request)), "SCHOOL_UNKNOWN");
}

TEST_F(VisitsServiceTest, ShowsAVisitToThoseWhoTakePart) {
  const v1::Visit visit = StoredVisit(v1::VISIT_STATE_HELD);
  for (const char* school : {"", "s", "x", "y"}) {
    EXPECT_EQ(ReasonOf(Call(&Stub::GetVisit, At<v1::GetVisitRequest>(visit, school))), "");
  }
  EXPECT_EQ(ReasonOf(Call(&Stub::GetVisit, At<v1::GetVisitRequest>(visit, "z"))),
            "NOT_AT_THE_VISIT");
  EXPECT_EQ(ReasonOf(Call(&Stub::GetVisitPacket, At<v1::GetVisitPacketRequest>(visit, "z"))),
            "NOT_AT_THE_VISIT");
  EXPECT_EQ(ReasonOf(Call(&Stub::ListVisitNotes, At<v1::ListVisitNotesRequest>(visit, "z"))),
            "NOT_AT_THE_VISIT");
}

TEST_F(VisitsServiceTest, TellsVisitorsWhichRoomsTheyRecordedUntilTheVisitIsHeld) {
  const v1::Visit visit = StoredVisit(v1::VISIT_STATE_PACKET);
  const auto rooms = [&](const std::string& school) {
    std::vector<std::string> rooms;
    auto read = Call(&Stub::GetVisit, At<v1::GetVisitRequest>(visit, school));
    for (const v1::RecordedRoom& one : read->recorded_rooms()) {
      rooms.push_back(one.room() + ' ' + one.grade() + ' ' + one.subject());
    }
    return rooms;
  };
  const auto record = [&](const std::string& room, const std::string& school,
                          const std::string& grade) {
    auto request = RoomRequest(visit, room, true, 1);
    request.set_school(school);
    request.mutable_room()->set_grade(grade);
    ASSERT_TRUE(Call(&Stub::RecordRoom, request));
  };
  EXPECT_THAT(rooms("x"), IsEmpty());
  record("a", "x", "3");
  record("b", "x", "4");
  record("c", "y", "4");
  record("a", "x", "5");  // corrected
  EXPECT_THAT(rooms("x"), ElementsAre("a 5 reading", "b 4 reading"));
  EXPECT_THAT(rooms("y"), ElementsAre("c 4 reading"));
  EXPECT_THAT(rooms("s"), IsEmpty()) << "the host would know whose room it is";
  End(visit, v1::VISIT_STATE_PACKET);
  Store();
  EXPECT_THAT(rooms("x"), IsEmpty());
}

TEST_F(VisitsServiceTest, ListsVisitsByDayAndByWhoTakesPart) {
  StoredVisit(v1::VISIT_STATE_FOLLOWED_UP, "2026-09-02");
  StoredVisit(v1::VISIT_STATE_PLANNED);
  EXPECT_THAT(Days({}), ElementsAre("2026-09-02", kDay));
  v1::ListVisitsRequest filter;
  filter.set_school("x");
  EXPECT_THAT(Days(filter), ElementsAre("2026-09-02", kDay));
  filter.set_school("z");
  EXPECT_THAT(Days(filter), IsEmpty());
  filter.set_school("");
  filter.set_host("s");
  filter.set_state(v1::VISIT_STATE_PLANNED);
  EXPECT_THAT(Days(filter), ElementsAre(kDay));
  filter.clear_state();
  filter.set_until("2026-10-13");
  EXPECT_THAT(Days(filter), ElementsAre("2026-09-02"));
  filter.set_from("2026-09-03");
  EXPECT_THAT(Days(filter), IsEmpty());
  filter.set_from("then");
  EXPECT_THAT(Days(filter), ElementsAre("DATE_INVALID"));
}

TEST_F(VisitsServiceTest, NotesAreShownWhenTheVisitWasHeld) {
  const v1::Visit visit = StoredVisit(v1::VISIT_STATE_PACKET);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(Call(&Stub::RecordRoom, RoomRequest(visit, std::to_string(i), true, 1)));
  }
  const auto notes = [&] {
    return Call(&Stub::ListVisitNotes, At<v1::ListVisitNotesRequest>(visit, "s"));
  };
  EXPECT_EQ(ReasonOf(notes()), "WRONG_STEP");
  End(visit, v1::VISIT_STATE_PACKET);
  Store();
  auto shown = notes();
  ASSERT_TRUE(shown);
  EXPECT_THAT(shown->notes(), ElementsAre("Note of 0.", "Note of 1.", "Note of 2.", "Note of 3."));
  EXPECT_FALSE(shown->suppressed());
}

TEST_F(VisitsServiceTest, ListsCommitmentsThatAreOpenOrDue) {
  const v1::Visit visit = StoredVisit(v1::VISIT_STATE_DEBRIEFED);
  const auto listed = [&](bool open_only, const std::string& due_before,
                          common::v1::Role owner = common::v1::ROLE_UNSPECIFIED) {
    v1::ListCommitmentsRequest request;
    request.set_owner(owner);
    request.set_district("d");
    request.set_open_only(open_only);
    request.set_due_before(due_before);
    auto answer = Call(&Stub::ListCommitments, request);
    EXPECT_TRUE(answer);
    std::vector<std::string> ids;
    for (const auto& one : answer->commitments()) ids.push_back(one.commitment().commitment());
    return ids;
  };
  EXPECT_THAT(listed(false, ""), ElementsAre("1", "try"));
  EXPECT_THAT(listed(true, "2026-10-22"), ElementsAre("try"));
  EXPECT_THAT(listed(false, "", common::v1::ROLE_SCHOOL_LEADER), ElementsAre("1"));
  AnswerWith(visit, "try", v1::COMMITMENT_OUTCOME_KEPT);
  Store();
  EXPECT_THAT(listed(true, ""), ElementsAre("1"));
}

TEST_F(VisitsServiceTest, SumsWhatTheVisitsOfAQuarterSaw) {
  StoredVisit(v1::VISIT_STATE_FOLLOWED_UP, "2026-09-02");
  StoredVisit(v1::VISIT_STATE_HELD);
  v1::GetVisitFindingsRequest request;
  request.set_district("d");
  request.set_day("2026-11-02");
  auto findings = Call(&Stub::GetVisitFindings, request);
  ASSERT_TRUE(findings);
  EXPECT_EQ(findings->first(), "2026-08-31");
  EXPECT_EQ(findings->visits(), 2);
  ASSERT_EQ(findings->findings_size(), 2);
  EXPECT_EQ(findings->findings(0).look_for().look_for(), "questions");
  EXPECT_EQ(findings->findings(0).rooms(), 10);
  EXPECT_EQ(findings->findings(0).seen(), 6);
  EXPECT_THAT(findings->findings(1).rooms_by_level(), testing::ElementsAre(8, 0, 2, 0));
  EXPECT_DOUBLE_EQ(findings->findings(1).mean_level(), 1.4);
  request.set_day("2027-02-01");
  findings = Call(&Stub::GetVisitFindings, request);
  EXPECT_EQ(findings->visits(), 0);
  EXPECT_THAT(findings->findings(), IsEmpty());
  request.set_day("2027-07-01");
  EXPECT_EQ(ReasonOf(Call(&Stub::GetVisitFindings, request)), "OUTSIDE_SCHOOL_YEAR");
}

TEST_F(VisitsServiceTest, ProposesTheVisitsOfTheYear) {
  v1::ProposeVisitsRequest request;
  request.set_district("d");
  request.set_from("2026-08-31");
  auto proposal = Call(&Stub::ProposeVisits, request);
  ASSERT_TRUE(proposal);
  EXPECT_EQ(proposal->visits_size(), 12) << "three schools, once a quarter each";
  // What is proposed can be planned.
  auto plan = PlanRequest();
  for (const v1::ProposedVisit& visit : proposal->visits()) {
    if (visit.host() != "s") continue;
    plan.set_date(visit.date());
    EXPECT_EQ(ReasonOf(Call(&Stub::PlanVisit, plan)), "") << visit.date();
  }
  proposal = Call(&Stub::ProposeVisits, request);
  EXPECT_EQ(proposal->visits_size(), 8) << "those of s are planned";
  request.set_visitor_schools(5);
  EXPECT_EQ(ReasonOf(Call(&Stub::ProposeVisits, request)), "PROPOSAL_INVALID");
  request.set_visitor_schools(2);
  request.set_from("2027-07-01");
  EXPECT_EQ(ReasonOf(Call(&Stub::ProposeVisits, request)), "OUTSIDE_SCHOOL_YEAR");
}

}  // namespace
}  // namespace throughline::cycles
