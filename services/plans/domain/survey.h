// Rounds of a driver survey. A school's is decided on its own key, a district's on the district's,
// from where every partition opens one in each of its schools.
//
// Nobody's answer is known here. What raters say comes in sealed, under a pseudonym of the round,
// and stays so; whoever has the round's key counts it once the round has ended, and what it came to
// comes back as a command (survey_results.h). Then the answers are erased, and the key is
// destroyed.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/survey_events.pb.h"
#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::plans {

inline constexpr std::string_view kSurveyEnds = "survey_ends/";  // + district/school/round
inline constexpr std::string_view kDistrictSurveyEnds =
    "district_survey_ends/";  // + district/round

void Decide(const v1::OpenSurveyRoundRequest& request, decider::Turn& turn);
void Decide(const v1::CancelSurveyRoundRequest& request, decider::Turn& turn);
void Decide(const v1::CastSurveyBallotRequest& request, decider::Turn& turn);
void Decide(const v1::RecordSurveyResultsRequest& request, decider::Turn& turn);
// Deliveries: what a district opens or cancels, it does in each of its schools.
void Decide(const v1::SurveyRoundOpened& opened, decider::Turn& turn);
void Decide(const v1::SurveyRoundCancelled& cancelled, decider::Turn& turn);
void DecideSurveyEnds(std::string_view timer, decider::Turn& turn);
void DecideDistrictSurveyEnds(std::string_view timer, decider::Turn& turn);

void Apply(const v1::SurveyRoundOpened& opened, decider::State& state);
void Apply(const v1::SurveyBallotCast& cast, decider::State& state);
void Apply(const v1::SurveyRoundEnded& ended, decider::State& state);
void Apply(const v1::SurveyRoundCancelled& cancelled, decider::State& state);
void Apply(const v1::SurveyResultsRecorded& recorded, decider::State& state);

}  // namespace throughline::plans
