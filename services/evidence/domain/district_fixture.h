// The district that tests of evidence begin with.
#pragma once

#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {

// District `d`, in UTC, with the numbers of the default policy that the rules of evidence read.
inline plans::v1::DistrictAdopted AdoptedDistrict() {
  plans::v1::DistrictAdopted adopted;
  auto& district = *adopted.mutable_district();
  district.set_district("d");
  district.set_time_zone("UTC");
  district.set_version(1);
  auto& policy = *district.mutable_policy();
  policy.set_complete_coverage(0.8);
  policy.set_sufficient_coverage(0.5);
  policy.set_gap_widening(0.1);
  policy.set_days_per_year(180);
  policy.set_desired_growth_per_year(0.2);
  policy.set_struggling_percentile(0.2);
  policy.set_smallest_cell(10);
  return adopted;
}

}  // namespace throughline::evidence
