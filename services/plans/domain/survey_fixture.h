// For tests: a round of the survey that comes with the product, in school `s`, from Monday 9 to
// Friday 20 September 2024, and what raters answer.
#pragma once

#include <string>
#include <vector>

#include "plans/domain/plans_fixture.h"
#include "plans/domain/shipped_templates.h"
#include "plans/domain/survey_items.h"
#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::plans {

// The items of the round in memory; its place and window are those of the fixture.
inline v1::SurveyRound RoundOfTwelve() {
  v1::SurveyRound round;
  round.set_district("d");
  round.set_school("s");
  round.set_round("one");
  round.set_last_day("2024-09-20");
  const auto items = ItemsOf(ShippedSurvey());
  for (const v1::SurveyItem& item : *items) *round.add_items() = item;
  return round;
}

// The same level for every item.
inline v1::SurveyBallot BallotAt(int level, v1::RaterGroup group = v1::RATER_GROUP_STAFF) {
  v1::SurveyBallot ballot;
  ballot.set_group(group);
  ballot.set_levels(std::string(v1::DriverFactor_MAX, static_cast<char>(level)));
  return ballot;
}

inline v1::OpenSurveyRoundRequest OpenRequest(const std::string& school = "s") {
  v1::OpenSurveyRoundRequest open;
  open.set_district("d");
  open.set_school(school);
  open.set_name("Autumn");
  open.set_first_day("2024-09-09");
  open.set_last_day("2024-09-20");
  return open;
}

inline v1::CastSurveyBallotRequest CastRequest(const v1::SurveyRound& round,
                                               const std::string& rater,
                                               const std::string& sealed = "sealed") {
  v1::CastSurveyBallotRequest cast;
  cast.set_district(round.district());
  cast.set_school(round.school());
  cast.set_round(round.round());
  cast.set_rater(rater);
  cast.set_sealed(sealed);
  return cast;
}

inline v1::CancelSurveyRoundRequest CancelRequest(const v1::SurveyRound& round) {
  v1::CancelSurveyRoundRequest cancel;
  cancel.set_district(round.district());
  cancel.set_school(round.school());
  cancel.set_round(round.round());
  cancel.set_reason("A storm closed the schools.");
  return cancel;
}

}  // namespace throughline::plans
