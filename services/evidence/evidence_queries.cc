#include "evidence/evidence_queries.h"

#include <map>

#include "core/ids.h"
#include "core/statistics/suppression.h"
#include "core/statistics/variance_components.h"
#include "district/small_cells.h"
#include "evidence/domain/conclusions.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/tables.h"
#include "runtime/pages.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr size_t kAll = 1'000'000;

Result<plans::v1::District> District(const runtime::Rows& rows, const std::string& district) {
  if (!core::IsId(district)) return core::Refuse(IdInvalid("district"));
  auto found = rows.Get(kDistricts, district, district);
  if (!found) return tl::make_unexpected(found.error());
  if (!*found) return core::Refuse(DistrictUnknown(district));
  return **found;
}

struct Place {
  std::string school, team, cycle, indicator;
};

Place PlaceOf(const std::string& key) {
  std::vector<std::string> parts(1);
  for (char c : key) c == '/' ? void(parts.emplace_back()) : parts.back().push_back(c);
  parts.resize(5);
  return {parts[1], parts[2], parts[3], parts[4]};
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
      runtime::PrefixOf(request.district(), request.school(), request.team(), cycle);
  auto found = request.school().empty()
                   ? rows.ScanAll(kEvidence, prefix, "", kAll)
                   : rows.Scan(kEvidence, PartitionKey(request.district(), request.school()),
                               prefix, "", kAll);
  if (!found) return tl::make_unexpected(found.error());
  std::vector<Shown> shown;
  for (auto& [key, row] : *found) {
    Shown one{PlaceOf(key), std::move(row)};
    if (!request.team().empty() && one.place.team != request.team()) continue;
    if (!cycle.empty() && one.place.cycle != cycle) continue;
    shown.push_back(std::move(one));
  }
  return shown;
}

template <class Row>
void SetPlace(const Place& place, Row& row) {
  row.set_school(place.school);
  row.set_team(place.team);
  row.set_cycle(place.cycle);
  row.set_indicator(place.indicator);
}

// The dimension of a group: what is before the colon.
std::string DimensionOf(const std::string& group) { return group.substr(0, group.find(':')); }

// The groups of a row that must not be shown: in each dimension the groups, and those in none of
// them, make up the matched students.
std::map<std::string, bool> HiddenGroups(const v1::EvidenceRow& row, int64_t smallest) {
  const int64_t matched = row.matched().current().n();
  std::map<std::string, std::vector<const v1::GroupRow*>> dimensions;
  for (const v1::GroupRow& group : row.groups()) {
    dimensions[DimensionOf(group.group())].push_back(&group);
  }
  std::map<std::string, bool> hidden;
  for (const auto& [dimension, groups] : dimensions) {
    std::vector<int64_t> cells;
    int64_t rest = matched;
    for (const v1::GroupRow* group : groups) {
      cells.push_back(group->current().n());
      rest -= cells.back();
    }
    if (rest > 0) cells.push_back(rest);
    const std::vector<bool> hide = core::HiddenCells(cells, smallest);
    for (size_t i = 0; i < groups.size(); ++i) {
      // A group is shown beside its complement, which must be large enough too; where groups of
      // a dimension overlap there is no rest to reckon with.
      const bool small = matched - cells[i] < smallest;
      hidden[groups[i]->group()] = matched < smallest || small || hide[i] || rest < 0;
    }
  }
  return hidden;
}

}  // namespace

