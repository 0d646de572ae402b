#include "plans/surveys_service.h"

#include <algorithm>
#include <map>

#include "plans/district_lists.h"
#include "plans/domain/coherence.h"
#include "plans/domain/survey_items.h"

namespace throughline::plans {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

constexpr size_t kRaterAtMost = 256;

v1::RaterGroup GroupOf(common::v1::Role role) {
  switch (role) {
    case common::v1::ROLE_TEAM_MEMBER:
      return v1::RATER_GROUP_STAFF;
    case common::v1::ROLE_SCHOOL_LEADER:
      return v1::RATER_GROUP_LEADERS;
    case common::v1::ROLE_DISTRICT_LEADER:
    case common::v1::ROLE_DISTRICT_ADMINISTRATOR:
      return v1::RATER_GROUP_DISTRICT;
    default:
      return v1::RATER_GROUP_UNSPECIFIED;
  }
}

Result<v1::SurveyRound> FindRound(const runtime::Rows& rows, const std::string& district,
                                  const std::string& school, const std::string& round) {
  if (auto error =
          core::CheckIds({{"district", district}, {"school", school, true}, {"round", round}})) {
    return core::Refuse(*error);
  }
  auto row = school.empty() ? rows.Get(kDistrictSurveys, district, JoinKey(district, round))
                            : rows.Get(kSurveys, core::Key{district, school}.Text(),
                                       JoinKey(district, school, round));
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(SurveyUnknown(round));
  return **std::move(row);
}

Result<void> Read(const runtime::Rows& rows, const v1::GetSurveyRoundRequest& request,
                  v1::GetSurveyRoundResponse& response) {
  auto round = FindRound(rows, request.district(), request.school(), request.round());
  if (!round) return core::Refuse(round.error());
  *response.mutable_round() = *std::move(round);
  if (request.school().empty()) return {};
  auto results = rows.Get(kSurveyResults, core::Key{request.district(), request.school()}.Text(),
                          JoinKey(request.district(), request.school(), request.round()));
  if (!results) return core::Refuse(results.error());
  if (*results) *response.mutable_results() = **std::move(results);
  return {};
}

// Results by school, each in the order in which rounds ended; of one school, or of all.
Result<std::map<std::string, std::vector<v1::SurveyResults>>> ResultsBySchool(
    const runtime::Rows& rows, const std::string& prefix) {
  std::map<std::string, std::vector<v1::SurveyResults>> by_school;
  auto read = platform::ForEachRow(rows, kSurveyResults, prefix, [&](v1::SurveyResults row) {
    by_school[row.school()].push_back(std::move(row));
  });
  if (!read) return core::Refuse(read.error());
  // Ids are in the order of first days, and a district's round may be over before a school's own
  // that began earlier.
  for (auto& [school, results] : by_school) {
    std::stable_sort(results.begin(), results.end(), [](const auto& one, const auto& other) {
      return one.last_day() < other.last_day();
    });
  }
  return by_school;
}

Result<void> Read(const runtime::Rows& rows, const v1::GetCoherenceRequest& request,
                  v1::GetCoherenceResponse& response) {
  if (auto error =
          core::CheckIds({{"district", request.district()}, {"school", request.school(), true}})) {
    return core::Refuse(*error);
  }
  if (auto known = CheckDistrict(rows, request.district()); !known) return known;
  auto by_school = ResultsBySchool(rows, platform::PrefixOf(request.district(), request.school()));
  if (!by_school) return core::Refuse(by_school.error());
  std::vector<v1::SchoolCoherence> schools;
  for (const auto& [school, results] : *by_school) {
    if (auto coherence = CoherenceOf(results)) schools.push_back(*std::move(coherence));
  }
  if (request.school().empty()) {
    for (auto& factor : MeanCoherence(schools)) *response.add_factors() = std::move(factor);
  }
  for (auto& school : schools) *response.add_schools() = std::move(school);
  return {};
}

}  // namespace

