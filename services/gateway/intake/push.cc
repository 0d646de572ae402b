#include "gateway/intake/push.h"

#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway {

namespace v1 = evidence::v1;

namespace {

constexpr int kResultsPerCall = 500;  // of evidence
constexpr std::string_view kIngest = "throughline.evidence.v1.EvidenceService.IngestResults";

void Take(const v1::IngestResultsResponse& answer, const std::vector<size_t>& places,
          std::vector<ItemOutcome>& outcomes) {
  for (int i = 0; i < answer.outcomes_size(); ++i) {
    outcomes[places[i]].outcome = answer.outcomes(i);
  }
  for (const v1::ResultProblem& problem : answer.problems()) {
    outcomes[places[problem.index()]].problem = {core::Code::kInvalidArgument, problem.reason(),
                                                 problem.message(), problem.field()};
  }
}

}  // namespace

http::Task<core::Result<std::vector<ItemOutcome>>> Push(UnaryCalls& calls, const Caller& caller,
                                                        const Pushed& pushed,
                                                        std::string_view request_id) {
  std::vector<ItemOutcome> outcomes(pushed.items.size());
  size_t at = 0;
  for (int part = 0; at < pushed.items.size(); ++part) {
    v1::IngestResultsRequest request;
    request.set_district(caller.district);
    request.set_source(pushed.source);
    if (!request_id.empty()) {
      request.set_request_id(std::string(request_id) + "/" + std::to_string(part));
    }
    std::vector<size_t> places;
    for (; at < pushed.items.size() && request.results_size() < kResultsPerCall; ++at) {
      const auto& item = pushed.items[at];
      if (!item) {
        outcomes[at].problem = item.error();
        continue;
      }
      places.push_back(at);
      *request.add_results() = *item;
    }
    if (places.empty()) break;
    const core::Result<v1::IngestResultsResponse> answer =
        co_await Ask<v1::IngestResultsResponse>(calls, caller, kIngest, request);
    if (!answer) co_return core::Refuse(answer.error());
    Take(*answer, places, outcomes);
  }
  co_return outcomes;
}

}  // namespace throughline::gateway
