#include "cycles/domain/visit.h"

#include "cycles/domain/visit_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class VisitTest : public VisitFixture {};

TEST_F(VisitTest, GoesFromItsPlanToItsFollowUp) {
  const v1::Visit visit = Plan();
  EXPECT_EQ(visit.state(), v1::VISIT_STATE_PLANNED);
  EXPECT_EQ(visit.version(), 1);
  EXPECT_THAT(visit.visitors(), ElementsAre("x", "y"));
  EXPECT_THAT(NamesOf(fixture_.Give(PrepareRequest(visit))), ElementsAre("VisitPrepared"));
  fixture_.AdvanceTo(MidnightOf(kDay) - std::chrono::milliseconds{1});
  EXPECT_EQ(Now(visit).state(), v1::VISIT_STATE_PLANNED);
  EXPECT_THAT(NamesOf(fixture_.AdvanceTo(MidnightOf(kDay))), ElementsAre("VisitPacketTaken"));
  EXPECT_EQ(Now(visit).state(), v1::VISIT_STATE_PACKET);

  EXPECT_THAT(NamesOf(fixture_.Give(RoomRequest(visit, "", true, 2))), ElementsAre("RoomRecorded"));
  EXPECT_THAT(NamesOf(End(visit, v1::VISIT_STATE_PACKET)), ElementsAre("VisitHeld"));
  EXPECT_THAT(NamesOf(fixture_.Give(DebriefRequest(visit))), ElementsAre("DebriefRecorded"));
  EXPECT_THAT(NamesOf(End(visit, v1::VISIT_STATE_HELD)), ElementsAre("VisitDebriefed"));
  EXPECT_THAT(NamesOf(AnswerWith(visit, "1", v1::COMMITMENT_OUTCOME_KEPT)),
              ElementsAre("CommitmentAnswered"));
  EXPECT_THAT(NamesOf(AnswerWith(visit, "try", v1::COMMITMENT_OUTCOME_NOT_KEPT)),
              ElementsAre("CommitmentAnswered"));
  EXPECT_THAT(NamesOf(End(visit, v1::VISIT_STATE_DEBRIEFED)), ElementsAre("VisitFollowedUp"));
  EXPECT_EQ(Now(visit).state(), v1::VISIT_STATE_FOLLOWED_UP);
  EXPECT_EQ(Now(visit).version(), 9);
}

TEST_F(VisitTest, PlanIsRefusedForADayOnWhichTheHostDoesNotTeach) {
  EXPECT_EQ(ReasonOf(fixture_.Give(PlanRequest("2026-09-18"))), "NOT_INSTRUCTIONAL") << "closure";
  EXPECT_EQ(ReasonOf(fixture_.Give(PlanRequest("2026-10-17"))), "NOT_INSTRUCTIONAL") << "Saturday";
  EXPECT_EQ(ReasonOf(fixture_.Give(PlanRequest("2027-07-01"))), "NOT_INSTRUCTIONAL") << "summer";
  EXPECT_EQ(ReasonOf(fixture_.Give(PlanRequest("soon"))), "DATE_INVALID");
  AdvanceTo("2026-10-14");
  EXPECT_EQ(ReasonOf(fixture_.Give(PlanRequest("2026-10-13"))), "VISIT_IN_PAST");
}

TEST_F(VisitTest, PlanWantsVisitorsOfTwoOtherSchools) {
  for (const std::vector<std::string>& visitors :
       {std::vector<std::string>{}, {"x"}, {"x", "x"}, {"x", "s"}, {"x", ""}}) {
    auto request = PlanRequest();
    request.mutable_visitors()->Assign(visitors.begin(), visitors.end());
    EXPECT_EQ(ReasonOf(fixture_.Give(request)), "VISITORS_INVALID");
  }
}

TEST_F(VisitTest, PlanIsRefusedForAPlaceThatIsNotThere) {
  auto nowhere = PlanRequest();
  nowhere.set_host("r");
  EXPECT_EQ(ReasonOf(fixture_.Give(nowhere)), "SCHOOL_UNKNOWN");
  nowhere.set_district("e");
  EXPECT_EQ(ReasonOf(fixture_.Give(nowhere)), "DISTRICT_UNKNOWN");
}

TEST_F(VisitTest, HostHasOneVisitADay) {
  const v1::Visit visit = Plan();
  EXPECT_EQ(ReasonOf(fixture_.Give(PlanRequest())), "VISIT_THAT_DAY");
  auto cancel = At<v1::CancelVisitRequest>(visit, "s");
  EXPECT_EQ(ReasonOf(fixture_.Give(cancel)), "REASON_MISSING");
  cancel.set_reason("Snow.");
  EXPECT_THAT(NamesOf(fixture_.Give(cancel)), ElementsAre("VisitCancelled"));
  EXPECT_EQ(ReasonOf(fixture_.Give(cancel)), "VISIT_OVER");
  EXPECT_NE(Plan().visit(), visit.visit());
}

