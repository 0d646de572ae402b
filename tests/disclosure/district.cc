#include "district.h"

#include <stdexcept>

#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/district_fixture.h"
#include "evidence/evidence_queries.h"
#include "evidence/funnel_query.h"
#include "evidence/gap_trend_query.h"
#include "evidence/run_chart_query.h"
#include "evidence/struggling_report.h"
#include "evidence/variance_query.h"
#include "runtime/journal.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::disclosure {

using evidence::v1::Result;

namespace {

void Must(const core::Result<void>& done) {
  if (!done) throw std::runtime_error(done.error().message);
}

}  // namespace

// Rows as they were at a moment, for queries.
class District::Tables final : public runtime::Store {
 public:
  explicit Tables(std::vector<decider::RowChange> rows) {
    for (decider::RowChange& row : rows) rows_[row.row.table][row.row.key] = *std::move(row.value);
  }
  core::Result<std::optional<std::string>> Head(const runtime::StorePartition&) override {
    return std::optional<std::string>();
  }
  core::Result<void> Apply(const runtime::StorePartition&, const runtime::Commit&) override {
    return {};
  }
  core::Result<std::vector<std::optional<std::string>>> Load(
      const runtime::StorePartition&, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>&) override {
    std::vector<std::optional<std::string>> found;
    for (const decider::RowKey& key : keys) {
      auto& one = found.emplace_back();
      const auto rows = Scan({}, key.table, key.key, "", 1, {});
      if (!rows->empty() && rows->front().first == key.key) one = rows->front().second;
    }
    return found;
  }
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const runtime::StorePartition&, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit, const std::optional<std::string>&) override {
    std::vector<std::pair<std::string, std::string>> found;
    const auto& rows = rows_[std::string(table)];
    for (auto row = rows.lower_bound(std::string(prefix)); row != rows.end(); ++row) {
      if (!row->first.starts_with(prefix) || found.size() == limit) break;
      if (row->first > after) found.push_back(*row);
    }
    return found;
  }
  core::Result<void> Clear(const runtime::StorePartition&) override { return {}; }

 private:
  std::map<std::string, std::map<std::string, std::string>> rows_;  // by table
};

District::District() : fixture_(decider_, *core::ParseInstant("2024-09-10T12:00:00Z")) {
  plans::v1::DistrictAdopted adopted = evidence::AdoptedDistrict();
  // Of before less was forbidden.
  adopted.mutable_district()->mutable_policy()->set_smallest_cell(5);
  Give(adopted);
  Define("check", {"reading"});
}

District::~District() = default;

void District::Give(const google::protobuf::Message& message) {
  now_.reset();
  for (auto& event : fixture_.Give(message).events) logged_.push_back(std::move(event));
}

void District::AdoptTerm(const std::string& first, const std::string& last) {
  plans::v1::DistrictAdopted adopted = evidence::AdoptedDistrict();
  adopted.mutable_district()->set_version(2);
  auto& term = *adopted.mutable_district()->mutable_calendar()->add_terms();
  term.set_first(first);
  term.set_last(last);
  Give(adopted);
}

void District::AllowCellsOf(int32_t students) {
  plans::v1::DistrictAdopted adopted = evidence::AdoptedDistrict();
  adopted.mutable_district()->set_version(++policies_ + 100);
  adopted.mutable_district()->mutable_policy()->set_smallest_cell(students);
  Give(adopted);
}

void District::Define(const std::string& name, const std::vector<std::string>& indicators) {
  evidence::v1::DefineAssessmentsRequest define;
  define.set_district("d");
  auto& assessment = *define.add_assessments();
  assessment.set_assessment(name);
  assessment.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(100);
  assessment.set_proficiency_cut(45);
  for (const std::string& indicator : indicators) assessment.add_indicators(indicator);
  Give(define);
}

void District::Register(const std::string& school) {
  plans::v1::SchoolChanged changed;
  changed.mutable_school()->set_district("d");
  changed.mutable_school()->set_school(school);
  changed.mutable_school()->set_version(1);
  Give(changed);
}

void District::PublishMeasure(const std::string& school) {
  plans::v1::SitePlanPublished published;
  plans::v1::SitePlan& plan = *published.mutable_plan();
  plan.set_district("d");
  plan.set_school(school);
  plan.set_plan("p");
  plan.set_year(2024);
  plan.add_measures()->set_measure("m");
  plan.mutable_measures(0)->set_assessment("check");
  Give(published);
}

