#include "evidence/evidence_queries.h"

#include <algorithm>
#include <map>
#include <set>

#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/tables.h"
#include "evidence/row_pages.h"
#include "evidence/shown_rows.h"
#include "platform/grpc/pages.h"

namespace throughline::evidence {

using core::Result;

namespace {

struct Place {
  std::string school, team, cycle, indicator;
};

Place PlaceOf(const std::string& key) {
  const auto [district, school, team, cycle, indicator] = core::SplitKey<5>(key);
  return {std::string(school), std::string(team), std::string(cycle), std::string(indicator)};
}

struct Shown {
  Place place;
  v1::EvidenceRow row;
};

// The evidence rows that a request asks for, in order of their keys.
template <class Request>
Result<std::vector<Shown>> Find(const runtime::Rows& rows, const Request& request,
                                const std::string& cycle) {
  const std::string prefix =
      platform::PrefixOf(request.district(), request.school(), request.team(), cycle);
  auto found = request.school().empty()
                   ? rows.ScanAll(kEvidence, prefix, "", kAllRows)
                   : rows.Scan(kEvidence, core::Key{request.district(), request.school()}.Text(),
                               prefix, "", kAllRows);
  if (!found) return core::Refuse(found.error());
  std::vector<Shown> shown;
  for (auto& [key, row] : *found) {
    Shown one{PlaceOf(key), std::move(row)};
    if (IsSchoolYear(one.place.cycle)) continue;
    if (!request.team().empty() && one.place.team != request.team()) continue;
    if (!cycle.empty() && one.place.cycle != cycle) continue;
    shown.push_back(std::move(one));
  }
  return shown;
}

// What readers are shown of the numbers of a team of so many students.
common::v1::CycleEvidence NumbersShown(const v1::EvidenceRow& row, int32_t rostered,
                                       int64_t smallest) {
  common::v1::CycleEvidence numbers;
  numbers.set_matched(0);  // there are some, or none because there is no result
  if (row.shown().has_numbers()) {
    *numbers.mutable_shown() = row.shown().numbers();
  } else if (const auto nothing = NothingYet(rostered, smallest); nothing && row.covered() == 0) {
    *numbers.mutable_shown() = *nothing;
  }
  disclosure::HideSmallCells(numbers, smallest);
  numbers.set_held_back(numbers.as_of_ms() != 0 && row.shown().pending_size() > 0);
  return numbers;
}

// Of the matched students who are shown. That one more of a group is matched would say which group
// the student is of whose result came just now.
std::set<std::string> GroupsOf(const v1::EvidenceRow& row) {
  std::set<std::string> groups;
  for (const v1::PairRow& pair : row.shown().sums().pairs()) {
    for (const v1::GroupRow& group : pair.groups()) groups.insert(group.group());
  }
  return groups;
}

template <class Row>
void SetPlace(const Place& place, Row& row) {
  row.set_school(place.school);
  row.set_team(place.team);
  row.set_cycle(place.cycle);
  row.set_indicator(place.indicator);
}

void Cover(const common::v1::CycleEvidence& numbers, v1::CoverageRow& row) {
  row.set_as_of_ms(numbers.as_of_ms());
  row.set_held_back(numbers.held_back());
  if (numbers.has_rostered()) row.set_rostered(numbers.rostered());
  if (numbers.has_covered()) row.set_covered(numbers.covered());
  if (numbers.has_rostered_at_least()) row.set_rostered_at_least(numbers.rostered_at_least());
  if (numbers.absent() == common::v1::ABSENCE_REASON_NO_RESULTS) {
    return row.set_absent(numbers.absent());
  }
  row.set_suppressed(!numbers.has_rostered() || !numbers.has_covered());
  if (row.suppressed()) row.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
}

}  // namespace

Result<void> Query(const runtime::Rows& rows, const v1::ListAssessmentsRequest& request,
                   v1::ListAssessmentsResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto page = platform::PageOf(rows, kAssessments, JoinKey(request.district(), ""), request);
  if (!page) return core::Refuse(page.error());
  for (auto& [key, assessment] : page->rows) *response.add_assessments() = std::move(assessment);
  response.set_next_page_token(page->next);
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::GetAssessmentRequest& request,
                   v1::GetAssessmentResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto found =
      rows.Get(kAssessments, request.district(), JoinKey(request.district(), request.assessment()));
  if (!found) return core::Refuse(found.error());
  if (!*found) return core::Refuse(AssessmentNotFound(request.assessment()));
  *response.mutable_assessment() = std::move(**found);
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::ListLineItemsRequest& request,
                   v1::ListLineItemsResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto page = platform::PageOf(rows, kLineItems, JoinKey(request.district(), ""), request);
  if (!page) return core::Refuse(page.error());
  for (auto& [key, item] : page->rows) *response.add_line_items() = std::move(item);
  response.set_next_page_token(page->next);
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::GetLineItemRequest& request,
                   v1::GetLineItemResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto found =
      rows.Get(kLineItems, request.district(), JoinKey(request.district(), request.line_item()));
  if (!found) return core::Refuse(found.error());
  if (!*found) return core::Refuse(LineItemNotFound(request.line_item()));
  *response.mutable_line_item() = std::move(**found);
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::ListQuarantineRequest& request,
                   v1::ListQuarantineResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  const std::string prefix = platform::PrefixOf(request.district(), request.school());
  auto page = platform::PageOf(rows, kQuarantine, prefix, request);
  if (!page) return core::Refuse(page.error());
  for (auto& [key, entry] : page->rows) *response.add_results() = std::move(entry);
  response.set_next_page_token(page->next);
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::GetResultCountsRequest& request,
                   v1::GetResultCountsResponse& response, bool rounded) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto found = rows.ScanAll(kCounts, JoinKey(request.district(), ""), "", kAllRows);
  if (!found) return core::Refuse(found.error());
  for (const auto& [key, counts] : *found) {
    response.set_pushed(response.pushed() + counts.pushed());
    response.set_accepted(response.accepted() + counts.accepted());
    response.set_duplicate(response.duplicate() + counts.duplicate());
    response.set_corrected(response.corrected() + counts.corrected());
    response.set_quarantined(response.quarantined() + counts.quarantined());
    response.set_unscored(response.unscored() + counts.unscored());
  }
  const int64_t smallest = rounded ? disclosure::SmallestCell(district->policy()) : 1;
  const auto& reflection = *response.GetReflection();
  const auto& type = *response.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const int64_t count = reflection.GetInt64(response, type.field(i));
    reflection.SetInt64(&response, type.field(i), count / smallest * smallest);
    if (rounded && count < smallest) reflection.ClearField(&response, type.field(i));
  }
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::GetGrowthRequest& request,
                   v1::GetGrowthResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto found = Find(rows, request, request.cycle());
  if (!found) return core::Refuse(found.error());
  auto smallest = SmallestCellIn(rows, *district);
  if (!smallest) return core::Refuse(smallest.error());
  for (const Shown& one : *found) {
    if (!one.row.has_last()) continue;
    v1::GrowthRow& row = *response.add_rows();
    SetPlace(one.place, row);
    common::v1::CycleEvidence numbers = NumbersShown(one.row, one.row.last().rostered(), *smallest);
    const bool is_small = numbers.absent() == common::v1::ABSENCE_REASON_SMALL_CELL;
    if (numbers.matched() < *smallest) row.set_absent(numbers.absent());
    row.set_suppressed(is_small && numbers.matched() < *smallest);
    if (!row.suppressed()) *row.mutable_evidence() = std::move(numbers);
  }
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::GetGapsRequest& request,
                   v1::GetGapsResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto found = Find(rows, request, request.cycle());
  if (!found) return core::Refuse(found.error());
  auto smallest = SmallestCellIn(rows, *district);
  if (!smallest) return core::Refuse(smallest.error());
  for (const Shown& one : *found) {
    for (const std::string& group : GroupsOf(one.row)) {
      v1::GapRow& row = *response.add_rows();
      SetPlace(one.place, row);
      row.set_group(group);
      common::v1::GapEvidence gap;
      if (const auto* shown = ShownGap(one.row, group)) *gap.mutable_shown() = *shown;
      disclosure::HideSmallCells(gap, *smallest);
      if (gap.has_group_count()) {
        *row.mutable_gap() = std::move(gap);
      } else {
        row.set_suppressed(true);
        row.set_absent(gap.absent());
      }
    }
  }
  return {};
}

