// Asks evidence for what came by Kafka (kafka_batch.h), and waits for its answers.
#pragma once

#include <string>

#include "gateway/calls.h"
#include "gateway/edfi/kafka_batch.h"
#include "gateway/edfi/kafka_documents.h"

namespace throughline::gateway::edfi {

// `authorization` is the header with the credential of an integration, as it goes with every call;
// empty where nobody needs one. `calls` must outlive it. What evidence refuses for what it says, as
// a scale that changed, is logged and left behind; every other refusal is an error, to be tried
// again.
KafkaDocuments::Deliver DeliverTo(UnaryCalls& calls, std::string authorization,
                                  Destination destination);

}  // namespace throughline::gateway::edfi
