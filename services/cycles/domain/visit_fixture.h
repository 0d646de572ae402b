// For tests: a school in a fixture that is visited on Wednesday 2026-10-14 by people of `x` and
// `y`.
#pragma once

#include "cycles/domain/school_fixture.h"
#include "decider/dispatch.h"
#include "throughline/cycles/v1/visit_events.pb.h"
#include "throughline/cycles/v1/visits_service.pb.h"

namespace throughline::cycles {

class VisitFixture : public SchoolFixture {
 protected:
  static constexpr const char* kDay = "2026-10-14";

  using SchoolFixture::End;
  using SchoolFixture::Now;

  static v1::PlanVisitRequest PlanRequest(const std::string& date = kDay) {
    v1::PlanVisitRequest request;
    request.set_district("d");
    request.set_host("s");
    request.set_date(date);
    request.add_visitors("y");
    request.add_visitors("x");
    return request;
  }
  v1::Visit Plan(const std::string& date = kDay) {
    const Outcome outcome = fixture_.Give(PlanRequest(date));
    EXPECT_EQ(ReasonOf(outcome), "");
    return outcome.AnswerAs<v1::PlanVisitResponse>().visit();
  }
  const v1::Visit& Now(const v1::Visit& visit) {
    return *fixture_.state().Find(kVisits, JoinKey("d", "s", visit.visit()));
  }
  template <class Request>
  static Request At(const v1::Visit& visit, const std::string& school = "") {
    Request request;
    request.set_district("d");
    request.set_host("s");
    request.set_visit(visit.visit());
    request.set_school(school);
    return request;
  }
  // Text-dependent questions are seen or not; talk is rated from 1 to 4, and seen from 3 on.
  static v1::PrepareVisitRequest PrepareRequest(const v1::Visit& visit) {
    auto request = At<v1::PrepareVisitRequest>(visit, "s");
    request.set_problem_of_practice("Questions ask for recall only.");
    v1::LookFor& questions = *request.add_look_fors();
    questions.set_look_for("questions");
    questions.set_statement("Students answer with a line of the text.");
    questions.set_practice("text-dependent-questions");
    v1::LookFor& talk = *request.add_look_fors();
    talk.set_look_for("talk");
    talk.set_statement("Students talk to each other about the text.");
    talk.set_indicator(kIndicator);
    talk.set_levels(4);
    talk.set_seen_from(3);
    return request;
  }
  static v1::RecordRoomRequest RoomRequest(const v1::Visit& visit, const std::string& room,
                                           bool questions, int talk) {
    auto request = At<v1::RecordRoomRequest>(visit, "x");
    request.mutable_room()->set_room(room);
    request.mutable_room()->set_grade("4");
    request.mutable_room()->set_subject("reading");
    request.mutable_room()->set_minutes(15);
    request.mutable_room()->add_notes("Note of " + room + ".");
    v1::LookForSeen& first = *request.mutable_room()->add_seen();
    first.set_look_for("questions");
    first.set_seen(questions);
    if (talk == 0) return request;
    v1::LookForSeen& second = *request.mutable_room()->add_seen();
    second.set_look_for("talk");
    second.set_level(talk);
    return request;
  }
  static v1::RecordDebriefRequest DebriefRequest(const v1::Visit& visit) {
    auto request = At<v1::RecordDebriefRequest>(visit, "y");
    v1::Debrief& debrief = *request.mutable_debrief();
    debrief.add_patterns("Questions send students back to the text; few talk about it.");
    debrief.add_predictions("Students will cite, and will not weigh.");
    debrief.set_next_level_of_work("Students ask each other.");
    v1::Commitment& commitment = *request.add_commitments();
    commitment.set_statement("Model a discussion in every grade.");
    commitment.set_owner(common::v1::ROLE_SCHOOL_LEADER);
    commitment.set_days(10);
    v1::Commitment& of_team = *request.add_commitments();
    of_team.set_commitment("try");
    of_team.set_statement("Try it in one lesson a week.");
    of_team.set_owner(common::v1::ROLE_TEAM_MEMBER);
    of_team.set_team("t");
    of_team.set_days(5);
    return request;
  }
  Outcome End(const v1::Visit& visit, v1::VisitState step) {
    auto request = At<v1::EndVisitStepRequest>(visit, "s");
    request.set_step(step);
    return fixture_.Give(request);
  }
  Outcome AnswerWith(const v1::Visit& visit, const std::string& commitment,
                     v1::CommitmentOutcome outcome,
                     common::v1::Role role = common::v1::ROLE_SCHOOL_LEADER) {
    auto request = At<v1::AnswerCommitmentRequest>(visit, "s");
    request.set_commitment(commitment);
    request.set_outcome(outcome);
    request.mutable_caller()->set_subject("somebody");
    request.mutable_caller()->set_role(role);
    return fixture_.Give(request);
  }

  // A visit in that state, its day having come; rooms are five, in three of which questions are
  // seen, and in one talk.
  v1::Visit VisitIn(v1::VisitState state, const std::string& date = kDay) {
    const v1::Visit visit = Plan(date);
    Prepare(visit);
    if (state == v1::VISIT_STATE_PLANNED) return Now(visit);
    AdvanceTo(date);
    if (state == v1::VISIT_STATE_PACKET) return Now(visit);
    for (int i = 0; i < 5; ++i) {
      Accept(RoomRequest(visit, "room-" + std::to_string(i), i < 3, i == 4 ? 3 : 1));
    }
    EXPECT_EQ(ReasonOf(End(visit, v1::VISIT_STATE_PACKET)), "");
    if (state == v1::VISIT_STATE_HELD) return Now(visit);
    Accept(DebriefRequest(visit));
    EXPECT_EQ(ReasonOf(End(visit, v1::VISIT_STATE_HELD)), "");
    if (state == v1::VISIT_STATE_DEBRIEFED) return Now(visit);
    AnswerWith(visit, "1", v1::COMMITMENT_OUTCOME_KEPT);
    AnswerWith(visit, "try", v1::COMMITMENT_OUTCOME_NOT_KEPT);
    EXPECT_EQ(ReasonOf(End(visit, v1::VISIT_STATE_DEBRIEFED)), "");
    return Now(visit);
  }
  void Prepare(const v1::Visit& visit) { Accept(PrepareRequest(visit)); }
  template <class Request>
  void Accept(const Request& request) {
    EXPECT_EQ(ReasonOf(fixture_.Give(request)), "");
  }

  // What is raised and cleared, in order: "raised 1 critical".
  static std::vector<std::string> Conditions(const Outcome& outcome) {
    std::vector<std::string> said;
    const auto name = [](const v1::Condition& one) {
      return one.trigger() == common::v1::TRIGGER_VISIT_OVERDUE ? "visit" : one.commitment();
    };
    for (const auto& event : outcome.events) {
      if (const auto* raised = decider::To<v1::ConditionRaised>(*event)) {
        const bool critical = raised->condition().severity() == v1::SEVERITY_CRITICAL;
        said.push_back("raised " + name(raised->condition()) + (critical ? " critical" : ""));
      }
      if (const auto* cleared = decider::To<v1::ConditionCleared>(*event)) {
        said.push_back("cleared " + name(cleared->condition()));
      }
    }
    return said;
  }
};

}  // namespace throughline::cycles
