#include "demo/summary.h"

#include <fmt/ostream.h>

#include <algorithm>

#include "demo/summary_sections.h"
#include "throughline/formatting.h"
#include "throughline/questions.h"
#include "throughline/questions_report.h"
#include "throughline/table.h"

namespace throughline::demo {

using Json = nlohmann::ordered_json;

namespace {

std::string WhyAbsent(const google::protobuf::EnumValueDescriptor& trigger) {
  const std::string& because =
      trigger.options().GetExtension(common::v1::trigger_effect).absent_because();
  return because.empty() ? "no cycle met the rule" : because;
}

// Why a trigger occurred neither as a review nor as an alert.
Json AbsentTriggers(const std::map<std::string, int64_t>& reviews,
                    const std::map<std::string, int64_t>& alerts) {
  Json absent = Json::object();
  const auto& triggers = *common::v1::Trigger_descriptor();
  for (int i = 0; i < triggers.value_count(); ++i) {
    const auto trigger = static_cast<common::v1::Trigger>(triggers.value(i)->number());
    const bool is_condition =
        trigger != common::v1::TRIGGER_UNSPECIFIED && trigger != common::v1::TRIGGER_CADENCE;
    const std::string name = Underscored(WordOf(trigger));
    if (!is_condition || reviews.contains(name) || alerts.contains(name)) continue;
    absent[name] = WhyAbsent(*triggers.value(i));
  }
  return absent;
}

std::string Spaced(std::string words) {
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

// A row for each number, however deep it lies.
void AddRows(const std::string& section, const std::string& which, const Json& value,
             Table& table) {
  if (!value.is_object()) {
    const std::string text = value.is_string()         ? value.get<std::string>()
                             : value.is_number_float() ? Decimal(value.get<double>())
                                                       : Counted(value.get<int64_t>());
    return table.Add({Spaced(section), Spaced(which), text});
  }
  for (const auto& [name, inner] : value.items()) {
    AddRows(section, which.empty() ? name : which + ": " + name, inner, table);
  }
}

core::Result<void> AddEvidence(const std::string& district, Connection& connection, Json& summary) {
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
  summary["triggers_absent"] = AbsentTriggers(by_trigger, by_kind);
  return {};
}

}  // namespace

core::Result<DemoSummary> SummaryOf(const std::string& district, Connection& connection) {
  DemoSummary summary;
  summary.numbers["district"] = district;
  if (auto added = AddEvidence(district, connection, summary.numbers); !added) {
    return core::Refuse(added.error());
  }
  if (auto added = AddSections(district, connection, summary.numbers); !added) {
    return core::Refuse(added.error());
  }
  cycles::v1::GetQuestionsRequest request;
  request.set_district(district);
  auto questions = AskQuestions(connection, request);
  if (!questions) return core::Refuse(questions.error());
  summary.questions = *std::move(questions);
  summary.numbers["questions"] = NumbersOf(summary.questions);
  return summary;
}

void PrintForPeople(const DemoSummary& summary, const DistrictClock& clock, std::ostream& out) {
  fmt::print(out, "District {}\n\n", summary.numbers.value("district", ""));
  Table table({{"what", Side::kLeft}, {"which", Side::kLeft}, {"how many", Side::kRight}});
  for (const auto& [section, values] : summary.numbers.items()) {
    if (section == "district" || section == "triggers_absent" || section == "questions") continue;
    AddRows(section, "", values, table);
  }
  table.Print(out, "Nothing happened.");
  const Json absent = summary.numbers.value("triggers_absent", Json::object());
  if (!absent.empty()) out << "\nNever raised\n\n";
  for (const auto& [trigger, why] : absent.items()) {
    fmt::print(out, "  {}: {}\n", Spaced(trigger), why.get<std::string>());
  }
  out << '\n';
  WriteQuestions(summary.questions, clock, out);
}

}  // namespace throughline::demo
