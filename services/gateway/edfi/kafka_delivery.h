// Asks evidence for what came by Kafka (kafka_batch.h), and waits for its answers.
#pragma once

#include <string>

#include "gateway/door/calls.h"
#include "gateway/edfi/kafka_batch.h"
#include "gateway/edfi/kafka_credential.h"
#include "gateway/edfi/kafka_documents.h"

namespace throughline::gateway::edfi {

// `calls` must outlive it. What evidence refuses for what it says, as a scale that changed, is
// logged and left behind; every other refusal, such as of a credential or because the district is
// not there yet, is an error, to be tried again.
KafkaDocuments::Deliver DeliverTo(UnaryCalls& calls, Credential credential,
                                  Destination destination);

}  // namespace throughline::gateway::edfi
