#include "recorded_visits.h"

#include "throughline/cycles/v1/visit_events.pb.h"
#include "throughline/cycles/v1/visits_service.pb.h"

namespace throughline::compatibility {

using namespace cycles::v1;

namespace {

constexpr char kHost[] = "north";

std::string FirstVisit(const QuietServices& services) {
  return services.All<VisitPlanned>().front().visit().visit();
}

template <class Request>
Request About(const QuietServices& services, const std::string& district) {
  Request request;
  request.set_district(district);
  request.set_host(kHost);
  request.set_visit(FirstVisit(services));
  request.set_school("south");
  return request;
}

PlanVisitRequest PlanOf(const std::string& district, const std::string& date) {
  PlanVisitRequest request;
  request.set_district(district);
  request.set_host(kHost);
  request.set_date(date);
  request.add_visitors("south");
  request.add_visitors("west");
  return request;
}

void EndStep(QuietServices& services, const std::string& district, VisitState step) {
  auto request = About<EndVisitStepRequest>(services, district);
  request.set_step(step);
  services.GiveAccepted<EndVisitStepResponse>(request);
}

}  // namespace

void PlanVisits(QuietServices& services, const std::string& district) {
  services.GiveAccepted<PlanVisitResponse>(PlanOf(district, "2025-10-08"));
  auto prepare = About<PrepareVisitRequest>(services, district);
  prepare.set_school(kHost);
  prepare.set_problem_of_practice("Questions ask for recall only.");
  LookFor& talk = *prepare.add_look_fors();
  talk.set_look_for("talk");
  talk.set_statement("Students talk to each other about the text.");
  talk.set_practice("text-dependent-questions");
  LookFor& citing = *prepare.add_look_fors();
  citing.set_look_for("citing");
  citing.set_statement("Students cite a line.");
  citing.set_indicator("close-reading");
  citing.set_levels(4);
  citing.set_seen_from(3);
  services.GiveAccepted<PrepareVisitResponse>(prepare);
  const auto second =
      services.GiveAccepted<PlanVisitResponse>(PlanOf(district, "2025-11-06")).visit();
  auto cancel = About<CancelVisitRequest>(services, district);
  cancel.set_visit(second.visit());
  cancel.set_school(kHost);
  cancel.set_reason("The heating is out.");
  services.GiveAccepted<CancelVisitResponse>(cancel);
}

void HoldVisit(QuietServices& services, const std::string& district) {
  for (int i = 0; i < 5; ++i) {
    auto record = About<RecordRoomRequest>(services, district);
    VisitRoom& room = *record.mutable_room();
    room.set_grade(i < 3 ? "3" : "4");
    room.set_subject("reading");
    room.set_minutes(15);
    room.add_notes("Students turned to each other twice.");
    LookForSeen& talk = *room.add_seen();
    talk.set_look_for("talk");
    talk.set_seen(i % 2 == 0);
    LookForSeen& citing = *room.add_seen();
    citing.set_look_for("citing");
    citing.set_level(1 + i % 4);
    services.GiveAccepted<RecordRoomResponse>(record);
  }
  EndStep(services, district, VISIT_STATE_PACKET);
  auto debrief = About<RecordDebriefRequest>(services, district);
  debrief.mutable_debrief()->add_patterns("Students talk, and few cite.");
  debrief.mutable_debrief()->add_predictions("They will know what they think, and not why.");
  debrief.mutable_debrief()->set_next_level_of_work("Students ask each other for the line.");
  Commitment& leaders = *debrief.add_commitments();
  leaders.set_statement("Model a discussion in every grade.");
  leaders.set_owner(common::v1::ROLE_SCHOOL_LEADER);
  leaders.set_days(30);
  Commitment& team = *debrief.add_commitments();
  team.set_statement("Try it once a week.");
  team.set_owner(common::v1::ROLE_TEAM_MEMBER);
  team.set_team("grade-3");
  team.set_days(5);
  services.GiveAccepted<RecordDebriefResponse>(debrief);
  EndStep(services, district, VISIT_STATE_HELD);
}

void FollowUpOnVisit(QuietServices& services, const std::string& district) {
  auto answer = About<AnswerCommitmentRequest>(services, district);
  answer.set_school(kHost);
  answer.set_commitment("1");
  answer.set_outcome(COMMITMENT_OUTCOME_KEPT);
  services.GiveAccepted<AnswerCommitmentResponse>(answer);
  answer.set_commitment("2");
  answer.set_outcome(COMMITMENT_OUTCOME_NOT_KEPT);
  services.GiveAccepted<AnswerCommitmentResponse>(answer);
  EndStep(services, district, VISIT_STATE_DEBRIEFED);
}

}  // namespace throughline::compatibility
