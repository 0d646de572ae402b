#include "evidence/struggling_report.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/path_segment.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/struggling_counts.h"
#include "evidence/domain/tables.h"
#include "evidence/row_pages.h"
#include "evidence/shown_rows.h"
#include "evidence/variance_query.h"
#include "platform/grpc/pages.h"

namespace throughline::evidence {

using common::v1::StrugglingCounts;
using common::v1::StrugglingPlace;
using core::Result;

namespace {

constexpr size_t kVariancesAtMost = 20;

using Cells = std::map<std::string, StrugglingCell>;  // by class, or by group

// The cells of a school on an indicator.
struct SchoolCells {
  StrugglingCell all;
  Cells classes, groups;
};
using BySchool = std::map<std::string, SchoolCells>;
using ByIndicator = std::map<std::string, BySchool>;

Result<ByIndicator> Read(const runtime::Rows& rows, const std::string& prefix) {
  ByIndicator read;
  auto done = platform::ForEachKeyAndRow(
      rows, kStrugglingCells, prefix,
      [&](const std::string& key, const v1::StrugglingCellRow& row) {
        const auto [district, school, indicator, cell] = core::SplitKey<4>(key);
        SchoolCells& of = read[std::string(indicator)][std::string(school)];
        if (cell == kAllCell) of.all = CellOf(row);
        if (cell.starts_with(kClassCell)) {
          of.classes[std::string(cell.substr(kClassCell.size()))] = CellOf(row);
        }
        if (cell.starts_with(kGroupCell)) {
          of.groups[std::string(cell.substr(kGroupCell.size()))] = CellOf(row);
        }
      });
  if (!done) return core::Refuse(done.error());
  return read;
}

using Places = std::vector<StrugglingPlace>;

// What is of too few students to count them is not there at all.
StrugglingPlace* Add(const std::string& indicator, const std::string& school,
                     StrugglingCounts counts, Places& places) {
  if (!counts.has_students_at_least()) return nullptr;
  StrugglingPlace& place = places.emplace_back();
  place.set_indicator(indicator);
  place.set_school(school);
  if (!school.empty()) {
    place.set_students_link("/v1/schools/" + core::PathSegment(school) + "/students:list");
  }
  *place.mutable_counts() = std::move(counts);
  return &place;
}

std::vector<StrugglingCell> CellsOf(const Cells& cells) {
  std::vector<StrugglingCell> all;
  for (const auto& [name, cell] : cells) all.push_back(cell);
  return all;
}

// What both say.
StrugglingCounts Both(StrugglingCounts one, const StrugglingCounts& other) {
  if (!other.has_students_at_least()) return other;
  if (!other.has_struggling_at_least()) one.clear_struggling_at_least();
  if (!other.has_persisting_at_least()) one.clear_persisting_at_least();
  if (!other.has_new_at_least()) one.clear_new_at_least();
  if (!other.has_recovered_at_least()) one.clear_recovered_at_least();
  one.set_suppressed(one.suppressed() || other.suppressed());
  return one;
}

// The four lists of the report as they grow, indicator by indicator. Of a school nothing is said
// that would not be said of it beside all schools: who may read them all takes one from another.
class Lists {
 public:
  Lists(const std::string& school, int64_t smallest) : school_(school), smallest_(smallest) {}

  void Take(const std::string& indicator, const BySchool& schools) {
    StrugglingCell whole;
    Cells parts;
    std::map<std::string, Cells> groups;  // of schools, by group
    for (const auto& [id, cells] : schools) {
      whole.Add(cells.all);
      parts[id] = cells.all;
      for (const auto& [group, cell] : cells.groups) groups[group][id] = cell;
    }
    Shown of_schools = ShownOf(parts, whole);
    if (!school_.empty()) return TakeSchool(indicator, schools, of_schools, groups);
    Add(indicator, "", CountsOf(whole, smallest_), by_indicator);
    for (const auto& [id, cells] : schools) TakeClasses(indicator, id, cells, of_schools[id]);
    for (const auto& [group, cells] : groups) {
      AddGroup(indicator, group, CountsOf(Sum(cells), whole, smallest_));
    }
    for (auto& [id, counts] : of_schools) Add(indicator, id, std::move(counts), by_school);
  }

  Places by_indicator, by_school, by_class, by_group;

 private:
  using Shown = std::map<std::string, StrugglingCounts>;

  static StrugglingCell Sum(const Cells& cells) {
    StrugglingCell sum;
    for (const auto& [name, cell] : cells) sum.Add(cell);
    return sum;
  }
  // Of the parts of a whole.
  Shown ShownOf(const Cells& parts, const StrugglingCell& whole) const {
    auto counts = CountsOfParts(CellsOf(parts), whole, smallest_);
    Shown shown;
    size_t at = 0;
    for (const auto& [name, cell] : parts) shown[name] = std::move(counts[at++]);
    return shown;
  }
  void TakeSchool(const std::string& indicator, const BySchool& schools, Shown& of_schools,
                  const std::map<std::string, Cells>& groups) {
    const auto found = schools.find(school_);
    if (found == schools.end()) return;
    const SchoolCells& own = found->second;
    TakeClasses(indicator, school_, own, of_schools[school_]);
    Add(indicator, school_, std::move(of_schools[school_]), by_indicator);
    for (const auto& [group, cell] : own.groups) {
      const Cells& elsewhere = groups.at(group);
      AddGroup(indicator, group,
               Both(CountsOf(cell, own.all, smallest_),
                    std::move(ShownOf(elsewhere, Sum(elsewhere))[school_])));
    }
  }
  void AddGroup(const std::string& indicator, const std::string& group, StrugglingCounts counts) {
    auto* place = Add(indicator, school_, std::move(counts), by_group);
    if (place != nullptr) place->set_group(group);
  }
  // Classes add up to their school: where it is hidden beside others, they are.
  void TakeClasses(const std::string& indicator, const std::string& of, const SchoolCells& cells,
                   const StrugglingCounts& school) {
    for (const auto& [id, counts] : ShownOf(cells.classes, cells.all)) {
      auto* place = Add(indicator, of, Both(counts, school), by_class);
      if (place != nullptr) place->set_class_id(id);
    }
  }

