#include "gateway/edfi/kafka_delivery.h"

#include <spdlog/spdlog.h>

#include <future>
#include <utility>

#include "runtime/grpc/calls.h"

namespace throughline::gateway::edfi {

namespace v1 = evidence::v1;

namespace {

constexpr char kIngest[] = "throughline.evidence.v1.EvidenceService.IngestResults";
constexpr char kDefine[] = "throughline.evidence.v1.EvidenceService.DefineAssessments";
constexpr std::chrono::seconds kAnswerWithin(30);

class Delivery {
 public:
  Delivery(UnaryCalls& calls, std::string authorization, Destination destination)
      : calls_(calls),
        authorization_(std::move(authorization)),
        destination_(std::move(destination)) {}

  core::Result<bool> operator()(std::vector<DocumentState> states) const {
    const KafkaBatch batch = ToBatch(std::move(states), destination_);
    for (const auto& [uuid, problem] : batch.not_understood) {
      for (const auto& [path, what] : problem.validation_errors) {
        spdlog::warn("ed-fi document {} is left behind: {} {}", uuid, path, what.front());
      }
    }
    if (!batch.definitions.assessments().empty()) {
      if (auto done = Define(batch.definitions); !done) return done;
    }
    for (const v1::IngestResultsRequest& request : batch.results) {
      if (auto done = Call(kIngest, request.SerializeAsString()); !done) return done;
    }
    return true;
  }

 private:
  // All at once; when one is refused, each for itself.
  core::Result<bool> Define(const v1::DefineAssessmentsRequest& all) const {
    auto done = Call(kDefine, all.SerializeAsString());
    if (done && !*done && all.assessments_size() > 1) {
      for (const v1::Assessment& assessment : all.assessments()) {
        v1::DefineAssessmentsRequest one = all;
        one.clear_assessments();
        *one.add_assessments() = assessment;
        if (auto single = Call(kDefine, one.SerializeAsString()); !single) return single;
      }
    }
    return done;
  }

  // False: refused for good.
  core::Result<bool> Call(const char* method, std::string request) const {
    std::promise<UnaryAnswer> answered;
    UnaryCall call{method, std::move(request), authorization_,
                   std::chrono::system_clock::now() + kAnswerWithin};
    calls_.Start(std::move(call),
                 [&](UnaryAnswer answer) { answered.set_value(std::move(answer)); });
    const UnaryAnswer answer = answered.get_future().get();
    if (answer.status.ok()) return true;
    const core::Error error = runtime::FromStatus(answer.status);
    if (error.code != core::Code::kInvalidArgument &&
        error.code != core::Code::kFailedPrecondition) {
      return core::Refuse(error);
    }
    spdlog::warn("ed-fi documents: evidence refuses {}: {}", error.reason, error.message);
    return false;
  }

  UnaryCalls& calls_;
  const std::string authorization_;
  const Destination destination_;
};

}  // namespace

KafkaDocuments::Deliver DeliverTo(UnaryCalls& calls, std::string authorization,
                                  Destination destination) {
  return Delivery(calls, std::move(authorization), std::move(destination));
}

}  // namespace throughline::gateway::edfi
