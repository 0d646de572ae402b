#include <fmt/format.h>

#include "throughline/commands.h"
#include "throughline/pages.h"
#include "throughline/printing.h"

namespace throughline {

namespace {

using core::Result;

// Prints the response as JSON, or as the table that `rows` makes of it.
template <class Response, class Rows>
int Print(const ShowCommand& command, const Result<Response>& response, Rows rows) {
  if (!response) return Fail(response.error());
  if (command.json) {
    fmt::print("{}\n", ToJson(*response));
    return 0;
  }
  const Table table = rows(*response);
  if (table.size() == 1) {
    fmt::print("Nothing to show.\n");
    return 0;
  }
  fmt::print("{}", Format(table));
  return 0;
}

template <class Request>
Request RequestOf(const ShowCommand& command) {
  Request request;
  request.set_district(command.district);
  request.set_school(command.school);
  return request;
}

int ShowVariance(const ShowCommand& command, Connection& connection) {
  evidence::v1::GetVarianceRequest request;
  request.set_district(command.district);
  request.set_assessment(command.assessment);
  auto response =
      Call(*connection.evidence, &evidence::v1::EvidenceService::Stub::GetVariance, request);
  return Print(command, response, [](const evidence::v1::GetVarianceResponse& found) {
    Table table = {{"level", "variance", "share"}};
    table.push_back({"students within classes", Number(found.student_variance(), 4), ""});
    table.push_back({"classes within schools",
                     found.has_class_variance() ? Number(found.class_variance(), 4) : "-",
                     found.has_class_share() ? Number(found.class_share(), 4) : ""});
    table.push_back({"schools",
                     found.has_school_variance() ? Number(found.school_variance(), 4) : "-",
                     found.has_school_share() ? Number(found.school_share(), 4) : ""});
    table.push_back(
        {"results " + std::to_string(found.result_count()), "mean " + Number(found.mean(), 4), ""});
    for (const std::string& reason : found.absent_reasons()) table.push_back({reason, "", ""});
    return table;
  });
}

int ShowGrowth(const ShowCommand& command, Connection& connection) {
  auto request = RequestOf<evidence::v1::GetGrowthRequest>(command);
  request.set_team(command.team);
  auto response =
      Call(*connection.evidence, &evidence::v1::EvidenceService::Stub::GetGrowth, request);
  return Print(command, response, [](const evidence::v1::GetGrowthResponse& found) {
    Table table = {{"school", "team", "indicator", "latest", "matched", "change", "95 %", "desired",
                    "effect"}};
    for (const auto& row : found.rows()) {
      const auto& e = row.evidence();
      table.push_back({row.school(), row.team(), row.indicator()});
      if (row.suppressed()) {
        table.back().push_back("suppressed");
        continue;
      }
      for (const std::string& cell :
           {e.latest_result(), std::to_string(e.matched()), Number(e.mean_change()),
            Number(e.change_low()) + " to " + Number(e.change_high()), Number(e.desired_to_date()),
            Number(e.effect())}) {
        table.back().push_back(cell);
      }
    }
    return table;
  });
}

int ShowGaps(const ShowCommand& command, Connection& connection) {
  auto request = RequestOf<evidence::v1::GetGapsRequest>(command);
  request.set_team(command.team);
  auto response =
      Call(*connection.evidence, &evidence::v1::EvidenceService::Stub::GetGaps, request);
  return Print(command, response, [](const evidence::v1::GetGapsResponse& found) {
    Table table = {{"school", "team", "indicator", "group", "n", "others", "g before", "g now"}};
    for (const auto& row : found.rows()) {
      table.push_back({row.school(), row.team(), row.indicator(), row.group()});
      if (row.suppressed()) {
        table.back().push_back("suppressed");
        continue;
      }
      const auto& gap = row.gap();
      for (const std::string& cell :
           {std::to_string(gap.group_count()), std::to_string(gap.complement_count()),
            Number(gap.baseline_g()), Number(gap.current_g())}) {
        table.back().push_back(cell);
      }
    }
    return table;
  });
}

int ShowCoverage(const ShowCommand& command, Connection& connection) {
  auto request = RequestOf<evidence::v1::GetCoverageRequest>(command);
  request.set_team(command.team);
  auto response =
      Call(*connection.evidence, &evidence::v1::EvidenceService::Stub::GetCoverage, request);
  return Print(command, response, [](const evidence::v1::GetCoverageResponse& found) {
    Table table = {{"school", "team", "indicator", "rostered", "covered"}};
    for (const auto& row : found.rows()) {
      table.push_back({row.school(), row.team(), row.indicator(),
                       row.suppressed() ? "suppressed" : std::to_string(row.rostered()),
                       row.suppressed() ? "" : std::to_string(row.covered())});
    }
    return table;
  });
}

int ShowCycles(const ShowCommand& command, Connection& connection) {
  auto request = RequestOf<cycles::v1::ListCyclesRequest>(command);
  request.set_team(command.team);
  auto response =
      AllPages(*connection.cycles, &cycles::v1::CyclesService::Stub::ListCycles, request);
  return Print(command, response, [](const cycles::v1::ListCyclesResponse& found) {
    Table table = {{"school", "team", "number", "state", "start", "end", "cycle"}};
    for (const auto& cycle : found.cycles()) {
      table.push_back({cycle.school(), cycle.team(), std::to_string(cycle.number()),
                       Words(cycles::v1::CycleState_Name(cycle.state()), "CYCLE_STATE_"),
                       cycle.start(), cycle.end(), cycle.cycle()});
    }
    return table;
  });
}

int ShowReviews(const ShowCommand& command, Connection& connection) {
  auto request = RequestOf<cycles::v1::ListReviewsRequest>(command);
  request.set_team(command.team);
  auto response =
      AllPages(*connection.cycles, &cycles::v1::CyclesService::Stub::ListReviews, request);
  return Print(command, response, [](const cycles::v1::ListReviewsResponse& found) {
    Table table = {{"opened", "school", "team", "why", "indicator", "group", "answer", "review"}};
    for (const auto& review : found.reviews()) {
      table.push_back({WhenOf(review.opened_at_ms()), review.school(), review.team(),
                       NameOf(review.trigger()), review.indicator(), review.group(),
                       Words(cycles::v1::ReviewAnswer_Name(review.answer()), "REVIEW_ANSWER_"),
                       review.review()});
    }
    return table;
  });
}

int ShowAlerts(const ShowCommand& command, Connection& connection) {
  using Stub = notifications::v1::NotificationsService::Stub;
  auto request = RequestOf<notifications::v1::ListAlertsRequest>(command);
  auto response = AllPages(*connection.notifications, &Stub::ListAlerts, request);
  return Print(command, response, [](const notifications::v1::ListAlertsResponse& found) {
    Table table = {{"raised", "school", "team", "kind", "indicator", "group", "state", "alert"}};
    for (const auto& alert : found.alerts()) {
      const auto& condition = alert.condition();
      table.push_back({WhenOf(alert.raised_at_ms()), alert.school(), condition.team(),
                       NameOf(condition.trigger()), condition.indicator(), condition.group(),
                       Words(notifications::v1::AlertState_Name(alert.state()), "ALERT_STATE_"),
                       alert.alert()});
    }
    return table;
  });
}

int ShowExplanation(const ShowCommand& command, Connection& connection) {
  using Stub = notifications::v1::NotificationsService::Stub;
  auto request = RequestOf<notifications::v1::ExplainAlertRequest>(command);
  request.set_alert(command.explain);
  auto response = Call(*connection.notifications, &Stub::ExplainAlert, request);
  return Print(command, response, [](const notifications::v1::ExplainAlertResponse& found) {
    Table table = {{"when", "what", "id", "why"}};
    for (const auto& cause : found.causes()) {
      const size_t dot = cause.type().rfind('.');
      table.push_back({WhenOf(cause.time_ms()),
                       dot == std::string::npos ? cause.type() : cause.type().substr(dot + 1),
                       cause.id(), cause.summary()});
    }
    return table;
  });
}

int ShowQuarantine(const ShowCommand& command, Connection& connection) {
  using Stub = evidence::v1::EvidenceService::Stub;
  auto request = RequestOf<evidence::v1::ListQuarantineRequest>(command);
  auto response = AllPages(*connection.evidence, &Stub::ListQuarantine, request);
  return Print(command, response, [](const evidence::v1::ListQuarantineResponse& found) {
    Table table = {{"school", "source id", "reason", "field", "message", "entry"}};
    for (const auto& entry : found.results()) {
      table.push_back({entry.school(), entry.result().source_id(), entry.problem().reason(),
                       entry.problem().field(), entry.problem().message(), entry.entry()});
    }
    return table;
  });
}

int ShowPlan(const ShowCommand& command, Connection& connection) {
  auto request = RequestOf<plans::v1::GetSitePlanRequest>(command);
  request.set_plan(command.plan);
  auto response = Call(*connection.plans, &plans::v1::PlansService::Stub::GetSitePlan, request);
  return Print(command, response, [](const plans::v1::GetSitePlanResponse& found) {
    Table table = {{"question", "answered", "where", "why"}};
    for (const auto& check : found.checks()) {
      const std::string how =
          Words(plans::v1::Completeness_Name(check.completeness()), "COMPLETENESS_");
      table.push_back({std::to_string(check.question()), how});
      for (const auto& finding : check.findings()) {
        table.push_back({"", "", finding.field(), finding.message()});
      }
    }
    for (const auto& link : found.pathway().broken_links()) {
      table.push_back({"pathway", "broken", link.field(), link.message()});
    }
    return table;
  });
}

}  // namespace

int Show(const ShowCommand& command) {
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  if (command.what == "variance") return ShowVariance(command, *connection);
  if (command.what == "growth") return ShowGrowth(command, *connection);
  if (command.what == "gaps") return ShowGaps(command, *connection);
  if (command.what == "coverage") return ShowCoverage(command, *connection);
  if (command.what == "cycles") return ShowCycles(command, *connection);
  if (command.what == "reviews") return ShowReviews(command, *connection);
  if (command.what == "quarantine") return ShowQuarantine(command, *connection);
  if (command.what == "plan") return ShowPlan(command, *connection);
  return command.explain.empty() ? ShowAlerts(command, *connection)
                                 : ShowExplanation(command, *connection);
}

}  // namespace throughline
