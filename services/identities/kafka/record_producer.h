// Appends records with keys, and records without a value, to the one partition of a topic:
// idempotent, acknowledged by all in-sync replicas. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "identities/identity_store.h"
#include "runtime/kafka/kafka_client.h"

namespace throughline::identities {

class RecordProducer {
 public:
  static core::Result<std::unique_ptr<RecordProducer>> Make(
      const runtime::kafka::Settings& settings, runtime::kafka::FatalHandler fatal);
  ~RecordProducer();

  // Returns the offset of the last of them, when all are there. JOURNAL_UNAVAILABLE when one is not
  // known to be there; some of them may be.
  core::Result<int64_t> Append(const std::string& topic,
                               const std::vector<StoredIdentity>& records);
  // For questions: a consumer's would wait behind the fetch that is under way.
  runtime::kafka::Client& client() { return *client_; }

 private:
  struct Batch;
  RecordProducer() = default;
  static void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);
  rd_kafka_resp_err_t Produce(const std::string& topic, const StoredIdentity& record, Batch* batch);

  std::unique_ptr<runtime::kafka::Client> client_;
};

}  // namespace throughline::identities
