#include "throughline/watch_lines.h"

#include <fmt/format.h>

#include "throughline/formatting.h"

namespace throughline {

namespace {

std::string AlertLine(std::string_view happened, const notifications::v1::Alert& alert) {
  const cycles::v1::Condition& condition = alert.condition();
  std::string where = alert.school().empty() ? "district" : alert.school();
  for (const std::string& part : {condition.team(), condition.indicator(), condition.group()}) {
    if (!part.empty()) where += ' ' + part;
  }
  return fmt::format("{:<8}  {:<8}  {:<16}  {}: {} [{}]", happened, WordOf(condition.severity()),
                     WordOf(condition.trigger()), where, condition.reason(), alert.alert());
}

std::string GroupLine(const notifications::v1::GroupNotice& group) {
  return fmt::format("notified            {:<16}  {}: {} active, {} resolved",
                     WordOf(group.trigger()), group.school().empty() ? "district" : group.school(),
                     group.firing_size(), group.resolved_size());
}

std::string Happened(const notifications::v1::WatchAlertsResponse& response) {
  using Response = notifications::v1::WatchAlertsResponse;
  switch (response.happened_case()) {
    case Response::kRaised:
      return AlertLine("raised", response.raised().alert());
    case Response::kChanged:
      return AlertLine(WordOf(response.changed().alert().state()), response.changed().alert());
    case Response::kResolved:
      return AlertLine("resolved", response.resolved().alert());
    case Response::kGroup:
      return GroupLine(response.group());
    case Response::HAPPENED_NOT_SET:
      return "something that this program is too old to know";
  }
  return "";
}

// "throughline.cycles.v1.ReviewOpened" as "cycles.ReviewOpened".
std::string ShortType(std::string type) {
  constexpr std::string_view kPackage = "throughline.";
  if (type.starts_with(kPackage)) type.erase(0, kPackage.size());
  if (const size_t version = type.find(".v1."); version != std::string::npos) {
    type.erase(version, 3);
  }
  return type;
}

}  // namespace

std::string WatchLine(const DistrictClock& clock,
                      const notifications::v1::WatchAlertsResponse& response) {
  return OneLine(clock.Format(response.time_ms()) + "  " + Happened(response));
}

std::string WatchLine(const DistrictClock& clock,
                      const notifications::v1::WatchEventsResponse& response) {
  return fmt::format("{}  {}  {}  {}", clock.Format(response.time_ms()), ShortType(response.type()),
                     response.subject(), response.json());
}

}  // namespace throughline