TEST_F(VisitTest, VisitOfTodayHasItsPacketAtOnce) {
  AdvanceTo(kDay);
  const v1::Visit visit = Plan();
  fixture_.AdvanceTo(fixture_.now());
  EXPECT_EQ(Now(visit).state(), v1::VISIT_STATE_PACKET);
}

TEST_F(VisitTest, IsPreparedByItsHostAlone) {
  const v1::Visit visit = Plan();
  auto prepare = PrepareRequest(visit);
  prepare.set_school("x");
  EXPECT_EQ(ReasonOf(fixture_.Give(prepare)), "NOT_THE_HOST");
  prepare.set_school("z");
  EXPECT_EQ(ReasonOf(fixture_.Give(prepare)), "NOT_AT_THE_VISIT");
  prepare.set_school("");
  prepare.clear_look_fors();
  EXPECT_EQ(ReasonOf(fixture_.Give(prepare)), "NOTHING_SAID");
}

TEST_F(VisitTest, LooksForIndicatorsThatTheSchoolHas) {
  const v1::Visit visit = Plan();
  Publish({"number-sense"});
  EXPECT_EQ(ReasonOf(fixture_.Give(PrepareRequest(visit))), "INDICATOR_UNKNOWN");
  Publish({"number-sense", kIndicator});
  EXPECT_EQ(ReasonOf(fixture_.Give(PrepareRequest(visit))), "");
}

TEST_F(VisitTest, PreparationStaysOnceARoomIsRecorded) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_PACKET);
  auto other = PrepareRequest(visit);
  other.set_problem_of_practice("Another one.");
  EXPECT_THAT(NamesOf(fixture_.Give(other)), ElementsAre("VisitPrepared"));
  Accept(RoomRequest(visit, "a", true, 0));
  EXPECT_THAT(NamesOf(fixture_.Give(other)), IsEmpty()) << "it is so already";
  EXPECT_EQ(ReasonOf(fixture_.Give(PrepareRequest(visit))), "ROOMS_RECORDED");
}

TEST_F(VisitTest, RoomIsRecordedOnTheDayByThoseWhoTakePart) {
  const v1::Visit planned = VisitIn(v1::VISIT_STATE_PLANNED);
  EXPECT_EQ(ReasonOf(fixture_.Give(RoomRequest(planned, "a", true, 0))), "WRONG_STEP");
  AdvanceTo(kDay);
  auto room = RoomRequest(planned, "a", true, 0);
  room.set_school("z");
  EXPECT_EQ(ReasonOf(fixture_.Give(room)), "NOT_AT_THE_VISIT");
  for (const char* school : {"x", "y", "s", ""}) {
    room.set_school(school);
    room.mutable_room()->set_room(std::string("room-") + school);
    EXPECT_EQ(ReasonOf(fixture_.Give(room)), "") << school;
  }
}

TEST_F(VisitTest, RoomWithoutPreparationIsRefused) {
  const v1::Visit visit = Plan();
  AdvanceTo(kDay);
  EXPECT_EQ(ReasonOf(fixture_.Give(RoomRequest(visit, "a", true, 0))), "NOT_PREPARED");
}

TEST_F(VisitTest, SameRoomAgainReplacesIt) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_PACKET);
  for (int i = 0; i < 3; ++i) Accept(RoomRequest(visit, std::to_string(i), true, 0));
  EXPECT_THAT(NamesOf(fixture_.Give(RoomRequest(visit, "2", true, 0))), IsEmpty());
  EXPECT_THAT(NamesOf(fixture_.Give(RoomRequest(visit, "2", false, 4))),
              ElementsAre("RoomRecorded"));
  Accept(RoomRequest(visit, "3", false, 0));
  End(visit, v1::VISIT_STATE_PACKET);
  EXPECT_EQ(Now(visit).shares(0).rooms(), 4);
  EXPECT_EQ(Now(visit).shares(0).seen(), 2);
}

TEST_F(VisitTest, RoomsAreAtMostForty) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_PACKET);
  for (int i = 0; i < 40; ++i) Accept(RoomRequest(visit, std::to_string(i), true, 0));
  EXPECT_EQ(ReasonOf(fixture_.Give(RoomRequest(visit, "more", true, 0))), "ROOMS_AT_MOST");
  Accept(RoomRequest(visit, "39", false, 0));
}

