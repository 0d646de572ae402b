#include "evidence/run_chart_query.h"

#include <charconv>
#include <set>
#include <string>
#include <utility>

#include "core/time_zone.h"
#include "district/district_notes.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/run_chart.h"
#include "evidence/domain/run_chart_weeks.h"
#include "evidence/domain/school_year.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/weeks.h"
#include "evidence/school_rows.h"
#include "evidence/shown_rows.h"
#include "evidence/student_filters.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr int32_t kFirstYear = 1970, kLastYear = 2200;
constexpr size_t kWeeksAtMost = 60;  // of a school year

Result<void> ReadWeeks(const runtime::Rows& rows, const AskedSchool& at,
                       const std::string& run_chart, ChartParts& parts) {
  const auto year = DaysOfSchoolYear(parts.year, parts.calendar);
  const int32_t first = WeekOf(core::ToDays(year.first)), last = WeekOf(core::ToDays(year.last));
  const std::string prefix = JoinKey(run_chart, "");
  auto found = rows.Scan(kChartWeeks, at.Partition(), prefix, ChartWeekKey(run_chart, first - 1),
                         kWeeksAtMost);
  if (!found) return core::Refuse(found.error());
  for (auto& [key, row] : *found) {
    int32_t week = 0;
    std::from_chars(key.data() + prefix.size(), key.data() + key.size(), week);
    if (week <= last) parts.weeks[week] = std::move(row);
  }
  return {};
}

// What the school's plan in force desires of the indicator, else the district's policy.
Result<double> DesiredGrowth(const runtime::Rows& rows, const AskedSchool& at,
                             const std::string& indicator, const common::v1::Policy& policy) {
  auto plan = rows.Get(kDesiredGrowth, at.Partition(), JoinKey(at.district, at.school, indicator));
  if (!plan) return core::Refuse(plan.error());
  return *plan ? (*plan)->per_year() : policy.desired_growth_per_year();
}

template <class Request>
Result<ChartParts> PartsOf(const runtime::Rows& rows, const Request& request,
                           const plans::v1::District& district, const AskedSchool& at) {
  ChartParts parts;
  auto school = rows.Get(kSchools, at.Partition(), JoinKey(at.district, at.school));
  if (!school) return core::Refuse(school.error());
  parts.calendar = CalendarOf(&district, *school ? &**school : nullptr);
  parts.today = core::FromDays(at.today);
  parts.year = request.year() == 0 ? SchoolYearAt(parts.today, parts.calendar) : request.year();
  parts.is_of_team = !request.team().empty();
  parts.days_per_year = district.policy().days_per_year();
  auto smallest = SmallestCellIn(rows, district);
  if (!smallest) return core::Refuse(smallest.error());
  parts.smallest = *smallest;
  auto desired = DesiredGrowth(rows, at, request.indicator(), district.policy());
  if (!desired) return core::Refuse(desired.error());
  parts.desired_per_year = *desired;
  const std::string run_chart =
      RunChartKey({at.district, at.school, request.team()}, request.indicator());
  auto decided = rows.Get(kRunChartBaselines, at.Partition(), run_chart);
  if (!decided) return core::Refuse(decided.error());
  if (*decided) parts.baselines = std::move(**decided);
  auto read = ReadWeeks(rows, at, run_chart, parts);
  if (!read) return core::Refuse(read.error());
  return parts;
}

// `of_school`: whether a chart of all students of the school may be asked for.
template <class Request>
Result<ChartParts> AskedParts(const runtime::Rows& rows, const Request& request, core::Instant now,
                              bool of_school) {
  if (auto error = core::CheckIds({{"school", request.school()},
                                   {"team", request.team(), of_school},
                                   {"indicator", request.indicator()}})) {
    return core::Refuse(*error);
  }
  if (request.year() != 0 && (request.year() < kFirstYear || request.year() > kLastYear)) {
    return core::Refuse(YearInvalid());
  }
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  const AskedSchool at{request.district(), request.school(),
                       core::ToDays(core::LocalDate(now, district->time_zone()))};
  auto known =
      CheckFilters(rows, at, {}, {.team = request.team(), .indicator = request.indicator()});
  if (!known) return core::Refuse(known.error());
  return PartsOf(rows, request, *district, at);
}

template <class Request>
void SetChartPlace(const Request& request, v1::RunChart& chart) {
  chart.set_school(request.school());
  chart.set_team(request.team());
  chart.set_indicator(request.indicator());
}

// Those that the roster has now, and those of which something is shown.
Result<std::set<std::string>> ClassesOfTeam(const runtime::Rows& rows,
                                            const v1::ListClassRunChartsRequest& request,
                                            const ChartWeeks& weeks) {
  const std::string& district = request.district();
  auto found = rows.Scan(kClasses, core::Key{district, request.school()}.Text(),
                         JoinKey(district, request.school(), ""), "", kAllRows);
  if (!found) return core::Refuse(found.error());
  std::set<std::string> classes;
  for (const auto& [key, one] : *found) {
    if (one.team() == request.team()) classes.insert(one.class_id());
  }
  for (const auto& [week, row] : weeks) {
    for (const v1::ClassMoments& one : row.scores().classes()) classes.insert(one.class_id());
  }
  return classes;
}

}  // namespace

Result<void> Query(const runtime::Rows& rows, const v1::GetRunChartRequest& request,
                   core::Instant now, v1::GetRunChartResponse& response) {
  auto parts = AskedParts(rows, request, now, /*of_school=*/true);
  if (!parts) return core::Refuse(parts.error());
  v1::RunChart& chart = *response.mutable_chart();
  chart = ChartOf(*parts);
  SetChartPlace(request, chart);
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::ListClassRunChartsRequest& request,
                   core::Instant now, v1::ListClassRunChartsResponse& response) {
  auto parts = AskedParts(rows, request, now, /*of_school=*/false);
  if (!parts) return core::Refuse(parts.error());
  const ChartWeeks of_team = std::move(parts->weeks);
  auto classes = ClassesOfTeam(rows, request, of_team);
  if (!classes) return core::Refuse(classes.error());
  for (const std::string& class_id : *classes) {
    parts->weeks = WeeksOfClass(of_team, class_id, parts->smallest);
    v1::RunChart& chart = *response.add_charts();
    chart = ChartOf(*parts);
    SetChartPlace(request, chart);
    chart.set_class_id(class_id);
  }
  return {};
}

}  // namespace throughline::evidence