Result<void> Query(const runtime::Rows& rows, const v1::GetCoverageRequest& request,
                   v1::GetCoverageResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto teams = rows.ScanAll(kTeams, JoinKey(request.district(), ""), "", kAllRows);
  if (!teams) return core::Refuse(teams.error());
  auto found = Find(rows, request, "");
  if (!found) return core::Refuse(found.error());
  // Those without any result, too.
  std::map<std::string, std::pair<v1::EvidenceRow, int32_t>> open;  // by the evidence's key
  for (const auto& [key, team] : *teams) {
    const Place of = PlaceOf(key);
    if (!request.school().empty() && of.school != request.school()) continue;
    if (!request.team().empty() && of.team != request.team()) continue;
    for (const v1::Watch& watch : team.watches()) {
      for (const auto& indicator : watch.indicators()) {
        if (watch.closed() || IsSchoolYear(watch.cycle())) continue;
        open[JoinKey(key, watch.cycle(), indicator.indicator())].second = team.rostered();
      }
    }
  }
  for (Shown& one : *found) {
    const Place& at = one.place;
    const auto shown =
        open.find(JoinKey(request.district(), at.school, at.team, at.cycle, at.indicator));
    if (shown != open.end()) shown->second.first = std::move(one.row);
  }
  auto smallest = SmallestCellIn(rows, *district);
  if (!smallest) return core::Refuse(smallest.error());
  for (const auto& [key, one] : open) {
    v1::CoverageRow& row = *response.add_rows();
    SetPlace(PlaceOf(key), row);
    Cover(NumbersShown(one.first, one.second, *smallest), row);
  }
  return {};
}

}  // namespace throughline::evidence
