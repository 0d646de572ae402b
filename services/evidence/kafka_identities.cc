#include "evidence/kafka_identities.h"

#include <utility>

#include "identities/kafka/kafka_store.h"
#include "platform/host/service_program.h"

namespace throughline::evidence {

IdentitySetup IdentitiesOn(const platform::ServingOptions& options,
                           const std::filesystem::path& key) {
  using Opened = core::Result<std::unique_ptr<identities::IdentityStore>>;
  return {.key = key, .open_store = [options]() -> Opened {
            auto kafka = platform::KafkaSettingsOf(options);
            if (!kafka) return core::Refuse(kafka.error());
            auto store = identities::KafkaIdentityStore::Open(
                {.kafka = *std::move(kafka), .fatal = platform::EndProcess});
            if (!store) return core::Refuse(store.error());
            return *std::move(store);
          }};
}

}  // namespace throughline::evidence
