#include <algorithm>
#include <set>

#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using notifications::v1::NotificationsService;

core::Result<notifications::v1::ListAlertsResponse> ListAlerts(Connection& connection,
                                                               const ShowOptions& options) {
  notifications::v1::ListAlertsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_unresolved_only(options.open_only);
  request.set_as_of_ms(options.as_of_ms);
  request.set_trigger(static_cast<common::v1::Trigger>(
      ValueOf(*common::v1::Trigger_descriptor(), options.trigger)));
  if (!options.level.empty()) {
    request.add_levels(
        static_cast<common::v1::Level>(ValueOf(*common::v1::Level_descriptor(), options.level)));
  }
  return CallPages(*connection.notifications, &NotificationsService::Stub::ListAlerts, request);
}

// The school of the alert to be explained, empty for one of the district; the services find an
// alert by its school.
core::Result<std::string> SchoolOf(Connection& connection, const ShowOptions& options) {
  if (!options.school.empty()) return options.school;
  auto alerts = ListAlerts(connection, options);
  if (!alerts) return core::Refuse(alerts.error());
  auto found = std::find_if(alerts->alerts().begin(), alerts->alerts().end(),
                            [&](const auto& alert) { return alert.alert() == options.explain; });
  if (found == alerts->alerts().end()) {
    return core::Refuse(core::Error{core::Code::kNotFound, "ALERT_UNKNOWN",
                                    "The district has no alert " + options.explain, "alert"});
  }
  return found->school();
}

void PrintExplanation(const notifications::v1::ExplainAlertResponse& answer,
                      const DistrictClock& clock, std::ostream& out) {
  const notifications::v1::Alert& alert = answer.alert();
  const cycles::v1::Condition& condition = alert.condition();
  out << "Alert " << alert.alert() << " (" << WordOf(alert.state())
      << "): " << WordOf(condition.severity()) << ", " << WordOf(condition.trigger())
      << (alert.school().empty() ? ", the district" : ", school " + alert.school());
  if (!condition.team().empty()) out << ", team " << condition.team();
  out << "\n" << condition.reason() << "\n";
  if (!alert.students_command().empty()) {
    out << "Who they are, for those who teach them: " << OneLine(alert.students_command()) << '\n';
  }
  out << "\nFrom what came in to the alert:\n";
  Table table({{""}, {"WHEN"}, {"WHAT"}, {"ABOUT"}, {"ID"}});
  int step = 0;
  for (const notifications::v1::Cause& cause : answer.causes()) {
    table.Add({std::to_string(++step), clock.Format(cause.time_ms()),
               cause.summary().empty() ? cause.type() : cause.summary(), cause.subject(),
               cause.id()});
  }
  table.Print(out, "Its causes are no longer on record.");
}

Shown Explain(Connection& connection, const ShowOptions& options, std::ostream& out) {
  auto school = SchoolOf(connection, options);
  if (!school) return core::Refuse(school.error());
  notifications::v1::ExplainAlertRequest request;
  request.set_district(options.district);
  request.set_school(*school);
  request.set_alert(options.explain);
  const auto answer =
      Call(*connection.notifications, &NotificationsService::Stub::ExplainAlert, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    PrintExplanation(shown, DistrictClock(options.time_zone), out);
  });
}

// How to ask who the students are that open alerts are about, each way once.
void PrintCommands(const notifications::v1::ListAlertsResponse& answer, std::ostream& out) {
  std::set<std::string> commands;
  for (const auto& alert : answer.alerts()) {
    const bool open = alert.state() != notifications::v1::ALERT_STATE_RESOLVED;
    if (open && !alert.students_command().empty()) commands.insert(alert.students_command());
  }
  if (commands.empty()) return;
  out << "\nWho the students are is told to those who teach them, and put on record:\n";
  for (const std::string& command : commands) out << "  " << OneLine(command) << '\n';
}

}  // namespace

Shown ShowAlerts(Connection& connection, const ShowOptions& options, std::ostream& out) {
  if (!options.explain.empty()) return Explain(connection, options, out);
  const auto answer = ListAlerts(connection, options);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    const DistrictClock clock(options.time_zone);
    Table table({{"RAISED"},
                 {"SEVERITY"},
                 {"KIND"},
                 {"STATE"},
                 {"SCHOOL"},
                 {"TEAM"},
                 {"REASON"},
                 {"ALERT"}});
    for (const auto& alert : shown.alerts()) {
      const cycles::v1::Condition& condition = alert.condition();
      table.Add({clock.Format(alert.raised_at_ms()), WordOf(condition.severity()),
                 WordOf(condition.trigger()), WordOf(alert.state()), SchoolCell(alert.school()),
                 TeamCell(alert.school(), condition.team()), condition.reason(), alert.alert()});
    }
    table.Print(out, "There are no such alerts.");
    PrintCommands(shown, out);
  });
}

}  // namespace throughline
