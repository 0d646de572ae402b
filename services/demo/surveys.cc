#include "demo/surveys.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "demo/calls.h"
#include "demo/lines.h"
#include "throughline/formatting.h"

namespace throughline::demo {

using core::Result;
using plans::v1::SurveysService;

namespace {

constexpr auto kPatience = std::chrono::minutes(1);
constexpr auto kPause = std::chrono::milliseconds(50);

}  // namespace

Result<void> DemoSurveys::Live(core::Date day) {
  for (const DemoSurvey& survey : script_.surveys) {
    if (day == survey.first_day) {
      if (auto done = Open(survey); !done) return done;
    }
    if (day == survey.first_day + std::chrono::days{1}) {
      if (auto done = AnswerAll(survey); !done) return done;
    }
    if (day == survey.last_day + std::chrono::days{1}) {
      if (auto done = Tell(survey, day); !done) return done;
    }
  }
  return {};
}

Result<void> DemoSurveys::Open(const DemoSurvey& survey) {
  plans::v1::OpenSurveyRoundRequest request;
  request.set_request_id("demo/survey/" + survey.name);
  request.set_district(script_.district);
  request.set_school(survey.school);
  request.set_name(survey.name);
  request.set_first_day(core::FormatDate(survey.first_day));
  request.set_last_day(core::FormatDate(survey.last_day));
  auto opened =
      Do(survey.place, *connection_.surveys, &SurveysService::Stub::OpenSurveyRound, request);
  if (!opened) return opened;
  PrintLine(
      survey.first_day, "survey",
      fmt::format("{} is open in {} until {}", survey.name,
                  survey.school.empty() ? "every school of " + script_.district : survey.school,
                  request.last_day()));
  return {};
}

Result<plans::v1::SurveyRound> DemoSurveys::Find(const DemoSurvey& survey,
                                                 const std::string& school) {
  plans::v1::ListSurveyRoundsRequest list;
  list.set_district(script_.district);
  list.set_school(school);
  auto rounds = CallPages(*connection_.surveys, &SurveysService::Stub::ListSurveyRounds, list);
  if (!rounds) return core::Refuse(rounds.error());
  for (const plans::v1::SurveyRound& one : rounds->rounds()) {
    if (one.name() != survey.name) continue;
    plans::v1::GetSurveyRoundRequest get;
    get.set_district(script_.district);
    get.set_school(school);
    get.set_round(one.round());
    auto round = Call(*connection_.surveys, &SurveysService::Stub::GetSurveyRound, get);
    if (!round) return core::Refuse(round.error());
    return round->round();
  }
  return core::Refuse(InScript(survey.place, {core::Code::kNotFound, "SURVEY_UNKNOWN",
                                              "It has no round in " + school + ".", "school"}));
}

Result<void> DemoSurveys::AnswerAll(const DemoSurvey& survey) {
  for (const DemoRaters& raters : survey.raters) {
    auto round = Find(survey, raters.school);
    if (!round) return core::Refuse(round.error());
    if (auto done = Answer(*round, raters); !done) return done;
  }
  return {};
}

// Whoever answers again, on a day that is lived again, says the same once more.
Result<void> DemoSurveys::Answer(const plans::v1::SurveyRound& round, const DemoRaters& raters) {
  plans::v1::AnswerSurveyRequest request;
  request.set_district(script_.district);
  request.set_school(raters.school);
  request.set_round(round.round());
  request.set_group(raters.group);
  for (size_t i = 0; i < raters.levels.size(); ++i) {
    request.set_rater(fmt::format("{} {} {}", raters.school, WordOf(raters.group), i));
    request.clear_answers();
    for (int item = 0; item < round.items_size(); ++item) {
      plans::v1::SurveyAnswer& answer = *request.add_answers();
      answer.set_factor(round.items(item).factor());
      answer.set_level(raters.levels[i].at(static_cast<size_t>(item)));
    }
    auto answered =
        Do(raters.place, *connection_.surveys, &SurveysService::Stub::AnswerSurvey, request);
    if (!answered) return answered;
  }
  return {};
}

Result<void> DemoSurveys::WaitUntilCounted(const DemoSurvey& survey) {
  plans::v1::ListSurveyRoundsRequest list;
  list.set_district(script_.district);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    auto rounds = CallPages(*connection_.surveys, &SurveysService::Stub::ListSurveyRounds, list);
    if (!rounds) return core::Refuse(rounds.error());
    const bool is_counted = std::none_of(
        rounds->rounds().begin(), rounds->rounds().end(), [&](const plans::v1::SurveyRound& one) {
          return one.name() == survey.name && one.state() < plans::v1::SURVEY_STATE_COUNTED;
        });
    if (is_counted) return {};
    if (std::chrono::steady_clock::now() > deadline) {
      return core::Refuse(InScript(survey.place, {core::Code::kUnavailable, "NOT_COUNTED",
                                                  "The services have not counted it.", "round"}));
    }
    std::this_thread::sleep_for(kPause);
  }
}

Result<void> DemoSurveys::Tell(const DemoSurvey& survey, core::Date day) {
  if (auto counted = WaitUntilCounted(survey); !counted) return counted;
  plans::v1::ListSurveyResultsRequest list;
  list.set_district(script_.district);
  auto results = CallPages(*connection_.surveys, &SurveysService::Stub::ListSurveyResults, list);
  if (!results) return core::Refuse(results.error());
  int shown = 0, too_few = 0;
  for (const plans::v1::SurveyResults& one : results->results()) {
    if (one.last_day() != core::FormatDate(survey.last_day)) continue;
    ++(one.absent() == plans::v1::SURVEY_ABSENCE_UNSPECIFIED ? shown : too_few);
  }
  PrintLine(day, "survey",
            fmt::format("{} has ended in {}: {} can be shown, {} had too few raters", survey.name,
                        script_.district, Counted(shown, "school"), too_few));
  return {};
}

}  // namespace throughline::demo
