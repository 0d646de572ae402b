#include "plans/kafka_survey_keys.h"

#include <utility>

#include "identities/kafka/kafka_store.h"
#include "platform/host/service_program.h"

namespace throughline::plans {

SurveySetup SurveysOn(const platform::ServingOptions& options) {
  using Opened = core::Result<std::unique_ptr<identities::IdentityStore>>;
  return {.open_keys = [options]() -> Opened {
    auto kafka = platform::KafkaSettingsOf(options);
    if (!kafka) return core::Refuse(kafka.error());
    auto store = identities::KafkaIdentityStore::Open(
        {.kafka = *std::move(kafka), .fatal = platform::EndProcess, .prefix = "surveys."});
    if (!store) return core::Refuse(store.error());
    return *std::move(store);
  }};
}

}  // namespace throughline::plans