SurveysService::Rater SurveysService::RaterOf(const platform::Principal& caller,
                                              const v1::AnswerSurveyRequest& request) {
  if (platform::NameOf(caller).empty()) return {request.rater(), request.group()};  // anybody
  // Whatever the role: somebody who has two of them answers once.
  return {caller.issuer + ' ' + caller.subject, GroupOf(caller.role)};
}

Result<v1::CastSurveyBallotRequest> SurveysService::Sealed(const v1::AnswerSurveyRequest& request,
                                                           const Rater& rater) const {
  if (auto error = core::CheckIds({{"school", request.school()}})) return core::Refuse(*error);
  auto round = FindRound(rows_, request.district(), request.school(), request.round());
  if (!round) return core::Refuse(round.error());
  if (round->state() != v1::SURVEY_STATE_OPEN) return core::Refuse(SurveyOver());
  if (rater.name.empty()) return core::Refuse(RaterMissing());
  if (request.rater().size() > kRaterAtMost) {
    return core::Refuse(TextTooLong("rater", kRaterAtMost));
  }
  auto ballot = BallotOf(*round, rater.group, request.answers());
  if (!ballot) return core::Refuse(ballot.error());
  auto key = keys_.FindOrMake({request.district(), request.school(), request.round()});
  if (!key) return core::Refuse(key.error());
  v1::CastSurveyBallotRequest cast;
  cast.set_district(request.district());
  cast.set_school(request.school());
  cast.set_round(request.round());
  cast.set_rater(key->PseudonymOf(rater.name));
  cast.set_sealed(key->Seal(cast.rater(), *ballot, keys_.random()));
  return cast;
}

Reactor* SurveysService::AnswerSurvey(Context* context, const v1::AnswerSurveyRequest* request,
                                      v1::AnswerSurveyResponse* response) {
  using Done = platform::CallGuard::Done<v1::AnswerSurveyResponse>;
  return guard_.AnswerLater<v1::AnswerSurveyResponse>(
      context, *request, response, [=, this](const platform::Principal& caller, Done done) {
        sealing_.Post([=, this, rater = RaterOf(caller, *request)] {
          auto cast = Sealed(*request, rater);
          if (!cast) return done(core::Refuse(cast.error()));
          commands_.Submit(*cast, {}, [done](const Result<std::string>& answer) {
            if (!answer) return done(core::Refuse(answer.error()));
            done(v1::AnswerSurveyResponse());
          });
        });
      });
}

Reactor* SurveysService::GetSurveyRound(Context* context, const v1::GetSurveyRoundRequest* request,
                                        v1::GetSurveyRoundResponse* response) {
  return guard_.Answer(context, *request, [&] { return Read(rows_, *request, *response); });
}

Reactor* SurveysService::ListSurveyRounds(Context* context,
                                          const v1::ListSurveyRoundsRequest* request,
                                          v1::ListSurveyRoundsResponse* response) {
  return guard_.Answer(context, *request, [&] {
    return ListWanted(
        rows_, kSurveys, {{"district", request->district()}, {"school", request->school(), true}},
        *request, *response,
        [&](const v1::SurveyRound& row) {
          return request->state() == v1::SURVEY_STATE_UNSPECIFIED ||
                 request->state() == row.state();
        },
        [&](v1::SurveyRound row) {
          row.clear_items();
          *response->add_rounds() = std::move(row);
        });
  });
}

Reactor* SurveysService::ListSurveyResults(Context* context,
                                           const v1::ListSurveyResultsRequest* request,
                                           v1::ListSurveyResultsResponse* response) {
  return guard_.Answer(context, *request, [&] {
    return ListWanted(
        rows_, kSurveyResults,
        {{"district", request->district()}, {"school", request->school(), true}}, *request,
        *response,
        [&](const v1::SurveyResults& row) {
          return request->round().empty() || request->round() == row.round();
        },
        [&](v1::SurveyResults row) { *response->add_results() = std::move(row); });
  });
}

Reactor* SurveysService::GetCoherence(Context* context, const v1::GetCoherenceRequest* request,
                                      v1::GetCoherenceResponse* response) {
  return guard_.Answer(context, *request, [&] { return Read(rows_, *request, *response); });
}

}  // namespace throughline::plans
