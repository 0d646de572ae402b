#include "throughline/district_clock.h"

#include <regex>

#include "core/time_zone.h"

namespace throughline {

DistrictClock::DistrictClock(const std::string& zone)
    : zone_(core::IsKnownZone(zone) ? zone : "UTC") {}

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

std::string DistrictClock::Localized(const std::string& sentence) const {
  static const std::regex kMoment(R"(\d{4}-\d\d-\d\dT[\d:.]+Z)");
  std::string said;
  auto rest = sentence.cbegin();
  for (std::sregex_iterator at(sentence.begin(), sentence.end(), kMoment), end; at != end; ++at) {
    said.append(rest, (*at)[0].first);
    rest = (*at)[0].second;
    const auto moment = core::ParseInstant(at->str());
    if (!moment) {
      said += at->str();
      continue;
    }
    const auto minute = std::chrono::ceil<std::chrono::minutes>(*moment);
    said += core::FormatLocal(minute, zone_) + " (" + zone_ + ")";
  }
  return said.append(rest, sentence.cend());
}

}  // namespace throughline
