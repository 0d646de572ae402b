#include "recorded_surveys.h"

#include "throughline/plans/v1/rubrics_service.pb.h"
#include "throughline/plans/v1/survey_events.pb.h"
#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::compatibility {

using namespace plans::v1;

namespace {

UpsertRubricRequest RubricOf(const std::string& district, const std::string& name) {
  UpsertRubricRequest upsert;
  Rubric& rubric = *upsert.mutable_rubric();
  rubric.set_district(district);
  rubric.set_rubric("argument");
  rubric.set_name(name);
  rubric.set_levels(2);
  Criterion& criterion = *rubric.add_criteria();
  criterion.set_criterion("evidence");
  criterion.set_name("Evidence");
  criterion.add_descriptors("Cites nothing.");
  criterion.add_descriptors("Cites a text.");
  return upsert;
}

UpsertTemplateRequest TemplateOf(const std::string& district, const std::string& id) {
  UpsertTemplateRequest upsert;
  Template& one = *upsert.mutable_template_();
  one.set_district(district);
  one.set_template_(id);
  one.set_name("Visit");
  one.mutable_visit()->add_look_fors("Students talk about a text.");
  return upsert;
}

OpenSurveyRoundRequest RoundOf(const std::string& district, const std::string& school,
                               const std::string& today) {
  OpenSurveyRoundRequest open;
  open.set_district(district);
  open.set_school(school);
  open.set_name("Drivers");
  open.set_first_day(today);
  open.set_last_day(today);
  return open;
}

// The rounds that are open as the log has it, one a school.
std::vector<SurveyRound> OpenRounds(const QuietServices& services) {
  std::vector<SurveyRound> open;
  for (const auto& opened : services.All<SurveyRoundOpened>()) {
    if (!opened.round().of_district() &&
        services.now() < core::FromMillis(opened.round().until_ms()))
      open.push_back(opened.round());
  }
  return open;
}

// Of the round of `north` that ended last.
void Record(QuietServices& services, double coherence) {
  SurveyRound round;
  for (const auto& ended : services.All<SurveyRoundEnded>()) {
    if (ended.round().school() == "north") round = ended.round();
  }
  RecordSurveyResultsRequest record;
  SurveyResults& results = *record.mutable_results();
  results.set_district(round.district());
  results.set_school(round.school());
  results.set_round(round.round());
  results.set_last_day(round.last_day());
  results.set_raters(6);
  FactorRating& factor = *results.add_factors();
  factor.set_factor(DRIVER_FACTOR_STRATEGIC_FOCUS);
  factor.set_driver(DRIVER_CLARITY_OF_FOCUS);
  factor.set_lens(LENS_COHERENCE);
  factor.mutable_rating()->set_mean(2.5);
  factor.mutable_rating()->set_coherence(coherence);
  services.GiveAccepted<RecordSurveyResultsResponse>(record);
}

}  // namespace

void WriteRubrics(QuietServices& services, const std::string& district) {
  PublishRubricRequest publish;
  publish.set_district(district);
  publish.set_rubric("argument");
  services.GiveAccepted<UpsertRubricResponse>(RubricOf(district, "Argument"));
  services.GiveAccepted<PublishRubricResponse>(publish);
  services.GiveAccepted<UpsertRubricResponse>(RubricOf(district, "Arguments"));
  services.GiveAccepted<UpsertTemplateResponse>(TemplateOf(district, "visit"));
  services.GiveAccepted<UpsertTemplateResponse>(TemplateOf(district, "old-visit"));
  RemoveTemplateRequest remove;
  remove.set_district(district);
  remove.set_template_("old-visit");
  services.GiveAccepted<RemoveTemplateResponse>(remove);
}

void OpenSurveys(QuietServices& services, const std::string& district, const std::string& today) {
  const auto opened = services.GiveAccepted<OpenSurveyRoundResponse>(RoundOf(district, "", today));
  CancelSurveyRoundRequest cancel;
  cancel.set_district(district);
  cancel.set_round(opened.round().round());
  cancel.set_reason("The schools ask for themselves.");
  services.GiveAccepted<CancelSurveyRoundResponse>(cancel);
  for (const char* school : {"north", "south"}) {
    services.GiveAccepted<OpenSurveyRoundResponse>(RoundOf(district, school, today));
  }
}

void AnswerSurveys(QuietServices& services) {
  for (const SurveyRound& round : OpenRounds(services)) {
    CastSurveyBallotRequest cast;
    cast.set_district(round.district());
    cast.set_school(round.school());
    cast.set_round(round.round());
    cast.set_rater("rater");
    cast.set_sealed("levels, encrypted");
    services.GiveAccepted<CastSurveyBallotResponse>(cast);
  }
}

void CountAndAskAgain(QuietServices& services, const std::string& today) {
  Record(services, 0.9);
  const std::string district = services.All<SurveyRoundEnded>().front().round().district();
  services.GiveAccepted<OpenSurveyRoundResponse>(RoundOf(district, "north", today));
}

void CountAgain(QuietServices& services) { Record(services, 0.5); }

}  // namespace throughline::compatibility
