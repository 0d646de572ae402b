#include <fmt/format.h>

#include <utility>

#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using plans::v1::RubricsService;
using plans::v1::SurveysService;

std::string WhatIsIn(const plans::v1::Template& one) {
  switch (one.content_case()) {
    case plans::v1::Template::kSitePlan:
      return "site plan";
    case plans::v1::Template::kCycle:
      return "cycle";
    case plans::v1::Template::kVisit:
      return "visit";
    case plans::v1::Template::kSurvey:
      return "survey";
    case plans::v1::Template::kSurveyRubric:
      return fmt::format("survey by rubric {}, revision {}", one.survey_rubric().rubric(),
                         one.survey_rubric().revision());
    default:
      return "";
  }
}

std::string ResultsIn(const plans::v1::SurveyResults& results) {
  switch (results.absent()) {
    case plans::v1::SURVEY_ABSENCE_TOO_FEW_RATERS:
      return "too few raters";
    case plans::v1::SURVEY_ABSENCE_KEY_LOST:
      return "key lost";
    default:
      return fmt::format("{} raters", results.raters());
  }
}

// A round after the other, each with its drivers.
void PrintResults(const plans::v1::ListSurveyResultsResponse& shown, std::ostream& out) {
  Table table({{"SCHOOL"},
               {"LAST DAY"},
               {"RESULTS"},
               {"FACTOR"},
               {"MEAN", Side::kRight},
               {"COHERENCE", Side::kRight}});
  for (const auto& results : shown.results()) {
    std::string school = results.school(), day = results.last_day(), came = ResultsIn(results);
    if (results.factors().empty()) table.Add({school, day, came, "", "", ""});
    for (const auto& factor : results.factors()) {
      table.Add({std::exchange(school, ""), std::exchange(day, ""), std::exchange(came, ""),
                 WordOf(factor.factor()), Decimal(factor.rating().mean()),
                 Decimal(factor.rating().coherence())});
    }
  }
  table.Print(out, "No survey has been counted yet.");
}

}  // namespace

Shown ShowRubrics(Connection& connection, const ShowOptions& options, std::ostream& out) {
  plans::v1::ListRubricsRequest request;
  request.set_district(options.district);
  const auto answer = CallPages(*connection.rubrics, &RubricsService::Stub::ListRubrics, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"RUBRIC"},
                 {"NAME"},
                 {"STATE"},
                 {"REVISION", Side::kRight},
                 {"LEVELS", Side::kRight},
                 {"CRITERIA", Side::kRight}});
    for (const auto& rubric : shown.rubrics()) {
      table.Add({rubric.rubric(), OneLine(rubric.name()), WordOf(rubric.state()),
                 std::to_string(rubric.revision()), std::to_string(rubric.levels()),
                 std::to_string(rubric.criteria_size())});
    }
    table.Print(out, "The district has no rubric of its own yet.");
  });
}

Shown ShowTemplates(Connection& connection, const ShowOptions& options, std::ostream& out) {
  plans::v1::ListTemplatesRequest request;
  request.set_district(options.district);
  const auto answer = CallPages(*connection.rubrics, &RubricsService::Stub::ListTemplates, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"TEMPLATE"}, {"NAME"}, {"OF"}, {"FROM"}});
    for (const auto& one : shown.templates()) {
      table.Add({one.template_(), OneLine(one.name()), WhatIsIn(one),
                 one.shipped() ? "the product" : "the district"});
    }
    table.Print(out, "There is no template.");
  });
}

Shown ShowSurveys(Connection& connection, const ShowOptions& options, std::ostream& out) {
  plans::v1::ListSurveyResultsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  const auto answer =
      CallPages(*connection.surveys, &SurveysService::Stub::ListSurveyResults, request);
  plans::v1::ListSurveyRoundsRequest open;
  open.set_district(options.district);
  open.set_school(options.school);
  open.set_state(plans::v1::SURVEY_STATE_OPEN);
  const auto rounds = CallPages(*connection.surveys, &SurveysService::Stub::ListSurveyRounds, open);
  if (!rounds) return core::Refuse(rounds.error());
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    for (const auto& round : rounds->rounds()) {
      out << fmt::format("Open in school {}, until the end of {}: {}\n", round.school(),
                         round.last_day(), round.round());
    }
    PrintResults(shown, out);
  });
}

}  // namespace throughline
