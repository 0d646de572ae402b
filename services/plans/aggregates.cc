#include "plans/aggregates.h"

#include "plans/domain/tables.h"

namespace throughline::plans {

using history::At;
using history::Kept;

const std::vector<history::KeptAggregate>& KeptAggregates() {
  static const std::vector<history::KeptAggregate> kept = {
      Kept(common::v1::AGGREGATE_DISTRICT, At::kDistrict, kDistricts),
      Kept(common::v1::AGGREGATE_SCHOOL, At::kSchool, kSchools),
      Kept(common::v1::AGGREGATE_TEAM, At::kTeam, kTeams),
      Kept(common::v1::AGGREGATE_SITE_PLAN, At::kInSchool, kSitePlans),
      Kept(common::v1::AGGREGATE_PROGRESSION, At::kInTeam, kProgressions),
      Kept(common::v1::AGGREGATE_RUBRIC, At::kInDistrict, kRubrics),
      Kept(common::v1::AGGREGATE_TEMPLATE, At::kInDistrict, kTemplates),
      Kept(common::v1::AGGREGATE_SURVEY_ROUND, At::kInSchool, kSurveys),
      Kept(common::v1::AGGREGATE_SURVEY_ROUND, At::kInDistrict, kDistrictSurveys),
  };
  return kept;
}

}  // namespace throughline::plans
