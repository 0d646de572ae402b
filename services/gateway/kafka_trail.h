// The audit trail of a gateway that is a program of its own: on Kafka, beside that of the services.
// It signs nothing: the key is no business of the process that strangers reach.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "core/result.h"
#include "platform/access/access.h"
#include "platform/host/serving_options.h"
#include "runtime/kafka/kafka_log.h"

namespace throughline::gateway {

// --kafka and --kafka-setting.
void AddTrailOptions(CLI::App& command, platform::ServingOptions& options);

class KafkaTrail {
 public:
  // Puts on record what `access` refuses; null without --kafka, and then only the program's log
  // says so. `access` and `clock` must outlive it, and nobody may be let in when it is destroyed.
  static core::Result<std::unique_ptr<KafkaTrail>> Open(const platform::ServingOptions& options,
                                                        platform::Access& access,
                                                        const runtime::Clock& clock);
  // Ends in two seconds, whatever hangs.
  ~KafkaTrail();

  platform::Audit& audit() { return *audit_; }
  runtime::Log& log() { return *log_; }

 private:
  explicit KafkaTrail(std::unique_ptr<runtime::kafka::KafkaLog> log) : log_(std::move(log)) {}

  std::unique_ptr<runtime::kafka::KafkaLog> log_;
  std::unique_ptr<platform::Audit> audit_;
};

}  // namespace throughline::gateway
