#include "evidence/aggregates.h"

#include "evidence/domain/tables.h"

namespace throughline::evidence {

using history::At;
using history::Kept;

const std::vector<history::KeptAggregate>& KeptAggregates() {
  static const std::vector<history::KeptAggregate> kept = {
      Kept(common::v1::AGGREGATE_ASSESSMENT, At::kInDistrict, kAssessments),
      Kept(common::v1::AGGREGATE_RUN_CHART, At::kInTeamOrSchool, kRunChartBaselines),
  };
  return kept;
}

}  // namespace throughline::evidence