  const std::string& school_;  // empty: the district
  const int64_t smallest_;
};

void Fill(Places places, common::v1::WhoStruggles& report,
          google::protobuf::RepeatedPtrField<StrugglingPlace>& list) {
  SortByShare(places);
  for (StrugglingPlace& place : places) {
    report.set_as_of_ms(std::max(report.as_of_ms(), place.counts().as_of_ms()));
    *list.Add() = std::move(place);
  }
}

// The district's assessments with most results first.
Result<std::vector<std::string>> AssessmentsIn(const runtime::Rows& rows,
                                               const std::string& district) {
  auto found = rows.Scan(kDistrictScores, district, JoinKey(district, ""), "", kAllRows);
  if (!found) return core::Refuse(found.error());
  std::stable_sort(found->begin(), found->end(), [](const auto& a, const auto& b) {
    return a.second.scores().scores().n() > b.second.scores().scores().n();
  });
  std::vector<std::string> assessments;
  for (const auto& [key, row] : *found) {
    if (assessments.size() == kVariancesAtMost) break;
    assessments.emplace_back(core::SplitKey<2>(key)[1]);
  }
  return assessments;
}

void Take(const std::string& assessment, const v1::GetVarianceResponse& variance,
          common::v1::WhereScoresDiffer& report) {
  common::v1::VarianceShares& shares = *report.add_variances();
  shares.set_assessment(assessment);
  shares.set_result_count(variance.result_count());
  shares.set_class_count(variance.class_count());
  shares.set_school_count(variance.school_count());
  if (variance.has_class_share()) shares.set_class_share(variance.class_share());
  if (variance.has_school_share()) shares.set_school_share(variance.school_share());
  if (variance.has_class_share() || variance.has_school_share()) {
    shares.set_student_share(1 - variance.class_share() - variance.school_share());
  }
  *shares.mutable_absent_reasons() = variance.absent_reasons();
  shares.set_as_of_ms(variance.as_of_ms());
  shares.set_link("/v1/assessments/" + core::PathSegment(assessment) + "/variance");
  report.set_as_of_ms(std::max(report.as_of_ms(), variance.as_of_ms()));
}

// Of an assessment of which nothing may be shown, nothing is.
Result<void> FillVariances(const runtime::Rows& rows, const std::string& district,
                           common::v1::WhereScoresDiffer& report) {
  auto assessments = AssessmentsIn(rows, district);
  if (!assessments) return core::Refuse(assessments.error());
  auto variances = Variances::Of(rows, district);
  if (!variances) return core::Refuse(variances.error());
  for (const std::string& assessment : *assessments) {
    const auto shown = variances->OfAssessment(assessment);
    if (shown) Take(assessment, *shown, report);
    const bool is_hidden = !shown && (shown.error().reason == Suppressed().reason ||
                                      shown.error().code == core::Code::kNotFound);
    if (!shown && !is_hidden) return core::Refuse(shown.error());
  }
  return {};
}

Result<void> CheckSchool(const runtime::Rows& rows, const std::string& district,
                         const std::string& school) {
  if (school.empty()) return {};
  const std::string key = core::Key{district, school}.Text();
  auto found = rows.Get(kSchools, key, key);
  if (!found) return core::Refuse(found.error());
  if (!*found) return core::Refuse(core::SchoolUnknown(school));
  return {};
}

}  // namespace

Result<void> Query(const runtime::Rows& rows, const v1::GetStrugglingReportRequest& request,
                   v1::GetStrugglingReportResponse& response) {
  auto district = DistrictIn(rows, request.district());
  if (!district) return core::Refuse(district.error());
  auto smallest = SmallestCellIn(rows, *district);
  if (!smallest) return core::Refuse(smallest.error());
  auto school = CheckSchool(rows, request.district(), request.school());
  if (!school) return school;
  auto read = Read(rows, core::JoinKey(request.district(), ""));
  if (!read) return core::Refuse(read.error());
  Lists lists(request.school(), *smallest);
  for (const auto& [indicator, schools] : *read) lists.Take(indicator, schools);
  common::v1::StrugglingReport& report = *response.mutable_report();
  report.set_smallest_cell(static_cast<int32_t>(*smallest));
  common::v1::WhoStruggles& who = *report.mutable_who_struggles();
  Fill(std::move(lists.by_indicator), who, *who.mutable_by_indicator());
  Fill(std::move(lists.by_school), who, *who.mutable_by_school());
  Fill(std::move(lists.by_class), who, *who.mutable_by_class());
  Fill(std::move(lists.by_group), who, *who.mutable_by_group());
  common::v1::WhereScoresDiffer& where = *report.mutable_where_scores_differ();
  if (!request.school().empty()) return {};
  return FillVariances(rows, request.district(), where);
}

}  // namespace throughline::evidence