void District::OpenClass(const std::string& school, const std::string& class_id,
                         const std::string& team) {
  classes_[school][class_id] = team;
}

void District::Enroll(const std::string& school, const std::string& student,
                      const std::vector<std::string>& classes, const Groups& groups) {
  evidence::v1::UpdateRosterRequest roster;
  roster.set_district("d");
  roster.set_school(school);
  for (const auto& [class_id, team] : classes_[school]) {
    auto& one = *roster.add_classes();
    one.set_class_id(class_id);
    one.set_team(team);
  }
  auto& one = *roster.add_students();
  one.set_student(student);
  for (const std::string& class_id : classes) one.add_class_ids(class_id);
  for (const std::string& group : groups) one.add_groups(group);
  Give(roster);
}

void District::EnrollMany(const std::string& school, const std::string& class_id, int count,
                          const Groups& groups) {
  for (int i = 0; i < count; ++i) {
    Enroll(school, class_id + "-" + std::to_string(i), {class_id}, groups);
  }
}

void District::Schedule(const std::string& school, const std::string& team,
                        const std::string& cycle, const std::string& baseline_from,
                        const std::string& start, const std::string& end,
                        const std::vector<std::string>& indicators) {
  cycles::v1::CycleScheduled scheduled;
  auto& one = *scheduled.mutable_cycle();
  one.set_district("d");
  one.set_school(school);
  one.set_team(team);
  one.set_cycle(cycle);
  one.set_baseline_from(baseline_from);
  one.set_start(start);
  one.set_end(end);
  one.set_mid_cycle(end);
  for (const std::string& indicator : indicators) one.add_indicators()->set_indicator(indicator);
  Give(scheduled);
}

Result District::Of(const std::string& school, const std::string& class_id,
                    const std::string& student, const std::string& date, double score,
                    const std::string& id, const std::string& assessment) {
  Result result;
  result.set_source_id(student + "/" + date + "/" + id);
  result.set_student(student);
  result.set_school(school);
  result.set_class_id(class_id);
  result.set_assessment(assessment);
  result.set_date(date);
  result.set_score(score);
  result.set_modified_at_ms(++changes_);
  return result;
}

void District::Push(const std::vector<Result>& results) {
  evidence::v1::IngestResultsRequest batch;
  batch.set_district("d");
  batch.set_source("sis");
  for (const Result& result : results) *batch.add_results() = result;
  if (!results.empty()) Give(batch);
}

void District::PushMany(const std::string& school, const std::string& class_id, int count,
                        const std::string& date, double from, const std::string& assessment) {
  std::vector<Result> results;
  for (int i = 0; i < count; ++i) {
    const std::string student = class_id + "-" + std::to_string(i);
    results.push_back(
        Of(school, class_id, student, date, from + i * 7 % 20, assessment, assessment));
  }
  Push(results);
}

void District::PublishCut(const std::string& indicator, int32_t bin) {
  evidence::v1::CutsPublished published;
  published.set_district("d");
  auto& cut = *published.add_cuts();
  cut.set_indicator(indicator);
  cut.set_bin(bin);
  cut.set_count(100);
  Give(published);
}

void District::Wait() {
  now_.reset();
  for (auto& event : fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(2)).events) {
    logged_.push_back(std::move(event));
  }
}

District::Moment District::Now() const {
  if (now_ == nullptr) now_ = std::make_shared<Tables>(fixture_.Rows());
  return now_;
}

runtime::Rows District::RowsOf(const Moment& moment) {
  return runtime::Rows(*moment, "evidence", 1);
}

template <class Response, class Request>
Response District::Ask(Request request, const Moment& moment) const {
  request.set_district("d");
  const Moment now = Now();
  const runtime::Rows rows = RowsOf(now);
  Response response;
  Must(evidence::Query(moment ? RowsOf(moment).From(rows) : rows, request, response));
  return response;
}

std::vector<evidence::v1::GrowthRow> District::Growth(const Moment& moment) const {
  const auto response =
      Ask<evidence::v1::GetGrowthResponse>(evidence::v1::GetGrowthRequest(), moment);
  return {response.rows().begin(), response.rows().end()};
}

