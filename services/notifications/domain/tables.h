// The state tables of the notifications service and their keys. core/key.h lays these out.
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "core/key.h"
#include "decider/state.h"
#include "district/district_notes.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/rows.pb.h"

namespace throughline::notifications {

using core::JoinKey;
using decider::Table;

inline constexpr Table<v1::Alert> kAlerts{"alert"};                   // district/school/alert
inline constexpr Table<v1::UnresolvedRow> kUnresolved{"unresolved"};  // district/school/alert
inline constexpr Table<v1::ActiveConditionRow> kActiveConditions{
    "active_condition"};                                // see ActiveConditionKey
inline constexpr Table<v1::GroupRow> kGroups{"group"};  // district/school/trigger
// On the district's key; what every partition adopted of it.
inline constexpr Table<v1::Silence> kOwnSilences{"own_silence"};                 // district/silence
inline constexpr Table<v1::Subscription> kOwnSubscriptions{"own_subscription"};  // district/id
inline constexpr Table<v1::Silence> kSilences{"silence"};                        // district/silence
inline constexpr Table<v1::Subscription> kSubscriptions{"subscription"};         // district/id
// On the district's key, as well.
inline constexpr Table<v1::Delivery> kDeliveries{"delivery"};               // district/delivery
inline constexpr Table<v1::DueDeliveryRow> kDueDeliveries{"delivery_due"};  // see DueDeliveryKey
inline constexpr Table<v1::DeadLetter> kDeadLetters{"dead_letter"};         // district/delivery
inline constexpr Table<v1::DigestRow> kDigests{"digest"};                   // district/subscription
// What a sent digest said of an alert that is not resolved: district/subscription/alert
inline constexpr Table<v1::DigestItem> kDigestedAlerts{"digested_alert"};

// All of them, for what goes over every table.
inline constexpr std::tuple kTables{district::kDistricts,
                                    district::kSchools,
                                    district::kTeams,
                                    district::kIndicators,
                                    kAlerts,
                                    kUnresolved,
                                    kActiveConditions,
                                    kGroups,
                                    kOwnSilences,
                                    kOwnSubscriptions,
                                    kSilences,
                                    kSubscriptions,
                                    kDeliveries,
                                    kDueDeliveries,
                                    kDeadLetters,
                                    kDigests,
                                    kDigestedAlerts};

// district/school/cycle/trigger/indicator/group. What is of no cycle has the team after that, which
// is empty for what holds of a school or the district, or the emergency access, or visit and
// commitment, in its place. What is about an offer, a wave or a survey has that after the team;
// what is about a practice has that at the end.
inline std::string ActiveConditionKey(const cycles::v1::Condition& condition) {
  std::string about = condition.access().empty() ? condition.team() : condition.access();
  if (!condition.visit().empty()) about = JoinKey(condition.visit(), condition.commitment());
  if (!condition.offer().empty()) about = JoinKey(about, condition.offer());
  if (!condition.wave().empty()) about = JoinKey(about, condition.wave());
  if (!condition.survey().empty()) about = JoinKey(about, condition.survey());
  const std::string cycle = condition.cycle().empty() ? JoinKey("", about) : condition.cycle();
  std::string key = JoinKey(condition.district(), condition.school(), cycle,
                            std::to_string(static_cast<int>(condition.trigger())),
                            condition.indicator(), condition.group());
  return condition.has_practice() ? JoinKey(key, condition.practice().practice()) : key;
}

// district/subscription/delivery: what is due to one subscription stands together.
inline std::string DueDeliveryKey(const v1::Delivery& delivery) {
  return JoinKey(delivery.district(), delivery.subscription(), delivery.delivery());
}

inline std::string GroupKey(std::string_view district, std::string_view school,
                            common::v1::Trigger trigger) {
  return JoinKey(district, school, std::to_string(static_cast<int>(trigger)));
}

inline std::string GroupKey(const v1::Alert& alert) {
  return GroupKey(alert.district(), alert.school(), alert.condition().trigger());
}

inline std::string AlertKey(const v1::Alert& alert) {
  return JoinKey(alert.district(), alert.school(), alert.alert());
}

}  // namespace throughline::notifications
