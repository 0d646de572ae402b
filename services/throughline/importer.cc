#include "throughline/importer.h"

#include <algorithm>
#include <deque>
#include <future>
#include <set>

#include "throughline/request_ids.h"
#include "throughline/roster_bundle.h"

namespace throughline {

using core::Result;

namespace {

constexpr int kStudentsPerCall = 1000;
constexpr int kTeamsPerCall = 500;
constexpr int kLineItemsPerCall = 2000;
constexpr int kAssessmentsPerCall = 500;
constexpr int kResultsPerCall = 500;
constexpr size_t kCallsUnderWay = 8;

// Sends requests that are built up item by item, whenever one is full.
class Sender {
 public:
  Sender(const ImportOptions& options, Connection& connection, ImportCounts& counts)
      : options_(options), connection_(connection), counts_(counts) {}

  Result<void> CreateDistrict(const RosterBundle& roster) {
    plans::v1::GetDistrictRequest get;
    get.set_district(options_.district);
    auto known = Call(*connection_.plans, &plans::v1::PlansService::Stub::GetDistrict, get);
    if (known) return {};
    if (known.error().code != core::Code::kNotFound) return core::Refuse(known.error());
    plans::v1::CreateDistrictRequest create;
    plans::v1::District& district = *create.mutable_district();
    district.set_district(options_.district);
    district.set_name(options_.name.empty() ? roster.district_name : options_.name);
    district.set_time_zone(options_.time_zone);
    *district.mutable_calendar() = roster.Calendar();
    return Send(*connection_.plans, &plans::v1::PlansService::Stub::CreateDistrict, create);
  }

  Result<void> UpsertSchool(const std::string& id, const SchoolRoster& school) {
    plans::v1::UpsertSchoolRequest request;
    request.mutable_school()->set_district(options_.district);
    request.mutable_school()->set_school(id);
    request.mutable_school()->set_name(school.name);
    ++counts_.schools;
    if (auto sent = Send(*connection_.plans, &plans::v1::PlansService::Stub::UpsertSchool, request);
        !sent) {
      return sent;
    }
    return UpsertTeams(id, school);
  }

