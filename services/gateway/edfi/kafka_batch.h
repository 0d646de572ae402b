// What is to be asked of evidence for states of documents that came by Kafka. Pure.
//
// A document's source id is its UUID, which names nobody, so that a tombstone is enough to take it
// back; and its version is the time of change, so that evidence itself drops whatever is older than
// what it has, after any restart and whoever read it. The district is one: the Data Management
// Service has one topic for each of its instances.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/edfi/errors.h"
#include "gateway/edfi/kafka_record.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway::edfi {

struct Destination {
  std::string district;
  std::string source = "edfi-dms";
};

// To be asked in this order: definitions, then results.
struct KafkaBatch {
  evidence::v1::DefineAssessmentsRequest definitions;           // may be empty
  std::vector<evidence::v1::IngestResultsRequest> results;      // each within evidence's bounds
  std::vector<std::pair<std::string, Problem>> not_understood;  // by UUID
};

KafkaBatch ToBatch(std::vector<DocumentState> states, const Destination& destination);

}  // namespace throughline::gateway::edfi
