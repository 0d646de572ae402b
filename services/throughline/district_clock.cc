#include "throughline/district_clock.h"

#include "core/time_zone.h"

namespace throughline {

DistrictClock DistrictClock::Of(Connection& connection, const std::string& district) {
  plans::v1::GetDistrictRequest request;
  request.set_district(district);
  auto answer = Call(*connection.plans, &plans::v1::PlansService::Stub::GetDistrict, request);
  return DistrictClock(answer ? answer->district().time_zone() : "UTC");
}

std::string DistrictClock::Format(int64_t time_ms) const {
  if (time_ms == 0) return "";
  return core::FormatLocal(core::FromMillis(time_ms), zone_);
}

}  // namespace throughline
