#include "gateway/edfi/kafka_batch.h"

#include <iterator>

#include "gateway/edfi/assessment.h"
#include "gateway/edfi/student_assessment.h"

namespace throughline::gateway::edfi {

using evidence::v1::IngestResultsRequest;
using evidence::v1::Result;

namespace {

// A version as the time of change that orders results: a contentVersion counts, and is taken as it
// is; microseconds since the epoch become milliseconds.
int64_t ModifiedAt(int64_t version) {
  constexpr int64_t kFirstMicros = 100'000'000'000'000;  // of 1973; in milliseconds the year 5138
  return version < kFirstMicros ? version : version / 1000;
}

// Below the 500 of evidence: what is taken back may be of several parts.
constexpr int kResultsAtMost = 450;

// Gathers the documents' results into requests.
class Requests {
 public:
  explicit Requests(const Destination& to) : to_(to) {}

  void Add(std::vector<Result> results) {
    const auto more = static_cast<int>(results.size());
    if (all_.empty() || all_.back().results_size() + more > kResultsAtMost) {
      IngestResultsRequest& request = all_.emplace_back();
      request.set_district(to_.district);
      request.set_source(to_.source);
    }
    for (Result& result : results) *all_.back().add_results() = std::move(result);
  }
  std::vector<IngestResultsRequest> Take() { return std::move(all_); }

 private:
  const Destination& to_;
  std::vector<IngestResultsRequest> all_;
};

Result TakenBack(const DocumentState& state) {
  Result result;
  result.set_source_id(state.uuid);
  result.set_modified_at_ms(ModifiedAt(state.version));
  result.set_retracted(true);
  return result;
}

void AddDefinitions(const DocumentState& state, KafkaBatch& batch) {
  auto read = state.resource == "Assessment" ? ReadAssessment(state.document)
                                             : ReadObjectiveAssessment(state.document);
  if (!read) {
    batch.not_understood.emplace_back(state.uuid, std::move(read.error()));
    return;
  }
  for (auto& assessment : read->assessments) {
    *batch.definitions.add_assessments() = std::move(assessment);
  }
}

void AddResults(const DocumentState& state, Requests& requests, KafkaBatch& batch) {
  auto read = ReadStudentAssessment(state.document);
  if (!read) {
    batch.not_understood.emplace_back(state.uuid, std::move(read.error()));
    return;
  }
  for (Result& result : read->results) {
    result.set_source_id(state.uuid);
    result.set_modified_at_ms(ModifiedAt(state.version));
  }
  requests.Add(std::move(read->results));
}

}  // namespace

KafkaBatch ToBatch(std::vector<DocumentState> states, const Destination& destination) {
  KafkaBatch batch;
  batch.definitions.set_district(destination.district);
  batch.definitions.set_keep_kind_and_indicators(true);
  batch.definitions.set_keep_unsaid(true);
  Requests requests(destination);
  for (const DocumentState& state : KeepNewest(std::move(states))) {
    if (state.what == DocumentState::What::kDeleted) {
      // A tombstone does not say of what: what is no result is not found by evidence.
      const bool perhaps = state.resource.empty() || state.resource == "StudentAssessment";
      if (perhaps) requests.Add({TakenBack(state)});
    } else if (state.resource == "StudentAssessment") {
      AddResults(state, requests, batch);
    } else if (state.resource == "Assessment" || state.resource == "ObjectiveAssessment") {
      AddDefinitions(state, batch);
    }
  }
  batch.results = requests.Take();
  return batch;
}

}  // namespace throughline::gateway::edfi
