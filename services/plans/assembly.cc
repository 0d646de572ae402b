#include "plans/assembly.h"

#include <optional>
#include <utility>

#include "plans/domain/plans_decider.h"
#include "plans/plans_service.h"
#include "plans/rubrics_service.h"
#include "plans/survey_counting.h"
#include "plans/surveys_service.h"
#include "platform/host/hosted_service.h"

namespace throughline::plans {

namespace {

class HostedPlans : public platform::HostedService<PlansDecider, PlansService, RubricsService> {
 public:
  HostedPlans(const platform::ServiceContext& on,
              std::unique_ptr<identities::IdentityStore> key_store, bool counts)
      : HostedService(on),
        keys_(std::move(key_store)),
        surveys_(service(), service().rows(), keys_, on.access) {
    if (counts) counting_.emplace(service(), keys_);
  }
  std::vector<grpc::Service*> calls() override {
    auto calls = HostedService::calls();
    calls.push_back(&surveys_);
    return calls;
  }
  void EndStreams() override {
    if (counting_) counting_->Stop();
  }

 private:
  SurveyKeys keys_;
  SurveysService surveys_;
  std::optional<SurveyCounting> counting_;
};

}  // namespace

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const SurveySetup& surveys) {
  auto keys = surveys.open_keys();
  if (!keys) return core::Refuse(keys.error());
  return std::make_unique<HostedPlans>(on, *std::move(keys), surveys.counts);
}

}  // namespace throughline::plans
