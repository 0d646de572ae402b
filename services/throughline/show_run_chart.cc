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

std::string WhenShown(bool is_shown, double value) {
  return is_shown ? Decimal(value) : std::string();
}

void Print(const evidence::v1::GapTrend& trend, std::ostream& out) {
  out << fmt::format("{} {}, {}, {}: {}\n", trend.school(), trend.team(), trend.indicator(),
                     OneLine(trend.group()), trend.sentence());
  Table table({{"FROM"},
               {"TO"},
               {"GAP, SD", Side::kRight},
               {"LOW", Side::kRight},
               {"HIGH", Side::kRight},
               {"OF THE GROUP", Side::kRight},
               {"OTHERS", Side::kRight}});
  for (const auto& point : trend.points()) {
    if (!point.has_g()) {
      table.Add({point.first_day(), point.last_day(), WhyAbsent(point.absent()), "", "", "", ""});
      continue;
    }
    table.Add({point.first_day(), point.last_day(), Decimal(point.g()),
               WhenShown(point.has_low(), point.low()), WhenShown(point.has_high(), point.high()),
               Counted(point.group_count()), Counted(point.complement_count())});
  }
  table.Print(out, "No window is known.");
}

// Of how many students a school's share is: of proficiency that is said in whole smallest cells.
void Print(const evidence::v1::Funnel& funnel, std::ostream& out) {
  const bool is_coverage = funnel.assessment().empty();
  out << OneLine(is_coverage ? funnel.indicator() : funnel.assessment()) << ": "
      << funnel.sentence() << '\n';
  Table table({{"SCHOOL"},
               {"STUDENTS", Side::kRight},
               {"WITH A RESULT", Side::kRight},
               {is_coverage ? "COVERAGE" : "PROFICIENT", Side::kRight},
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
    table.Add({school.school(), Counted(school.students()),
               school.has_covered() ? Counted(school.covered()) : "", Percent(school.share()),
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

Shown ShowClassRunCharts(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::ListClassRunChartsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_indicator(options.indicator);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer =
      Call(*connection.evidence, &EvidenceService::Stub::ListClassRunCharts, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    for (const auto& chart : shown.charts()) {
      out << chart.class_id() << ": ";
      Print(chart, out);
    }
    if (shown.charts().empty()) out << "The team has no classes.\n";
  });
}

Shown ShowGapTrends(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::ListGapTrendsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_indicator(options.indicator);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::ListGapTrends, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    for (const auto& trend : shown.trends()) Print(trend, out);
    if (shown.trends().empty()) out << "No gap is shown yet.\n";
  });
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
    for (const auto& funnel : shown.proficiency()) Print(funnel, out);
  });
}

}  // namespace throughline
