#include "demo/summary_sections.h"

#include <algorithm>
#include <cmath>

#include "throughline/formatting.h"

namespace throughline::demo {

using core::Result;
using Json = nlohmann::ordered_json;
using Counts = std::map<std::string, int64_t>;

namespace {

void Add(const char* section, const Counts& counts, Json& summary) {
  if (!counts.empty()) summary[section] = counts;
}

// All of a list, of the whole district.
template <class Stub, class Request, class Response>
Result<Response> All(const std::string& district, Stub& stub,
                     grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                  Response*)) {
  Request request;
  request.set_district(district);
  return CallPages(stub, method, request);
}

double MeanOf(const plans::v1::SurveyResults& results) {
  double sum = 0;
  for (const auto& factor : results.factors()) sum += factor.rating().mean();
  return results.factors().empty() ? 0 : sum / results.factors_size();
}

// By the name of the round: in how many schools it may be shown, and what they say on average.
Result<void> AddSurveys(const std::string& district, Connection& connection, Json& summary) {
  using plans::v1::SurveysService;
  auto rounds = All(district, *connection.surveys, &SurveysService::Stub::ListSurveyRounds);
  if (!rounds) return core::Refuse(rounds.error());
  std::map<std::string, std::string> names;  // by round
  for (const auto& round : rounds->rounds()) names[round.round()] = round.name();
  auto results = All(district, *connection.surveys, &SurveysService::Stub::ListSurveyResults);
  if (!results) return core::Refuse(results.error());
  struct Round {
    int schools = 0, too_few = 0, raters = 0;
    double means = 0;
  };
  std::map<std::string, Round> by_name;
  for (const auto& one : results->results()) {
    Round& round = by_name[names[one.round()]];
    if (one.absent() != plans::v1::SURVEY_ABSENCE_UNSPECIFIED) {
      ++round.too_few;
      continue;
    }
    ++round.schools;
    round.raters += one.raters();
    round.means += MeanOf(one);
  }
  for (const auto& [name, round] : by_name) {
    Json& said = summary["surveys"][name];
    said = {{"schools_shown", round.schools},
            {"schools_with_too_few_raters", round.too_few},
            {"raters", round.raters}};
    if (round.schools > 0) {
      said["mean_level"] = std::round(100 * round.means / round.schools) / 100;
    }
  }
  return {};
}

Result<void> AddVisits(const std::string& district, Connection& connection, Json& summary) {
  auto visits = All(district, *connection.visits, &cycles::v1::VisitsService::Stub::ListVisits);
  if (!visits) return core::Refuse(visits.error());
  Counts by_state, commitments;
  std::map<std::string, std::pair<int, int>> look_fors;  // rooms, and those in which it was seen
  for (const auto& visit : visits->visits()) {
    ++by_state[Underscored(WordOf(visit.state()))];
    for (const auto& one : visit.commitments()) {
      const bool is_open = one.outcome() == cycles::v1::COMMITMENT_OUTCOME_UNSPECIFIED;
      ++commitments[is_open ? "open" : Underscored(WordOf(one.outcome()))];
    }
    for (const auto& share : visit.shares()) {
      if (share.suppressed()) continue;
      look_fors[share.look_for()].first += share.rooms();
      look_fors[share.look_for()].second += share.seen();
    }
  }
  Add("visits", by_state, summary);
  Add("commitments", commitments, summary);
  for (const auto& [look_for, rooms] : look_fors) {
    summary["look_fors"][look_for] = {{"rooms", rooms.first}, {"seen", rooms.second}};
  }
  return {};
}

Result<void> AddPractices(const std::string& district, Connection& connection, Json& summary) {
  using cycles::v1::PracticesService;
  auto adoptions = All(district, *connection.practices, &PracticesService::Stub::ListAdoptions);
  if (!adoptions) return core::Refuse(adoptions.error());
  std::map<std::string, Counts> by_practice;
  Counts origins;
  for (const auto& adoption : adoptions->adoptions()) {
    ++by_practice[adoption.practice()][Underscored(WordOf(adoption.state()))];
    const bool is_own = adoption.from_team().empty();
    const bool is_near = adoption.from_school() == adoption.school();
    ++origins[is_own    ? "begun_by_the_team"
              : is_near ? "from_the_same_school"
                        : "from_another_school"];
  }
  auto practices = All(district, *connection.practices, &PracticesService::Stub::ListPractices);
  if (!practices) return core::Refuse(practices.error());
  for (const auto& one : practices->practices()) {
    Json& said = summary["practices"][one.practice().name()];
    said["standing"] = WordOf(one.assessment().standing());
    for (const auto& [state, teams] : by_practice[one.practice().practice()]) {
      said["teams_" + state] = teams;
    }
  }
  Add("adoptions", origins, summary);
  return {};
}

Result<void> AddOffers(const std::string& district, Connection& connection, Json& summary) {
  auto offers = All(district, *connection.offers, &cycles::v1::OffersService::Stub::ListOffers);
  if (!offers) return core::Refuse(offers.error());
  Counts by_state;
  for (const auto& offer : offers->offers()) ++by_state[Underscored(WordOf(offer.state()))];
  Add("offers", by_state, summary);
  return {};
}

Result<void> AddWaves(const std::string& district, Connection& connection, Json& summary) {
  auto waves = All(district, *connection.waves, &cycles::v1::WavesService::Stub::ListWaves);
  if (!waves) return core::Refuse(waves.error());
  Counts counts;
  for (const auto& wave : waves->waves()) {
    ++counts[Underscored(WordOf(wave.state()))];
    for (const auto& team : wave.teams()) {
      ++counts[team.begins_on().empty() ? "teams_that_wait" : "teams_that_may_begin"];
    }
  }
  Add("waves", counts, summary);
  return {};
}

Result<void> AddPlanReviews(const std::string& district, Connection& connection, Json& summary) {
  cycles::v1::ListReviewsRequest list;
  list.set_district(district);
  list.set_trigger(common::v1::TRIGGER_CADENCE);
  auto reviews = CallPages(*connection.cycles, &cycles::v1::CyclesService::Stub::ListReviews, list);
  if (!reviews) return core::Refuse(reviews.error());
  Counts by_answer;
  for (const auto& review : reviews->reviews()) {
    if (review.plan().empty()) continue;
    const bool is_open = review.answer() == cycles::v1::REVIEW_ANSWER_UNSPECIFIED;
    ++by_answer[is_open ? "open" : Underscored(WordOf(review.answer()))];
  }
  Add("plan_reviews", by_answer, summary);
  return {};
}

// Of how many students it is known. How many of them struggle is in the page of the four questions
// alone: it is shown in steps of a smallest cell, and a run that was interrupted may take them at
// other moments, as it knows a cut sooner or later.
Json NumbersOf(const common::v1::StrugglingReport& report) {
  Json numbers = Json::object();
  for (const auto& one : report.who_struggles().by_indicator()) {
    numbers[one.indicator()]["students_at_least"] = one.counts().students_at_least();
  }
  return numbers;
}

}  // namespace

