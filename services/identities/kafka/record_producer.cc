#include "identities/kafka/record_producer.h"

#include <algorithm>
#include <atomic>

#include "runtime/errors.h"

namespace throughline::identities {

using core::Result;

namespace {
constexpr int kPollMs = 100;
constexpr char kPatienceMs[] = "30000";
}  // namespace

struct RecordProducer::Batch {
  std::atomic<size_t> left;
  std::atomic<int64_t> last{-1};
  std::atomic<int> error{RD_KAFKA_RESP_ERR_NO_ERROR};
};

Result<std::unique_ptr<RecordProducer>> RecordProducer::Make(
    const runtime::kafka::Settings& settings, runtime::kafka::FatalHandler fatal) {
  std::unique_ptr<RecordProducer> producer(new RecordProducer());
  runtime::kafka::Conf conf(settings);
  conf.Set("enable.idempotence", "true");
  conf.Set("message.timeout.ms", kPatienceMs);
  conf.Set("message.max.bytes", "8388608");
  conf.Set("linger.ms", "0");  // records come in batches already
  conf.Set("socket.nagle.disable", "true");
  rd_kafka_conf_set_dr_msg_cb(conf.raw(), OnDelivery);
  auto client = runtime::kafka::Client::Make(RD_KAFKA_PRODUCER, std::move(conf), std::move(fatal));
  if (!client) return core::Refuse(client.error());
  producer->client_ = *std::move(client);
  return producer;
}

// Every Append has waited for its records: there is nothing under way.
RecordProducer::~RecordProducer() = default;

// A record without a place may never have been written (runtime/kafka/kafka_producer.cc).
void RecordProducer::OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto* batch = static_cast<Batch*>(message->_private);
  auto error = message->err;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && message->offset < 0) {
    error = RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER;
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    batch->last = std::max(batch->last.load(), message->offset);
  } else {
    batch->error = error;
  }
  --batch->left;
}

rd_kafka_resp_err_t RecordProducer::Produce(const std::string& topic, const StoredIdentity& record,
                                            Batch* batch) {
  while (true) {
    void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
    const size_t size = record.value ? record.value->size() : 0;
    const auto error = rd_kafka_producev(
        client_->raw(), RD_KAFKA_V_RKT(client_->Topic(topic)), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_KEY(record.key.data(), record.key.size()), RD_KAFKA_V_VALUE(value, size),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(batch), RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) return error;
    rd_kafka_poll(client_->raw(), kPollMs);
  }
}

Result<int64_t> RecordProducer::Append(const std::string& topic,
                                       const std::vector<StoredIdentity>& records) {
  Batch batch{records.size()};
  for (const StoredIdentity& record : records) {
    const auto error = Produce(topic, record, &batch);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    batch.error = error;
    --batch.left;
  }
  // Reports of others that wait come to whoever polls.
  while (batch.left > 0) rd_kafka_poll(client_->raw(), kPollMs);
  const auto error = static_cast<rd_kafka_resp_err_t>(batch.error.load());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return core::Refuse(runtime::JournalUnavailable(topic + ": " + rd_kafka_err2str(error)));
  }
  return batch.last.load();
}

}  // namespace throughline::identities
