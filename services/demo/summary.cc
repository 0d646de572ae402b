#include "demo/summary.h"

#include <fmt/ostream.h>

#include "throughline/formatting.h"
#include "throughline/table.h"

namespace throughline::demo {

using Json = nlohmann::ordered_json;

namespace {

std::string WhyAbsent(const google::protobuf::EnumValueDescriptor& trigger) {
  const std::string& because =
      trigger.options().GetExtension(common::v1::trigger_effect).absent_because();
  return because.empty() ? "no cycle met the rule" : because;
}

std::string Underscored(std::string words) {
  std::replace(words.begin(), words.end(), ' ', '_');
  return words;
}

}  // namespace

core::Result<Json> SummaryOf(const std::string& district, Connection& connection) {
  Json summary;
  summary["district"] = district;
  evidence::v1::GetResultCountsRequest count;
  count.set_district(district);
  auto counts =
      Call(*connection.evidence, &evidence::v1::EvidenceService::Stub::GetResultCounts, count);
  if (!counts) return core::Refuse(counts.error());
  summary["results"] = {{"pushed", counts->pushed()},           {"accepted", counts->accepted()},
                        {"duplicate", counts->duplicate()},     {"corrected", counts->corrected()},
                        {"quarantined", counts->quarantined()}, {"unscored", counts->unscored()}};
  cycles::v1::ListReviewsRequest list_reviews;
  list_reviews.set_district(district);
  auto reviews =
      CallPages(*connection.cycles, &cycles::v1::CyclesService::Stub::ListReviews, list_reviews);
  if (!reviews) return core::Refuse(reviews.error());
  std::map<std::string, int64_t> by_trigger, by_kind, by_state, verdicts;
  for (const auto& review : reviews->reviews()) ++by_trigger[Underscored(WordOf(review.trigger()))];
  notifications::v1::ListAlertsRequest list_alerts;
  list_alerts.set_district(district);
  auto alerts = CallPages(*connection.notifications,
                          &notifications::v1::NotificationsService::Stub::ListAlerts, list_alerts);
  if (!alerts) return core::Refuse(alerts.error());
  for (const auto& alert : alerts->alerts()) {
    ++by_kind[Underscored(WordOf(alert.condition().trigger()))];
  }
  cycles::v1::ListCyclesRequest list_cycles;
  list_cycles.set_district(district);
  auto cycles =
      CallPages(*connection.cycles, &cycles::v1::CyclesService::Stub::ListCycles, list_cycles);
  if (!cycles) return core::Refuse(cycles.error());
  for (const auto& cycle : cycles->cycles()) {
    ++by_state[WordOf(cycle.state())];
    for (const auto& impact : cycle.impacts()) {
      ++verdicts[WordOf(impact.verdict())];
    }
  }
  summary["reviews"] = by_trigger;
  summary["alerts"] = by_kind;
  summary["cycles"] = by_state;
  summary["verdicts"] = verdicts;
  Json absent = Json::object();
  const auto& triggers = *common::v1::Trigger_descriptor();
  for (int i = 0; i < triggers.value_count(); ++i) {
    const auto trigger = static_cast<common::v1::Trigger>(triggers.value(i)->number());
    const bool is_condition =
        trigger != common::v1::TRIGGER_UNSPECIFIED && trigger != common::v1::TRIGGER_CADENCE;
    const std::string name = Underscored(WordOf(trigger));
    if (!is_condition || by_trigger.contains(name) || by_kind.contains(name)) continue;
    absent[name] = WhyAbsent(*triggers.value(i));
  }
  summary["triggers_absent"] = absent;
  return summary;
}

void PrintForPeople(const Json& summary, std::ostream& out) {
  fmt::print(out, "District {}\n\n", summary.value("district", ""));
  Table table({{"what", Side::kLeft}, {"which", Side::kLeft}, {"how many", Side::kRight}});
  for (const auto& [section, values] : summary.items()) {
    if (section == "district") continue;
    if (!values.is_object()) {
      table.Add({section, "", values.dump()});
      continue;
    }
    for (const auto& [name, value] : values.items()) {
      table.Add({section, name, value.is_string() ? value.get<std::string>() : value.dump()});
    }
  }
  table.Print(out, "Nothing happened.");
}

}  // namespace throughline::demo
