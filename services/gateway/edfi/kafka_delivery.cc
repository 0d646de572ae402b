#include "gateway/edfi/kafka_delivery.h"

#include <spdlog/spdlog.h>

#include <future>
#include <memory>
#include <utility>

#include "platform/grpc/calls.h"

namespace throughline::gateway::edfi {

namespace v1 = evidence::v1;

namespace {

constexpr char kIngest[] = "throughline.evidence.v1.EvidenceService.IngestResults";
constexpr char kDefine[] = "throughline.evidence.v1.EvidenceService.DefineAssessments";
constexpr std::chrono::seconds kAnswerWithin(30);
constexpr int kAssessmentsAtMost = 1000;  // in one request, as evidence takes them
constexpr std::chrono::milliseconds kLookAfter(50);

core::Error Stopping() { return {core::Code::kUnavailable, "STOPPING", "The process ends.", ""}; }

class Delivery {
 public:
  Delivery(UnaryCalls& calls, Credential credential, Destination destination)
      : calls_(calls), credential_(std::move(credential)), destination_(std::move(destination)) {}

  core::Result<int64_t> operator()(std::vector<DocumentState> states,
                                   const std::atomic<bool>& stopping) {
    const KafkaBatch batch = ToBatch(std::move(states), destination_);
    auto unusable = static_cast<int64_t>(batch.not_understood.size());
    for (const v1::DefineAssessmentsRequest& request : DefinitionsOf(batch)) {
      const auto refused = Define(request, stopping);
      if (!refused) return refused;
      unusable += *refused;
    }
    for (const v1::IngestResultsRequest& request : batch.results) {
      const auto taken = Call(kIngest, request.SerializeAsString(), stopping);
      if (!taken) return core::Refuse(taken.error());
      if (!*taken) unusable += request.results_size();
    }
    for (const auto& [uuid, problem] : batch.not_understood) {
      for (const auto& [path, what] : problem.validation_errors) {
        spdlog::warn("ed-fi document {} is left behind: {} {}", uuid, path, what.front());
      }
    }
    return unusable;
  }

 private:
  // Within evidence's bounds.
  static std::vector<v1::DefineAssessmentsRequest> DefinitionsOf(const KafkaBatch& batch) {
    std::vector<v1::DefineAssessmentsRequest> requests;
    for (const v1::Assessment& assessment : batch.definitions.assessments()) {
      if (requests.empty() || requests.back().assessments_size() == kAssessmentsAtMost) {
        v1::DefineAssessmentsRequest& request = requests.emplace_back();
        request = batch.definitions;
        request.clear_assessments();
      }
      *requests.back().add_assessments() = assessment;
    }
    return requests;
  }

  // All at once; when one is refused, each for itself. How many are refused.
  core::Result<int64_t> Define(const v1::DefineAssessmentsRequest& all,
                               const std::atomic<bool>& stopping) {
    const auto taken = Call(kDefine, all.SerializeAsString(), stopping);
    if (!taken) return core::Refuse(taken.error());
    if (*taken || all.assessments_size() == 1) return *taken ? 0 : 1;
    int64_t refused = 0;
    for (const v1::Assessment& assessment : all.assessments()) {
      v1::DefineAssessmentsRequest one = all;
      one.clear_assessments();
      *one.add_assessments() = assessment;
      const auto single = Call(kDefine, one.SerializeAsString(), stopping);
      if (!single) return core::Refuse(single.error());
      if (!*single) ++refused;
    }
    return refused;
  }

  // False: refused for good.
  core::Result<bool> Call(const char* method, std::string request,
                          const std::atomic<bool>& stopping) {
    auto header = credential_();
    if (!header) return core::Refuse(header.error());
    // Not this call's own: it may be left alone.
    const auto answered = std::make_shared<std::promise<UnaryAnswer>>();
    UnaryCall call{method, std::move(request), *std::move(header),
                   std::chrono::system_clock::now() + kAnswerWithin};
    auto coming = answered->get_future();
    calls_.Start(std::move(call),
                 [answered](UnaryAnswer answer) { answered->set_value(std::move(answer)); });
    while (coming.wait_for(kLookAfter) != std::future_status::ready) {
      if (stopping) return core::Refuse(Stopping());
    }
    const UnaryAnswer answer = coming.get();
    if (answer.status.ok()) return true;
    const core::Error error = platform::FromStatus(answer.status);
    if (error.code != core::Code::kInvalidArgument &&
        error.code != core::Code::kFailedPrecondition) {
      return core::Refuse(error);
    }
    spdlog::warn("ed-fi documents: evidence refuses {}: {}", error.reason, error.message);
    return false;
  }

  UnaryCalls& calls_;
  Credential credential_;
  const Destination destination_;
};

}  // namespace

KafkaDocuments::Deliver DeliverTo(UnaryCalls& calls, Credential credential,
                                  Destination destination) {
  return Delivery(calls, std::move(credential), std::move(destination));
}

}  // namespace throughline::gateway::edfi