Result<bool> Query(const runtime::Rows& rows, const v1::ListAssessmentsRequest& request,
                   v1::ListAssessmentsResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto page = runtime::PageOf(rows, kAssessments, request.district() + "/", request);
  if (!page) return tl::make_unexpected(page.error());
  for (auto& [key, assessment] : page->rows) *response.add_assessments() = std::move(assessment);
  response.set_next_page_token(page->next);
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::GetAssessmentRequest& request,
                   v1::GetAssessmentResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto found =
      rows.Get(kAssessments, request.district(), Key(request.district(), request.assessment()));
  if (!found) return tl::make_unexpected(found.error());
  if (!*found) return core::Refuse(AssessmentNotFound(request.assessment()));
  *response.mutable_assessment() = std::move(**found);
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::ListLineItemsRequest& request,
                   v1::ListLineItemsResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto page = runtime::PageOf(rows, kLineItems, request.district() + "/", request);
  if (!page) return tl::make_unexpected(page.error());
  for (auto& [key, item] : page->rows) *response.add_line_items() = std::move(item);
  response.set_next_page_token(page->next);
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::GetLineItemRequest& request,
                   v1::GetLineItemResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto found =
      rows.Get(kLineItems, request.district(), Key(request.district(), request.line_item()));
  if (!found) return tl::make_unexpected(found.error());
  if (!*found) return core::Refuse(LineItemNotFound(request.line_item()));
  *response.mutable_line_item() = std::move(**found);
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::ListQuarantineRequest& request,
                   v1::ListQuarantineResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  const std::string prefix = runtime::PrefixOf(request.district(), request.school());
  auto page = runtime::PageOf(rows, kQuarantine, prefix, request);
  if (!page) return tl::make_unexpected(page.error());
  for (auto& [key, entry] : page->rows) *response.add_results() = std::move(entry);
  response.set_next_page_token(page->next);
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::GetResultCountsRequest& request,
                   v1::GetResultCountsResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto found = rows.ScanAll(kCounts, request.district() + "/", "", kAll);
  if (!found) return tl::make_unexpected(found.error());
  for (const auto& [key, counts] : *found) {
    response.set_pushed(response.pushed() + counts.pushed());
    response.set_accepted(response.accepted() + counts.accepted());
    response.set_duplicate(response.duplicate() + counts.duplicate());
    response.set_corrected(response.corrected() + counts.corrected());
    response.set_quarantined(response.quarantined() + counts.quarantined());
    response.set_unscored(response.unscored() + counts.unscored());
  }
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::GetVarianceRequest& request,
                   v1::GetVarianceResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  if (!core::IsId(request.assessment())) return core::Refuse(IdInvalid("assessment"));
  const std::string key = Key(request.district(), request.assessment());
  auto assessment = rows.Get(kAssessments, request.district(), key);
  if (!assessment) return tl::make_unexpected(assessment.error());
  if (!*assessment) return core::Refuse(AssessmentNotFound(request.assessment()));
  auto found = rows.ScanAll(kClassScores, key + "/", "", kAll);
  if (!found) return tl::make_unexpected(found.error());
  std::vector<core::ClassOfSchool> classes;
  for (const auto& [row_key, row] : *found) {
    const std::string rest = row_key.substr(key.size() + 1);
    classes.push_back({rest.substr(0, rest.find('/')), MomentsOf(row.scores())});
  }
  auto components = core::EstimateVarianceComponents(std::move(classes));
  if (!components || components->n < district->policy().smallest_cell()) {
    return core::Refuse(Suppressed());
  }
  const double width = ((*assessment)->scale_max() - (*assessment)->scale_min()) / 1e6;
  const double square = width * width, total = components->TotalVariance();
  response.set_result_count(components->n);
  response.set_class_count(components->classes);
  response.set_school_count(components->schools);
  response.set_mean((*assessment)->scale_min() + components->mean * width);
  response.set_student_variance(components->student_variance * square);
  if (components->class_variance) {
    response.set_class_variance(*components->class_variance * square);
    if (total > 0) response.set_class_share(*components->class_variance / total);
  }
  if (components->school_variance) {
    response.set_school_variance(*components->school_variance * square);
    if (total > 0) response.set_school_share(*components->school_variance / total);
  }
  for (const std::string& reason : components->absent_reasons) response.add_absent_reasons(reason);
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::GetGrowthRequest& request,
                   v1::GetGrowthResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto found = Find(rows, request, request.cycle());
  if (!found) return tl::make_unexpected(found.error());
  const int64_t smallest = district->policy().smallest_cell();
  for (const Shown& one : *found) {
    if (!one.row.has_last()) continue;
    v1::GrowthRow& row = *response.add_rows();
    SetPlace(one.place, row);
    const common::v1::CycleEvidence& numbers = one.row.last();
    if (!district::MayShow(numbers, smallest)) {
      row.set_suppressed(true);
      continue;
    }
    *row.mutable_evidence() = numbers;
    district::HideSmallCells(*row.mutable_evidence(), smallest);
  }
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::GetGapsRequest& request,
                   v1::GetGapsResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto found = Find(rows, request, request.cycle());
  if (!found) return tl::make_unexpected(found.error());
  const int64_t smallest = district->policy().smallest_cell();
  for (const Shown& one : *found) {
    const std::map<std::string, bool> hidden = HiddenGroups(one.row, smallest);
    std::map<std::string, common::v1::GapEvidence> gaps;
    for (auto& gap : GapsOf(one.row, smallest)) gaps[gap.group()] = gap;
    for (const auto& [group, hide] : hidden) {
      v1::GapRow& row = *response.add_rows();
      SetPlace(one.place, row);
      row.set_group(group);
      auto gap = gaps.find(group);
      if (hide || gap == gaps.end()) {
        row.set_suppressed(true);
      } else {
        *row.mutable_gap() = gap->second;
      }
    }
  }
  return true;
}

Result<bool> Query(const runtime::Rows& rows, const v1::GetCoverageRequest& request,
                   v1::GetCoverageResponse& response) {
  auto district = District(rows, request.district());
  if (!district) return tl::make_unexpected(district.error());
  auto teams = rows.ScanAll(kTeams, request.district() + "/", "", kAll);
  if (!teams) return tl::make_unexpected(teams.error());
  std::map<std::string, std::pair<int32_t, bool>> open;  // rostered, by district/school/team/cycle
  for (const auto& [key, team] : *teams) {
    for (const v1::Watch& watch : team.watches()) {
      if (!watch.closed()) open[Key(key, watch.cycle())] = {team.rostered(), true};
    }
  }
  auto found = Find(rows, request, "");
  if (!found) return tl::make_unexpected(found.error());
  const int64_t smallest = district->policy().smallest_cell();
  for (const Shown& one : *found) {
    auto cycle =
        open.find(Key(request.district(), one.place.school, one.place.team, one.place.cycle));
    if (cycle == open.end()) continue;
    v1::CoverageRow& row = *response.add_rows();
    SetPlace(one.place, row);
    const int32_t rostered = cycle->second.first;
    if (core::MayShowPart(one.row.covered(), rostered, smallest)) {
      row.set_rostered(rostered);
      row.set_covered(one.row.covered());
    } else {
      row.set_suppressed(true);
    }
  }
  return true;
}

}  // namespace throughline::evidence
