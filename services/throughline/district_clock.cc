#include "throughline/district_clock.h"

#include <date/tz.h>

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
  const auto minute = std::chrono::floor<std::chrono::minutes>(core::FromMillis(time_ms));
  const std::string zone = core::IsKnownZone(zone_) ? zone_ : "UTC";
  return date::format("%F %R", date::make_zoned(zone, minute));
}

}  // namespace throughline
