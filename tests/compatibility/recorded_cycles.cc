#include "recorded_cycles.h"

#include "recorded_practices.h"
#include "throughline/cycles/v1/cycles_service.pb.h"

namespace throughline::compatibility {

using namespace cycles::v1;

namespace {

template <class Request>
Request About(const Cycle& cycle) {
  Request request;
  request.set_district(cycle.district());
  request.set_school(cycle.school());
  request.set_cycle(cycle.cycle());
  return request;
}

Analysis AnalysisOf(const std::string& challenge) {
  Analysis analysis;
  analysis.set_problem_of_practice("Questions ask for recall only.");
  analysis.set_problem("feedback");
  analysis.set_evidence("September exit tickets");
  analysis.set_challenge(challenge);
  analysis.set_challenge_source(CHALLENGE_SOURCE_STUDENTS);
  analysis.add_probing_questions("I wonder how to ask for evidence.");
  return analysis;
}

}  // namespace

void End(QuietServices& services, const Cycle& cycle, CycleState phase) {
  auto end = About<EndPhaseRequest>(cycle);
  end.set_phase(phase);
  services.GiveAccepted<EndPhaseResponse>(end);
}

void Analyze(QuietServices& services, const Cycle& cycle) {
  auto request = About<RecordAnalysisRequest>(cycle);
  *request.mutable_analysis() = AnalysisOf("Students retell instead of citing.");
  services.GiveAccepted<RecordAnalysisResponse>(request);
  End(services, cycle, CYCLE_STATE_ANALYZE);
}

void Design(QuietServices& services, const Cycle& cycle, const std::string& indicator) {
  auto request = About<RecordDesignRequest>(cycle);
  auto& design = *request.mutable_design();
  design.set_if_practice("we ask text-dependent questions");
  design.set_then_evidence("students cite the text");
  design.set_so_that("they read closely");
  NamePractices(cycle, design);
  design.add_indicators()->set_indicator(indicator);
  design.mutable_indicators(0)->set_predicted_effect(0.3);
  services.GiveAccepted<RecordDesignResponse>(request);
  End(services, cycle, CYCLE_STATE_DESIGN);
}

void EndAgain(QuietServices& services, const Cycle& cycle, CycleState phase) {
  auto reopen = About<ReopenPhaseRequest>(cycle);
  reopen.set_phase(phase);
  reopen.set_reason("It was ended by mistake.");
  services.GiveAccepted<ReopenPhaseResponse>(reopen);
  End(services, cycle, phase);
}

void AmendAnalysis(QuietServices& services, const Cycle& cycle) {
  auto amend = About<AmendArtefactRequest>(cycle);
  *amend.mutable_analysis() = AnalysisOf("Students quote without saying why.");
  services.GiveAccepted<AmendArtefactResponse>(amend);
}

}  // namespace throughline::compatibility
