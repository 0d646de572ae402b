#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using common::v1::HistoryEntry;

// "team member ann", "time" for what no call set off.
std::string WhoOf(const HistoryEntry& entry) {
  if (entry.cause() != common::v1::HISTORY_CAUSE_CALL) return WordOf(entry.cause());
  if (!entry.has_by()) return "";
  std::string who = WordOf(entry.by().role());
  return entry.by().subject().empty() ? who : who + ' ' + entry.by().subject();
}

// A line for each field that changed; what is the same for all of them is said in the first.
void AddEntry(const HistoryEntry& entry, const DistrictClock& clock, Table& table) {
  std::vector<std::string> cells = {clock.Format(entry.at_ms()), WhoOf(entry), entry.what()};
  const auto add = [&](const std::string& field, const std::string& before,
                       const std::string& after) {
    cells.insert(cells.end(), {field, before, after});
    table.Add(cells);
    cells = {"", "", ""};
  };
  if (entry.changes().empty()) return add("", "", "");
  for (const auto& change : entry.changes()) {
    add(change.field(), change.held_back() ? "held back" : change.before(), change.after());
  }
}

template <class Request, class Stub, class Method>
Shown Show(Stub& stub, Method method, Request request, const ShowOptions& options,
           std::ostream& out) {
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_of(
      static_cast<common::v1::Aggregate>(ValueOf(*common::v1::Aggregate_descriptor(), options.of)));
  request.set_id(options.id);
  return ShowAnswer(CallPages(stub, method, request), options, out, [&](const auto& shown) {
    const DistrictClock clock(options.time_zone);
    Table table({{"WHEN"}, {"WHO"}, {"WHAT"}, {"FIELD"}, {"BEFORE"}, {"AFTER"}});
    for (const HistoryEntry& entry : shown.entries()) AddEntry(entry, clock, table);
    table.Print(out, "Nothing happened to it.");
  });
}

}  // namespace

Shown ShowHistory(Connection& connection, const ShowOptions& options, std::ostream& out) {
  const auto* of = common::v1::Aggregate_descriptor()->FindValueByNumber(
      ValueOf(*common::v1::Aggregate_descriptor(), options.of));
  const std::string keeper = of->options().GetExtension(common::v1::kept_by);
  if (keeper == "plans") {
    return Show(*connection.plans, &plans::v1::PlansService::Stub::GetHistory,
                plans::v1::GetHistoryRequest(), options, out);
  }
  if (keeper == "evidence") {
    return Show(*connection.evidence, &evidence::v1::EvidenceService::Stub::GetHistory,
                evidence::v1::GetHistoryRequest(), options, out);
  }
  if (keeper == "notifications") {
    return Show(*connection.notifications,
                &notifications::v1::NotificationsService::Stub::GetHistory,
                notifications::v1::GetHistoryRequest(), options, out);
  }
  return Show(*connection.cycles, &cycles::v1::CyclesService::Stub::GetHistory,
              cycles::v1::GetHistoryRequest(), options, out);
}

}  // namespace throughline
