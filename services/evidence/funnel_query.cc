#include "evidence/funnel_query.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/time_zone.h"
#include "evidence/domain/funnel.h"
#include "evidence/domain/proficiency.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "evidence/evidence_queries.h"
#include "evidence/row_pages.h"
#include "evidence/shown_rows.h"

namespace throughline::evidence {

using core::Result;

namespace {

// Of each team and indicator the open cycle that began last, by the key of the team and the
// indicator: the next one is watched before it begins.
using CurrentCycles = std::map<std::string, const v1::Watch*>;

CurrentCycles CurrentOf(const std::vector<std::pair<std::string, v1::TeamRow>>& teams,
                        int32_t today) {
  CurrentCycles current;
  for (const auto& [key, team] : teams) {
    for (const v1::Watch& watch : team.watches()) {
      if (watch.closed() || IsSchoolYear(watch.cycle()) || watch.start() > today) continue;
      for (const auto& one : watch.indicators()) {
        const v1::Watch*& latest = current[JoinKey(key, one.indicator())];
        if (latest == nullptr || latest->start() < watch.start()) latest = &watch;
      }
    }
  }
  return current;
}

bool Observes(const v1::Assessment& assessment, const std::string& indicator) {
  const auto& all = assessment.indicators();
  return indicator.empty() || std::find(all.begin(), all.end(), indicator) != all.end();
}

// Of the school year that it is.
Result<void> AddProficiency(const runtime::Rows& rows, const v1::GetFunnelRequest& request,
                            const plans::v1::District& district, int32_t today,
                            v1::GetFunnelResponse& response) {
  const std::string& of = request.district();
  auto smallest = SmallestCellIn(rows, district);
  if (!smallest) return core::Refuse(smallest.error());
  auto assessments = rows.Scan(kAssessments, of, JoinKey(of, ""), "", kAllRows);
  if (!assessments) return core::Refuse(assessments.error());
  const std::string year = std::to_string(ProficiencyYearOf(today));
  auto found = rows.ScanAll(kProficiency, JoinKey(of, year, ""), "", kAllRows);
  if (!found) return core::Refuse(found.error());
  std::map<std::string, std::map<std::string, v1::ProficiencyRow>>
      counted;  // by assessment, school
  for (auto& [key, row] : *found) {
    const auto [in, of_year, assessment, school] = core::SplitKey<4>(key);
    counted[std::string(assessment)][std::string(school)] = std::move(row);
  }
  for (const auto& [key, assessment] : *assessments) {
    const auto schools = counted.find(assessment.assessment());
    if (schools == counted.end() || !Observes(assessment, request.indicator())) continue;
    *response.add_proficiency() = ProficiencyFunnel(assessment, schools->second, *smallest);
  }
  return {};
}

}  // namespace

Result<void> Query(const runtime::Rows& rows, const v1::GetFunnelRequest& request,
                   core::Instant now, v1::GetFunnelResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  v1::GetCoverageRequest asked;
  asked.set_district(request.district());
  v1::GetCoverageResponse coverage;
  auto answered = Query(rows, asked, coverage);
  if (!answered) return answered;
  auto teams = rows.ScanAll(kTeams, JoinKey(request.district(), ""), "", kAllRows);
  if (!teams) return core::Refuse(teams.error());
  const auto today = core::ToDays(core::LocalDate(now, district->time_zone()));
  const CurrentCycles current = CurrentOf(*teams, today);
  std::vector<v1::CoverageRow> counted;
  for (v1::CoverageRow& row : *coverage.mutable_rows()) {
    if (!request.indicator().empty() && row.indicator() != request.indicator()) continue;
    const auto found = current.find(
        JoinKey(RowKeyOf(TeamKey{request.district(), row.school(), row.team()}), row.indicator()));
    const bool is_current = found != current.end() && found->second->cycle() == row.cycle();
    if (is_current) counted.push_back(std::move(row));
  }
  for (v1::Funnel& funnel : FunnelsOf(counted)) *response.add_funnels() = std::move(funnel);
  return AddProficiency(rows, request, *district, today, response);
}

}  // namespace throughline::evidence
