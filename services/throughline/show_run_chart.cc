#include <fmt/format.h>

#include "disclosure/numbers_in_words.h"
#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using evidence::v1::EvidenceService;
using evidence::v1::RunChart;

std::string WhyAbsent(common::v1::AbsenceReason reason) {
  return reason == common::v1::ABSENCE_REASON_NO_RESULTS ? "no results" : "suppressed";
}

// What began in the week of a point, from there to the next one.
std::string BeginsIn(const RunChart& chart, const std::string& week) {
  std::string begins;
  for (const auto& baseline : chart.baselines()) {
    if (baseline.first_week() != week) continue;
    begins = baseline.has_centre() ? fmt::format("centre {}", Decimal(baseline.centre(), 1))
                                   : "a centre to come";
    if (baseline.has_decision()) begins += ": " + OneLine(baseline.decision().reason());
  }
  return begins;
}

std::string DesiredIn(const RunChart& chart) {
  const auto& line = chart.desired();
  return fmt::format("Desired from {} on: {} % of scale, and {} more a week ({} a year).",
                     disclosure::DayInWords(line.first_week()), Decimal(line.start(), 1),
                     Decimal(line.per_week()), Percent(line.per_year()));
}

void Print(const RunChart& chart, std::ostream& out) {
  out << chart.sentence() << '\n';
  if (chart.has_desired()) out << DesiredIn(chart) << '\n';
  out << '\n';
  Table table({{"WEEK OF"}, {"MEAN", Side::kRight}, {"STUDENTS", Side::kRight}, {"FROM HERE ON"}});
  for (const auto& point : chart.points()) {
    const std::string begins = BeginsIn(chart, point.week());
    if (point.has_mean()) {
      table.Add({point.week(), Decimal(point.mean(), 1),
                 fmt::format("{} or more", point.students_at_least()), begins});
    } else {
      table.Add({point.week(), WhyAbsent(point.absent()), "", begins});
    }
  }
  table.Print(out, "No week of the school year has begun.");
}

void Print(const evidence::v1::Funnel& funnel, std::ostream& out) {
  out << OneLine(funnel.indicator()) << ": " << funnel.sentence() << '\n';
  Table table({{"SCHOOL"},
               {"STUDENTS", Side::kRight},
               {"WITH A RESULT", Side::kRight},
               {"COVERAGE", Side::kRight},
               {"95 % OF CHANCE"},
               {"99.8 % OF CHANCE"},
               {"POSITION"}});
  const auto between = [](double low, double high) {
    return Percent(low) + " to " + Percent(high);
  };
  for (const auto& school : funnel.schools()) {
    if (!school.has_share()) {
      table.Add({school.school(), WhyAbsent(school.absent()), "", "", "", "", ""});
      continue;
    }
    table.Add({school.school(), Counted(school.students()), Counted(school.covered()),
               Percent(school.share()),
               between(school.limits().low_95(), school.limits().high_95()),
               between(school.limits().low_998(), school.limits().high_998()),
               WordOf(school.position())});
  }
  table.Print(out, "No school has an open cycle.");
}

}  // namespace

Shown ShowRunChart(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::GetRunChartRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_indicator(options.indicator);
  request.set_year(options.year);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetRunChart, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) { Print(shown.chart(), out); });
}

Shown ShowFunnel(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::GetFunnelRequest request;
  request.set_district(options.district);
  request.set_indicator(options.indicator);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetFunnel, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    for (const auto& funnel : shown.funnels()) Print(funnel, out);
    if (shown.funnels().empty()) out << "No team has an open cycle.\n";
  });
}

}  // namespace throughline