std::vector<evidence::v1::GapRow> District::Gaps(const Moment& moment) const {
  const auto response = Ask<evidence::v1::GetGapsResponse>(evidence::v1::GetGapsRequest(), moment);
  return {response.rows().begin(), response.rows().end()};
}

std::vector<evidence::v1::CoverageRow> District::Coverage(const Moment& moment) const {
  const auto response =
      Ask<evidence::v1::GetCoverageResponse>(evidence::v1::GetCoverageRequest(), moment);
  return {response.rows().begin(), response.rows().end()};
}

evidence::v1::GetVarianceResponse District::Variance(std::string* refused,
                                                     const std::string& assessment,
                                                     const Moment& moment) const {
  evidence::v1::GetVarianceRequest request;
  request.set_district("d");
  request.set_assessment(assessment);
  evidence::v1::GetVarianceResponse response;
  const Moment now = Now();
  const runtime::Rows rows = RowsOf(now);
  auto answered = evidence::Query(moment ? RowsOf(moment).From(rows) : rows, request, response);
  if (refused != nullptr) *refused = answered ? "" : answered.error().reason;
  return response;
}

common::v1::StrugglingReport District::Struggling(const Moment& moment,
                                                  const std::string& school) const {
  evidence::v1::GetStrugglingReportRequest request;
  request.set_school(school);
  return Ask<evidence::v1::GetStrugglingReportResponse>(request, moment).report();
}

evidence::v1::RunChart District::Chart(const std::string& school, const std::string& team,
                                       const Moment& moment) const {
  evidence::v1::GetRunChartRequest request;
  request.set_district("d");
  request.set_school(school);
  request.set_team(team);
  request.set_indicator("reading");
  evidence::v1::GetRunChartResponse response;
  const Moment now = Now();
  const runtime::Rows rows = RowsOf(now);
  Must(evidence::Query(moment ? RowsOf(moment).From(rows) : rows, request, fixture_.now(),
                       response));
  return response.chart();
}

std::vector<evidence::v1::RunChart> District::ClassCharts(const std::string& school,
                                                          const std::string& team,
                                                          const Moment& moment) const {
  evidence::v1::ListClassRunChartsRequest request;
  request.set_district("d");
  request.set_school(school);
  request.set_team(team);
  request.set_indicator("reading");
  evidence::v1::ListClassRunChartsResponse response;
  const Moment now = Now();
  const runtime::Rows rows = RowsOf(now);
  Must(evidence::Query(moment ? RowsOf(moment).From(rows) : rows, request, fixture_.now(),
                       response));
  return {response.charts().begin(), response.charts().end()};
}

std::vector<evidence::v1::GapTrend> District::GapTrends(const Moment& moment) const {
  const auto response =
      Ask<evidence::v1::ListGapTrendsResponse>(evidence::v1::ListGapTrendsRequest(), moment);
  return {response.trends().begin(), response.trends().end()};
}

std::vector<evidence::v1::Funnel> District::Funnels(const Moment& moment) const {
  evidence::v1::GetFunnelRequest request;
  request.set_district("d");
  evidence::v1::GetFunnelResponse response;
  const Moment now = Now();
  const runtime::Rows rows = RowsOf(now);
  Must(evidence::Query(moment ? RowsOf(moment).From(rows) : rows, request, fixture_.now(),
                       response));
  std::vector<evidence::v1::Funnel> funnels(response.funnels().begin(), response.funnels().end());
  funnels.insert(funnels.end(), response.proficiency().begin(), response.proficiency().end());
  return funnels;
}

evidence::v1::GetResultCountsResponse District::Counts() const {
  evidence::v1::GetResultCountsRequest request;
  request.set_district("d");
  const Moment now = Now();
  evidence::v1::GetResultCountsResponse response;
  Must(evidence::Query(RowsOf(now), request, response, true));
  return response;
}

District::Events District::TakeStreamed() {
  Events shown;
  for (; taken_ < logged_.size(); ++taken_) {
    if (!IsTold(*logged_[taken_])) continue;
    std::shared_ptr<google::protobuf::Message> one(logged_[taken_]->New());
    one->CopyFrom(*logged_[taken_]);
    LeaveOutStudents(*one);
    HideSmallCells(*one, kSmallestCell);
    shown.push_back(std::move(one));
  }
  return shown;
}

}  // namespace throughline::disclosure