std::string Underscored(std::string words) {
  std::replace(words.begin(), words.end(), ' ', '_');
  return words;
}

Result<void> AddSections(const std::string& district, Connection& connection, Json& summary) {
  for (const auto add :
       {AddSurveys, AddVisits, AddPractices, AddOffers, AddWaves, AddPlanReviews}) {
    if (auto added = add(district, connection, summary); !added) return added;
  }
  return {};
}

Json NumbersOf(const cycles::v1::GetQuestionsResponse& questions) {
  Json causes = Json::object();
  for (const auto& one : questions.named_causes().problems()) {
    causes[one.statement()] = {{"teams", one.teams()}, {"schools", one.schools()}};
  }
  const auto& works = questions.what_works();
  Json reaches = Json::object();
  for (const auto& one : questions.reach().practices()) {
    reaches[one.name()] = {{"teams", one.teams()},
                           {"schools", one.schools()},
                           {"gave_it_up", one.abandoned()},
                           {"still_in_use", one.still_in_use()}};
  }
  return {{"who_struggles", NumbersOf(questions.struggling())},
          {"root_causes", causes},
          {"what_works",
           {{"helps", works.helps()},
            {"no_effect", works.none()},
            {"harms", works.harms()},
            {"not_known", works.not_known()}}},
          {"reach", reaches}};
}

}  // namespace throughline::demo