TEST_F(VisitTest, StepEndsOnlyWithWhatItNeeds) {
  const v1::Visit visit = Plan();
  EXPECT_EQ(ReasonOf(End(visit, v1::VISIT_STATE_PLANNED)), "WRONG_STEP");
  AdvanceTo(kDay);
  const Outcome held = End(visit, v1::VISIT_STATE_PACKET);
  EXPECT_EQ(ReasonOf(held), "STEP_INCOMPLETE");
  for (const char* missing : {"problem_of_practice", "look_fors", "rooms"}) {
    EXPECT_THAT(held.refusal->message, HasSubstr(missing));
  }
  Prepare(visit);
  Accept(RoomRequest(visit, "a", true, 0));
  EXPECT_EQ(ReasonOf(End(visit, v1::VISIT_STATE_HELD)), "WRONG_STEP") << "it is another one";
  EXPECT_EQ(ReasonOf(End(visit, v1::VISIT_STATE_PACKET)), "");
  const Outcome debriefed = End(visit, v1::VISIT_STATE_HELD);
  for (const char* missing :
       {"debrief.patterns", "debrief.predictions", "debrief.next_level_of_work", "commitments"}) {
    EXPECT_THAT(debriefed.refusal->message, HasSubstr(missing));
  }
  Accept(DebriefRequest(visit));
  EXPECT_EQ(ReasonOf(End(visit, v1::VISIT_STATE_HELD)), "");
  AnswerWith(visit, "try", v1::COMMITMENT_OUTCOME_KEPT);
  const Outcome followed_up = End(visit, v1::VISIT_STATE_DEBRIEFED);
  EXPECT_EQ(ReasonOf(followed_up), "STEP_INCOMPLETE");
  EXPECT_THAT(followed_up.refusal->message, HasSubstr("commitments[1].outcome"));
}

TEST_F(VisitTest, StaleVersionIsRefused) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_PLANNED);
  auto prepare = PrepareRequest(visit);
  prepare.set_expected_version(1);
  EXPECT_EQ(ReasonOf(fixture_.Give(prepare)), "VERSION_STALE");
  prepare.set_expected_version(2);
  EXPECT_EQ(ReasonOf(fixture_.Give(prepare)), "");
}

TEST_F(VisitTest, DebriefMayBeRecordedAnewUntilItEnds) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_HELD);
  Accept(DebriefRequest(visit));
  EXPECT_THAT(NamesOf(fixture_.Give(DebriefRequest(visit))), IsEmpty());
  auto shorter = DebriefRequest(visit);
  shorter.mutable_commitments()->RemoveLast();
  EXPECT_THAT(NamesOf(fixture_.Give(shorter)), ElementsAre("DebriefRecorded"));
  End(visit, v1::VISIT_STATE_HELD);
  EXPECT_EQ(ReasonOf(fixture_.Give(shorter)), "WRONG_STEP");
  EXPECT_EQ(Now(visit).commitments_size(), 1);
}

TEST_F(VisitTest, IsGivenUpUntilItIsDebriefed) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_DEBRIEFED);
  auto cancel = At<v1::CancelVisitRequest>(visit);
  cancel.set_reason("Snow.");
  EXPECT_EQ(ReasonOf(fixture_.Give(cancel)), "VISIT_DEBRIEFED");
}

TEST_F(VisitTest, NotDebriefedInTimeRaisesAnAlertAndEscalates) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_HELD);
  EXPECT_THAT(
      Conditions(fixture_.AdvanceTo(MidnightOf("2026-10-16") - std::chrono::milliseconds{1})),
      IsEmpty());
  EXPECT_THAT(Conditions(fixture_.AdvanceTo(MidnightOf("2026-10-16"))),
              ElementsAre("raised visit"));
  EXPECT_THAT(Conditions(AdvanceTo("2026-10-20")), ElementsAre("raised visit critical"));
  Accept(DebriefRequest(visit));
  EXPECT_THAT(Conditions(End(visit, v1::VISIT_STATE_HELD)), ElementsAre("cleared visit"));
}

TEST_F(VisitTest, GivenUpVisitIsNotOverdue) {
  const v1::Visit visit = VisitIn(v1::VISIT_STATE_PACKET);
  EXPECT_THAT(Conditions(AdvanceTo("2026-10-16")), ElementsAre("raised visit"));
  auto cancel = At<v1::CancelVisitRequest>(visit, "s");
  cancel.set_reason("Snow.");
  EXPECT_THAT(Conditions(fixture_.Give(cancel)), ElementsAre("cleared visit"));
  EXPECT_THAT(Conditions(AdvanceTo("2026-11-16")), IsEmpty());
}

}  // namespace
}  // namespace throughline::cycles
