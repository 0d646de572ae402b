// Options for reading the documents of an Ed-Fi instance from Kafka, and what follows
// from it.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gateway/edfi/kafka_batch.h"
#include "gateway/edfi/kafka_credential.h"
#include "gateway/edfi/kafka_documents.h"
#include "gateway/oauth/token_routes.h"
#include "platform/access/access.h"

namespace throughline::gateway::edfi {

struct KafkaOptions {
  std::string brokers;  // empty: nothing is read
  std::vector<std::string> settings;
  std::string topic;
  std::string group = "throughline.edfi";
  std::string district;
  std::string token;  // a file
};

// --edfi-kafka, --edfi-kafka-setting, --edfi-topic, --edfi-group, --edfi-district and --edfi-token.
void AddKafkaOptions(CLI::App& command, KafkaOptions& options);

// What is read, for whom, and with what credential evidence is asked.
struct KafkaIntake {
  KafkaDocumentsOptions documents;
  Destination destination;
  Credential credential;
  runtime::kafka::FatalHandler fatal;
};

// Nothing when no broker is given. `issuer` is the gateway's own, null when it has none; it and the
// clock must outlive the intake. EDFI_OPTION_WRONG with a sentence about the option.
core::Result<std::optional<KafkaIntake>> KafkaIntakeOf(const KafkaOptions& options,
                                                       const platform::Access& access,
                                                       const oauth::TokenIssuer* issuer,
                                                       const runtime::Clock& clock,
                                                       runtime::kafka::FatalHandler fatal);

}  // namespace throughline::gateway::edfi
