#include "evidence/gap_trend_query.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "evidence/domain/gap_trend.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "evidence/evidence_queries.h"
#include "evidence/row_pages.h"
#include "platform/grpc/pages.h"

namespace throughline::evidence {

using core::Result;

Result<void> Query(const runtime::Rows& rows, const v1::ListGapTrendsRequest& request,
                   v1::ListGapTrendsResponse& response) {
  v1::GetGapsRequest asked;
  asked.set_district(request.district());
  asked.set_school(request.school());
  asked.set_team(request.team());
  v1::GetGapsResponse gaps;
  auto answered = Query(rows, asked, gaps);
  if (!answered) return answered;
  const std::string prefix = platform::PrefixOf(request.district(), request.school());
  auto teams = request.school().empty()
                   ? rows.ScanAll(kTeams, prefix, "", kAllRows)
                   : rows.Scan(kTeams, core::Key{request.district(), request.school()}.Text(),
                               prefix, "", kAllRows);
  if (!teams) return core::Refuse(teams.error());
  std::map<std::string, v1::TeamRow> by_key;
  for (auto& [key, team] : *teams) by_key[key] = std::move(team);
  std::vector<WindowGap> found;
  for (v1::GapRow& row : *gaps.mutable_rows()) {
    if (!request.indicator().empty() && row.indicator() != request.indicator()) continue;
    const auto team = by_key.find(RowKeyOf(TeamKey{request.district(), row.school(), row.team()}));
    const v1::Watch* watch = team == by_key.end() ? nullptr : FindWatch(team->second, row.cycle());
    if (watch == nullptr) continue;  // when it was is not known any more
    found.push_back({std::move(row), core::FormatDate(core::FromDays(watch->start())),
                     core::FormatDate(core::FromDays(watch->end()))});
  }
  for (v1::GapTrend& trend : GapTrendsOf(found)) *response.add_trends() = std::move(trend);
  return {};
}

}  // namespace throughline::evidence
