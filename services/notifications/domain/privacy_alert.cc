#include "notifications/domain/privacy_alert.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/time_zone.h"
#include "notifications/domain/alert.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

namespace {

using plans::v1::EmergencyAccess;

// "lea (district leader)"; somebody where there are no credentials.
std::string WhoInWords(const EmergencyAccess& access) {
  if (access.subject().empty()) return "Somebody";
  std::string role = access.role();
  std::replace(role.begin(), role.end(), '_', ' ');
  return fmt::format("{} ({})", access.subject(), role);
}

std::string SchoolInWords(const EmergencyAccess& access, const decider::State& state) {
  const auto* known =
      state.Find(district::kSchools, core::Key{access.district(), access.school()}.Text());
  return known == nullptr || known->name().empty() ? access.school() : known->name();
}

cycles::v1::Condition ConditionOf(const EmergencyAccess& access, std::string reason) {
  cycles::v1::Condition condition;
  condition.set_district(access.district());
  condition.set_school(access.school());
  condition.set_trigger(common::v1::TRIGGER_EMERGENCY_ACCESS);
  condition.set_severity(cycles::v1::SEVERITY_WARNING);
  condition.set_access(access.access());
  condition.set_reason(std::move(reason));
  return condition;
}

}  // namespace

void Decide(const plans::v1::EmergencyAccessTaken& taken, decider::Turn& turn) {
  const EmergencyAccess& access = taken.access();
  const std::string_view zone = district::ZoneOf(turn.state(), access.district());
  cycles::v1::ConditionRaised raised;
  *raised.mutable_condition() =
      ConditionOf(access, fmt::format("{} took access to who the students of {} are, until {}: {}",
                                      WhoInWords(access), SchoolInWords(access, turn.state()),
                                      core::FormatLocal(core::FromMillis(access.until_ms()), zone),
                                      access.reason()));
  Decide(raised, turn);
}

void Decide(const plans::v1::EmergencyAccessEnded& ended, decider::Turn& turn) {
  const EmergencyAccess& access = ended.access();
  const std::string_view zone = district::ZoneOf(turn.state(), access.district());
  const int64_t over_ms = access.ended_ms() == 0 ? access.until_ms() : access.ended_ms();
  cycles::v1::ConditionCleared cleared;
  *cleared.mutable_condition() = ConditionOf(
      access, fmt::format("{} had access to who the students of {} are, from {} until {}: {}",
                          WhoInWords(access), SchoolInWords(access, turn.state()),
                          core::FormatLocal(core::FromMillis(access.from_ms()), zone),
                          core::FormatLocal(core::FromMillis(over_ms), zone), access.reason()));
  Decide(cleared, turn);
}

}  // namespace throughline::notifications
