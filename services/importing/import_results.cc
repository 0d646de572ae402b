#include <cctype>
#include <deque>
#include <future>

#include "importing/importer.h"
#include "importing/request_ids.h"
#include "oneroster/conventions.h"

namespace throughline::importing {

using core::Result;

namespace {

constexpr int kResultsPerCall = 500;
constexpr size_t kCallsUnderWay = 8;

// Batches under way, each waited for by a thread of its own; the oldest is waited for when there
// are many.
class Pipeline {
 public:
  Pipeline(const Services& services, ImportCounts& counts) : services_(services), counts_(counts) {}
  ~Pipeline() {
    for (auto& answer : under_way_) answer.wait();
  }

  // The request has its id.
  Result<void> Send(evidence::v1::IngestResultsRequest request) {
    if (under_way_.size() >= kCallsUnderWay) {
      if (auto taken = TakeOldest(); !taken) return taken;
    }
    under_way_.push_back(std::async(std::launch::async, [this, request = std::move(request)] {
      return Call(services_.evidence, &evidence::v1::EvidenceService::Stub::IngestResults, request,
                  services_.terms);
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
    for (const int outcome : answer->outcomes()) {
      ++counts_.outcomes[NameOf(static_cast<evidence::v1::ResultOutcome>(outcome))];
    }
    for (const auto& problem : answer->problems()) ++counts_.reasons[problem.reason()];
    return {};
  }

  const Services& services_;
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
  constexpr std::string_view kPrefix = "RESULT_OUTCOME_";
  std::string name = evidence::v1::ResultOutcome_Name(outcome);
  if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name.empty() ? std::to_string(outcome) : name;
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

Result<void> ImportResults(oneroster::ResultsFile results, const ImportOptions& options,
                           const Services& services, const Progress& progress,
                           ImportCounts& counts) {
  evidence::v1::IngestResultsRequest empty;
  empty.set_district(options.district);
  empty.set_source(options.source);
  evidence::v1::IngestResultsRequest batch = empty;
  Pipeline pipeline(services, counts);
  oneroster::ResultRow row;
  int64_t batches = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto took = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  while (true) {
    auto more = results.Next(row);
    if (!more) return core::Refuse(more.error());
    if (*more) *batch.add_results() = ResultOf(row);
    if (!batch.results().empty() && (!*more || batch.results_size() == kResultsPerCall)) {
      // The same batch twice in a file is two batches, of which the second says nothing new.
      Identify({options.occasion, counts.references, std::to_string(batches++)}, batch);
      if (auto sent = pipeline.Send(std::exchange(batch, empty)); !sent) return sent;
      counts.seconds = took();
      if (progress) progress(counts);
    }
    if (!*more) break;
  }
  auto finished = pipeline.Finish();
  counts.seconds = took();
  return finished;
}

}  // namespace throughline::importing
