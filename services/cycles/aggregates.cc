#include "cycles/aggregates.h"

#include "cycles/domain/tables.h"

namespace throughline::cycles {

using history::At;
using history::Kept;
using history::KeptOfTeam;

const std::vector<history::KeptAggregate>& KeptAggregates() {
  static const std::vector<history::KeptAggregate> kept = {
      KeptOfTeam(common::v1::AGGREGATE_CYCLE, At::kInSchool, kCycles),
      KeptOfTeam(common::v1::AGGREGATE_REVIEW, At::kInSchool, kReviews),
      Kept(common::v1::AGGREGATE_VISIT, At::kInSchool, kVisits),
      Kept(common::v1::AGGREGATE_PRACTICE, At::kInDistrict, kPractices),
      Kept(common::v1::AGGREGATE_ADOPTION, At::kInTeam, kAdoptions),
      Kept(common::v1::AGGREGATE_OFFER, At::kInTeam, kOffers),
      Kept(common::v1::AGGREGATE_WAVE, At::kInDistrict, kWaves),
  };
  return kept;
}

}  // namespace throughline::cycles
