#include "gateway/kafka_trail.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <future>

#include "audit/opening.h"
#include "platform/host/service_program.h"
#include "runtime/audit_topic.h"
#include "runtime/kafka/topics.h"

namespace throughline::gateway {

namespace {
constexpr std::chrono::seconds kPatience(2);
}

void AddTrailOptions(CLI::App& command, platform::ServingOptions& options) {
  CLI::Option_group& group = *command.add_option_group("The audit trail");
  group
      .add_option("--kafka", options.kafka,
                  "Kafka's brokers, where the services keep the audit trail: host:port, more after "
                  "commas. Without them what the gateway itself refuses is in its log only")
      ->type_name("ADDRESSES");
  group
      .add_option("--kafka-setting", options.kafka_settings,
                  "A property of librdkafka, such as security.protocol=SASL_SSL; may be repeated")
      ->type_name("NAME=VALUE")
      ->delimiter(';');
}

core::Result<std::unique_ptr<KafkaTrail>> KafkaTrail::Open(const platform::ServingOptions& options,
                                                           platform::Access& access,
                                                           const runtime::Clock& clock) {
  if (options.kafka.empty()) {
    spdlog::warn("without --kafka, what the gateway itself refuses is not in the audit trail");
    return nullptr;
  }
  auto settings = platform::KafkaSettingsOf(options);
  if (!settings) return core::Refuse(settings.error());
  const std::vector<runtime::kafka::Topic> topics = {{runtime::kAuditTopic, 1}};
  if (auto made = runtime::kafka::MakeTopics(*settings, topics); !made) {
    return core::Refuse(made.error());
  }
  auto log = runtime::kafka::KafkaLog::Open(*settings, platform::EndProcess);
  if (!log) return core::Refuse(log.error());
  std::unique_ptr<KafkaTrail> trail(new KafkaTrail(std::move(*log)));
  auto audit = audit::OpenTrail("gateway", /*key=*/"")(*trail->log_, clock);
  if (!audit) return core::Refuse(audit.error());
  trail->audit_ = std::move(*audit);
  access.RecordOn(*trail->audit_);
  return trail;
}

KafkaTrail::~KafkaTrail() {
  auto written = std::async(std::launch::async, [this] { audit_.reset(); });
  if (written.wait_for(kPatience) != std::future_status::ready) log_->Interrupt();
  written.wait();
}

}  // namespace throughline::gateway
