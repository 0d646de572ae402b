#include "recorded_plans.h"

namespace throughline::compatibility {

namespace {

template <class Request>
Request About(const std::string& district, const std::string& school, const std::string& plan) {
  Request request;
  request.set_district(district);
  request.set_school(school);
  request.set_plan(plan);
  return request;
}

void AddPriority(plans::v1::SitePlan& plan) {
  auto& priority = *plan.add_priorities();
  priority.set_priority("reading");
  priority.set_statement("Every student reads closely.");
  priority.set_district_priority("literacy");
  auto& problem = *priority.add_problems();
  problem.set_problem("feedback");
  problem.set_statement("Feedback comes after a week.");
  problem.set_evidence("Walkthroughs in May");
}

void AddTheory(plans::v1::SitePlan& plan) {
  auto& theory = *plan.add_theories();
  theory.set_theory("talk");
  theory.set_if_practice("teachers let students talk about texts");
  theory.set_then_evidence("students cite the text");
  theory.set_so_that_priority("reading");
  theory.add_problems("feedback");
  theory.set_predicted_effect(0.4);
  theory.set_horizon_days(90);
}

}  // namespace

plans::v1::CreateDistrictRequest NewDistrict(const std::string& district, const std::string& zone) {
  plans::v1::CreateDistrictRequest request;
  auto& created = *request.mutable_district();
  created.set_district(district);
  created.set_name("Lakeside");
  created.set_time_zone(zone);
  auto& term = *created.mutable_calendar()->add_terms();
  term.set_first("2025-08-25");
  term.set_last("2026-06-05");
  term.set_name("2025-26");
  created.mutable_calendar()->add_closures("2025-09-01");
  return request;
}

plans::v1::UpdateDistrictRequest ShortYear(const std::string& district) {
  plans::v1::UpdateDistrictRequest request;
  request.set_district(district);
  auto& term = *request.mutable_calendar()->add_terms();
  term.set_first("2025-08-25");
  term.set_last("2025-10-10");
  term.set_name("2025-26");
  request.mutable_calendar()->add_closures("2025-09-01");
  return request;
}

plans::v1::AddTermsRequest RestOfTheYear(const std::string& district) {
  plans::v1::AddTermsRequest request;
  request.set_district(district);
  auto& term = *request.add_terms();
  term.set_first("2025-10-13");
  term.set_last("2026-06-05");
  term.set_name("2025-26, the rest");
  return request;
}

plans::v1::UpdateDistrictRequest NewPriorities(const std::string& district) {
  plans::v1::UpdateDistrictRequest request;
  request.set_district(district);
  auto& priority = *request.mutable_priorities()->add_priorities();
  priority.set_priority("literacy");
  priority.set_statement("Every student reads.");
  priority.add_goals("All third graders at grade level.");
  request.set_journey_phase(plans::v1::JOURNEY_PHASE_RESOLVE);
  request.mutable_policy()->set_group_interval_s(600);
  request.mutable_policy()->set_norm_students(60);
  return request;
}

plans::v1::UpsertSchoolRequest SchoolOf(const std::string& district, const std::string& school) {
  plans::v1::UpsertSchoolRequest request;
  request.mutable_school()->set_district(district);
  request.mutable_school()->set_school(school);
  request.mutable_school()->set_name("Lakeside " + school);
  request.mutable_school()->add_closures("2025-10-10");
  return request;
}

plans::v1::UpsertTeamsRequest TeamsOf(const std::string& district, const std::string& school,
                                      const std::vector<std::string>& teams, bool active) {
  plans::v1::UpsertTeamsRequest request;
  request.set_district(district);
  request.set_school(school);
  for (const std::string& team : teams) {
    auto& one = *request.add_teams();
    one.set_team(team);
    one.set_name("Team " + team);
    one.set_active(active);
  }
  return request;
}

plans::v1::DraftSitePlanRequest DraftOf(const std::string& district, const std::string& school,
                                        const std::string& plan, const std::string& indicator) {
  plans::v1::DraftSitePlanRequest request;
  auto& drafted = *request.mutable_plan();
  drafted.set_district(district);
  drafted.set_school(school);
  drafted.set_plan(plan);
  drafted.set_year(2025);
  AddPriority(drafted);
  auto& measure = *drafted.add_measures();
  measure.set_measure("proficient");
  measure.set_statement("Share of proficient readers");
  measure.set_baseline(40);
  measure.set_target(60);
  measure.set_date("2026-06-01");
  auto& fed = *drafted.add_measures();
  fed = measure;
  fed.set_measure("mean");
  fed.set_statement("Mean of the reading check");
  fed.set_assessment("check");
  auto& wanted = *drafted.add_indicators();
  wanted.set_indicator(indicator);
  wanted.set_statement("Cites a text for every claim.");
  wanted.set_priority("reading");
  wanted.set_observations_per_year(9);
  wanted.add_assessments("check");
  wanted.set_desired_growth_per_year(0.25);
  auto& practice = *drafted.add_practices();
  practice.set_practice("talk");
  practice.set_statement("Students talk about a text before they write about it.");
  practice.add_indicators(indicator);
  practice.add_evidence_sources("check");
  drafted.mutable_evidence_use()->set_statement("Teams look at exit tickets every week.");
  drafted.mutable_evidence_use()->set_feedback_days(2);
  drafted.mutable_evidence_use()->set_adjustment_point("Fridays");
  auto& timeframe = *drafted.add_timeframes();
  timeframe.set_statement("Three weeks a cycle");
  timeframe.set_cycle_weeks(3);
  AddTheory(drafted);
  return request;
}

plans::v1::PublishSitePlanRequest PublishOf(const std::string& district, const std::string& school,
                                            const std::string& plan) {
  return About<plans::v1::PublishSitePlanRequest>(district, school, plan);
}

plans::v1::DiscardSitePlanDraftRequest DiscardOf(const std::string& district,
                                                 const std::string& school,
                                                 const std::string& plan) {
  return About<plans::v1::DiscardSitePlanDraftRequest>(district, school, plan);
}

plans::v1::CloseSitePlanRequest CloseOf(const std::string& district, const std::string& school,
                                        const std::string& plan) {
  return About<plans::v1::CloseSitePlanRequest>(district, school, plan);
}

plans::v1::ReopenSitePlanRequest ReopenOf(const std::string& district, const std::string& school,
                                          const std::string& plan) {
  auto reopen = About<plans::v1::ReopenSitePlanRequest>(district, school, plan);
  reopen.set_reason("It was closed by mistake.");
  return reopen;
}

plans::v1::UpsertProgressionRequest ProgressionOf(const std::string& district,
                                                  const std::string& school,
                                                  const std::string& team,
                                                  const std::string& indicator,
                                                  const std::string& start) {
  plans::v1::UpsertProgressionRequest request;
  auto& progression = *request.mutable_progression();
  progression.set_district(district);
  progression.set_school(school);
  progression.set_team(team);
  progression.set_progression("words");
  progression.set_title("Words that carry a text");
  progression.set_start(start);
  progression.add_learning_targets("Find the words that carry a text.");
  progression.add_performance_outcomes("Cites a line for every claim.");
  auto& task = *progression.add_tasks();
  task.set_title("Annotate a page");
  task.set_days(2);
  progression.add_indicators(indicator);
  progression.add_assessments("check");
  return request;
}

void PlanSchools(QuietServices& services, const std::string& district,
                 const std::string& indicator) {
  using namespace plans::v1;
  services.GiveRefused(PublishOf(district, "north", "plan"), "PLAN_UNKNOWN");
  services.GiveAccepted<DraftSitePlanResponse>(DraftOf(district, "north", "plan", indicator));
  services.GiveAccepted<PublishSitePlanResponse>(PublishOf(district, "north", "plan"));
  services.GiveAccepted<UpsertProgressionResponse>(
      ProgressionOf(district, "north", "grade-3", indicator, "2025-09-15"));
  // The other school's plan stays in force, with the draft of its next revision beside it.
  // It is vague about its timeframe.
  auto vague = DraftOf(district, "south", "plan", indicator);
  vague.mutable_plan()->mutable_timeframes(0)->set_cycle_weeks(12);
  services.GiveAccepted<DraftSitePlanResponse>(vague);
  services.GiveAccepted<PublishSitePlanResponse>(PublishOf(district, "south", "plan"));
  auto revision = DraftOf(district, "south", "plan", indicator);
  revision.mutable_plan()->mutable_indicators(0)->set_desired_growth_per_year(0.3);
  services.GiveAccepted<DraftSitePlanResponse>(revision);
  AnswerPlanReviewRequest keep;
  keep.set_district(district);
  keep.set_school("north");
  keep.set_plan("plan");
  keep.set_answer(PLAN_REVIEW_ANSWER_KEEP);
  keep.set_reason("The teams have only begun.");
  services.GiveAccepted<AnswerPlanReviewResponse>(keep);
}

void SetBaselines(QuietServices& services, const std::string& district,
                  const std::string& indicator) {
  using namespace evidence::v1;
  SetRunChartBaselineRequest set;
  set.set_district(district);
  set.set_school("north");
  set.set_team("grade-3");
  set.set_indicator(indicator);
  set.set_from("2025-09-29");
  set.set_reason("Talk before writing is here to stay.");
  services.GiveAccepted<SetRunChartBaselineResponse>(set);
  services.GiveRefused(SetRunChartBaselineRequest(set), "BASELINE_UNCHANGED");
  set.set_from("2025-10-20");
  services.GiveAccepted<SetRunChartBaselineResponse>(set);
  set.clear_team();
  services.GiveAccepted<SetRunChartBaselineResponse>(set);
}

void TakeAccess(QuietServices& services, const std::string& district) {
  using namespace plans::v1;
  TakeEmergencyAccessRequest take;
  take.set_district(district);
  take.set_school("north");
  take.set_reason("A child is missing after the trip.");
  take.mutable_caller()->set_subject("lea");
  take.mutable_caller()->set_role(common::v1::ROLE_DISTRICT_LEADER);
  EndEmergencyAccessRequest end;
  end.set_district(district);
  end.set_school("north");
  end.set_access(services.GiveAccepted<TakeEmergencyAccessResponse>(take).access().access());
  *end.mutable_caller() = take.caller();
  services.GiveAccepted<EndEmergencyAccessResponse>(end);
  take.set_school("south");
  services.GiveAccepted<TakeEmergencyAccessResponse>(take);
}

}  // namespace throughline::compatibility