  Result<void> UpsertTeams(const std::string& id, const SchoolRoster& school) {
    plans::v1::UpsertTeamsRequest request;
    request.set_district(options_.district);
    request.set_school(id);
    const auto send = [&]() -> Result<void> {
      if (request.teams().empty()) return {};
      counts_.teams += request.teams_size();
      auto sent = Send(*connection_.plans, &plans::v1::PlansService::Stub::UpsertTeams, request);
      request.clear_teams();
      return sent;
    };
    for (const auto& [team, name] : school.teams) {
      plans::v1::Team& one = *request.add_teams();
      one.set_team(team);
      one.set_name(name);
      one.set_active(true);
      if (request.teams_size() < kTeamsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    return send();
  }

  Result<void> UpdateRoster(const std::string& id, const SchoolRoster& school) {
    evidence::v1::UpdateRosterRequest request;
    request.set_district(options_.district);
    request.set_school(id);
    const auto send = [&]() -> Result<void> {
      if (request.classes().empty() && request.students().empty()) return {};
      counts_.classes += request.classes_size();
      counts_.students += request.students_size();
      auto sent =
          Send(*connection_.evidence, &evidence::v1::EvidenceService::Stub::UpdateRoster, request);
      request.clear_classes();
      request.clear_students();
      return sent;
    };
    for (const evidence::v1::RosterClass& one : school.classes) {
      *request.add_classes() = one;
      if (request.classes_size() < kStudentsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    if (auto sent = send(); !sent) return sent;
    for (const auto& [student, classes] : school.students) {
      *request.add_students() = StudentOf(student, classes);
      if (request.students_size() < kStudentsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    return send();
  }

  Result<void> DefineAssessments(const RosterBundle& roster) {
    evidence::v1::DefineAssessmentsRequest request;
    request.set_district(options_.district);
    const auto send = [&]() -> Result<void> {
      if (request.assessments().empty() && request.line_items().empty()) return {};
      counts_.assessments += request.assessments_size();
      counts_.line_items += request.line_items_size();
      auto sent = Send(*connection_.evidence,
                       &evidence::v1::EvidenceService::Stub::DefineAssessments, request);
      request.clear_assessments();
      request.clear_line_items();
      return sent;
    };
    for (const evidence::v1::Assessment& one : roster.Assessments()) {
      *request.add_assessments() = one;
      if (request.assessments_size() < kAssessmentsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    if (auto sent = send(); !sent) return sent;
    for (const evidence::v1::LineItem& one : roster.line_items) {
      *request.add_line_items() = one;
      if (request.line_items_size() < kLineItemsPerCall) continue;
      if (auto sent = send(); !sent) return sent;
    }
    return send();
  }

  void SetGroups(const std::map<std::string, std::set<std::string>>* groups) { groups_ = groups; }

 private:
  template <class Stub, class Request, class Response>
  Result<void> Send(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    Request& request) {
    auto answer = Call(stub, method, Identify("import", request));
    request.clear_request_id();
    if (!answer) return core::Refuse(answer.error());
    return {};
  }

  evidence::v1::RosterStudent StudentOf(const std::string& student,
                                        const std::set<std::string>& classes) const {
    evidence::v1::RosterStudent one;
    one.set_student(student);
    auto groups = groups_->find(student);
    if (groups != groups_->end()) {
      one.mutable_groups()->Assign(groups->second.begin(), groups->second.end());
    }
    one.mutable_class_ids()->Assign(classes.begin(), classes.end());
    return one;
  }

  const ImportOptions& options_;
  Connection& connection_;
  ImportCounts& counts_;
  const std::map<std::string, std::set<std::string>>* groups_ = nullptr;
};

// Batches under way, each answered by its own thread; the oldest is waited for when there are many.
class Pipeline {
 public:
  Pipeline(Connection& connection, ImportCounts& counts)
      : connection_(connection), counts_(counts) {}
  ~Pipeline() {
    for (auto& answer : under_way_) answer.wait();
  }

  Result<void> Send(evidence::v1::IngestResultsRequest request) {
    if (under_way_.size() >= kCallsUnderWay) {
      if (auto taken = TakeOldest(); !taken) return taken;
    }
    Identify("import", request);
    under_way_.push_back(std::async(std::launch::async, [this, request = std::move(request)] {
      return Call(*connection_.evidence, &evidence::v1::EvidenceService::Stub::IngestResults,
                  request);
    }));
    return {};
  }

  Result<void> Finish() {
    while (!under_way_.empty()) {
      if (auto taken = TakeOldest(); !taken) return taken;
    }
    return {};
  }

 private:
  Result<void> TakeOldest() {
    auto answer = under_way_.front().get();
    under_way_.pop_front();
    if (!answer) return core::Refuse(answer.error());
    counts_.results += answer->outcomes_size();
    for (int outcome : answer->outcomes()) {
      ++counts_.outcomes[NameOf(static_cast<evidence::v1::ResultOutcome>(outcome))];
    }
    for (const auto& problem : answer->problems()) ++counts_.reasons[problem.reason()];
    return {};
  }

  Connection& connection_;
  ImportCounts& counts_;
  std::deque<std::future<Result<evidence::v1::IngestResultsResponse>>> under_way_;
};

evidence::v1::ScoreStatus StatusOf(oneroster::ScoreStatus status) {
  switch (status) {
    case oneroster::ScoreStatus::kExempt:
      return evidence::v1::SCORE_STATUS_EXEMPT;
    case oneroster::ScoreStatus::kFullyGraded:
      return evidence::v1::SCORE_STATUS_FULLY_GRADED;
    case oneroster::ScoreStatus::kNotSubmitted:
      return evidence::v1::SCORE_STATUS_NOT_SUBMITTED;
    case oneroster::ScoreStatus::kPartiallyGraded:
      return evidence::v1::SCORE_STATUS_PARTIALLY_GRADED;
    case oneroster::ScoreStatus::kSubmitted:
      return evidence::v1::SCORE_STATUS_SUBMITTED;
    case oneroster::ScoreStatus::kUnspecified:
      return evidence::v1::SCORE_STATUS_UNSPECIFIED;
  }
  return evidence::v1::SCORE_STATUS_UNSPECIFIED;
}

}  // namespace

std::string NameOf(evidence::v1::ResultOutcome outcome) {
  std::string name = evidence::v1::ResultOutcome_Name(outcome);
  name = name.substr(std::string("RESULT_OUTCOME_").size());
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c | 0x20; });
  return name;
}

evidence::v1::Result ResultOf(const oneroster::ResultRow& row) {
  evidence::v1::Result result;
  result.set_source_id(row.sourced_id);
  result.set_student(row.student);
  result.set_line_item(row.line_item);
  if (!row.class_id.empty()) result.set_class_id(oneroster::IdOf(row.class_id));
  if (row.score) result.set_score(*row.score);
  result.set_score_status(StatusOf(row.score_status));
  if (row.score_date) result.set_date(core::FormatDate(*row.score_date));
  if (row.modified_at) result.set_modified_at_ms(core::ToMillis(*row.modified_at));
  result.set_retracted(row.retracted());
  return result;
}

Result<void> ImportReferences(oneroster::BundleReader& bundle, const ImportOptions& options,
                              Connection& connection, const oneroster::ProblemSink& problems,
                              ImportCounts& counts) {
  RosterBundle roster([&](const oneroster::BundleProblem& problem) {
    ++counts.problems;
    problems(problem);
  });
  if (auto read = bundle.ReadReferences(roster); !read) return read;
  Sender sender(options, connection, counts);
  sender.SetGroups(&roster.groups);
  if (auto sent = sender.CreateDistrict(roster); !sent) return sent;
  for (const auto& [id, school] : roster.schools) {
    if (auto sent = sender.UpsertSchool(id, school); !sent) return sent;
  }
  for (const auto& [id, school] : roster.schools) {
    if (auto sent = sender.UpdateRoster(id, school); !sent) return sent;
  }
  return sender.DefineAssessments(roster);
}

Result<void> ImportResults(oneroster::ResultsFile results, const ImportOptions& options,
                           Connection& connection, const Progress& progress, ImportCounts& counts) {
  evidence::v1::IngestResultsRequest empty;
  empty.set_district(options.district);
  empty.set_source(options.source);
  evidence::v1::IngestResultsRequest batch = empty;
  Pipeline pipeline(connection, counts);
  oneroster::ResultRow row;
  while (true) {
    auto more = results.Next(row);
    if (!more) return core::Refuse(more.error());
    if (*more) *batch.add_results() = ResultOf(row);
    if (!batch.results().empty() && (!*more || batch.results_size() == kResultsPerCall)) {
      if (auto sent = pipeline.Send(std::exchange(batch, empty)); !sent) return sent;
      progress(counts);
    }
    if (!*more) break;
  }
  return pipeline.Finish();
}

}  // namespace throughline
