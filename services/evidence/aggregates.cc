#include "evidence/aggregates.h"

#include "evidence/domain/tables.h"

namespace throughline::evidence {

using history::At;
using history::Kept;

const std::vector<history::KeptAggregate>& KeptAggregates() {
  static const std::vector<history::KeptAggregate> kept = {
      Kept(common::v1::AGGREGATE_ASSESSMENT, At::kInDistrict, kAssessments),
  };
  return kept;
}

}  // namespace throughline::evidence
