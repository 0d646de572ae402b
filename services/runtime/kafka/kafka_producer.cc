#include "runtime/kafka/kafka_producer.h"

#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"
#include "runtime/kafka/cloud_events.h"

namespace throughline::runtime::kafka {

// Counted down by delivery reports; the last one calls and deletes it. `left` begins at one more
// than the number of records, so that it outlives the loop that produces them.
struct Producer::Batch {
  Done done;
  std::atomic<int64_t> left;
  std::atomic<int64_t> first{INT64_MAX}, end{0};
  std::atomic<int> error{RD_KAFKA_RESP_ERR_NO_ERROR};

  void CountDown(int64_t by, const std::string& topic) {
    if (left.fetch_sub(by) != by) return;
    const auto failed = static_cast<rd_kafka_resp_err_t>(error.load());
    const std::unique_ptr<Batch> last(this);
    Guarded("kafka: a batch's end", [&] {
      if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
        done(Stretch{first.load(), end.load()});
      } else {
        done(core::Refuse(JournalUnavailable(topic + ": " + rd_kafka_err2str(failed))));
      }
    });
  }
};

core::Result<std::unique_ptr<Producer>> Producer::Make(const Settings& settings,
                                                       FatalHandler fatal) {
  std::unique_ptr<Producer> producer(new Producer());
  Conf conf(settings);
  conf.Set("enable.idempotence", "true");
  // A record that timed out would leave a hole before those behind it: rather wait for the brokers.
  conf.Set("message.timeout.ms", "0");
  conf.Set("message.max.bytes", "8388608");
  conf.Set("linger.ms", "0");  // records come in batches already
  conf.Set("socket.nagle.disable", "true");
  conf.Set("partitioner", "murmur2_random");  // partitions are given; foreign tools see the same
  rd_kafka_conf_set_dr_msg_cb(conf.raw(), OnDelivery);
  auto client = Client::Make(RD_KAFKA_PRODUCER, std::move(conf), std::move(fatal), producer.get());
  if (!client) return core::Refuse(client.error());
  producer->client_ = std::move(*client);
  producer->poll_ = std::thread([raw = producer.get()] { raw->Poll(); });
  return producer;
}

Producer::~Producer() {
  if (!client_) return;  // it was never made
  Interrupt();
  stopping_ = true;
  poll_.join();
}

void Producer::Poll() {
  while (!stopping_) rd_kafka_poll(client_->raw(), kPollMs);
  while (rd_kafka_outq_len(client_->raw()) > 0) rd_kafka_poll(client_->raw(), kPollMs);
}

void Producer::Interrupt() {
  interrupted_ = true;
  rd_kafka_purge(client_->raw(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  room_.notify_all();
}

void Producer::Append(const AppendTo& batch, Done done) {
  auto* waiting = new Batch{std::move(done), static_cast<int64_t>(batch.records.size()) + 1};
  int64_t not_produced = 1;
  for (const Record& record : batch.records) {
    // What follows a record that was not produced must not be either.
    if (waiting->error == RD_KAFKA_RESP_ERR_NO_ERROR && Produce(batch, record, waiting)) continue;
    ++not_produced;
  }
  waiting->CountDown(not_produced, batch.to.topic);
}

bool Producer::Produce(const AppendTo& batch, const Record& record, Batch* waiting) {
  auto envelope = ParseEnvelope(record);
  const Headers headers = envelope ? ToHeaders(batch.to, *envelope) : Headers();
  const std::string key = envelope ? envelope->subject() : "";
  while (true) {
    if (interrupted_) {
      waiting->error = RD_KAFKA_RESP_ERR__PURGE_QUEUE;
      return false;
    }
    Owned<rd_kafka_headers_t> raw(rd_kafka_headers_new(headers.size()));
    for (const auto& [name, value] : headers) {
      rd_kafka_header_add(raw.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                          static_cast<ssize_t>(value.size()));
    }
    const auto error = rd_kafka_producev(
        client_->raw(), RD_KAFKA_V_RKT(client_->Topic(batch.to.topic)),
        RD_KAFKA_V_PARTITION(batch.to.partition), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
        RD_KAFKA_V_HEADERS(raw.get()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_OPAQUE(waiting), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      static_cast<void>(raw.release());  // the record has them now
      return true;
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      waiting->error = error;
      return false;
    }
    std::unique_lock lock(room_mutex_);
    room_.wait_for(lock, std::chrono::milliseconds(kPollMs));
  }
}

// What a broker takes for a duplicate that it no longer remembers is reported as delivered, at no
// place. It may never have been written: the broker says the same when a record was refused at
// first and one behind it was taken. librdkafka counts on from -1 for the records that went
// together.
bool Producer::IsPlaceKnown(const rd_kafka_message_t& message) {
  const std::pair of(message.rkt, message.partition);
  const auto last = unplaced_.find(of);
  const bool goes_on = last != unplaced_.end() && message.offset == last->second + 1;
  if (message.offset < 0 || goes_on) {
    unplaced_[of] = message.offset;
    return false;
  }
  if (last != unplaced_.end()) unplaced_.erase(last);
  return true;
}

void Producer::OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto* waiting = static_cast<Batch*>(message->_private);
  auto* producer = static_cast<Producer*>(static_cast<Client*>(opaque)->owner());
  auto error = message->err;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && !producer->IsPlaceKnown(*message)) {
    error = RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER;
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    // Reports come from this thread only.
    waiting->first = std::min(waiting->first.load(), message->offset);
    waiting->end = std::max(waiting->end.load(), message->offset + 1);
  } else {
    int none = RD_KAFKA_RESP_ERR_NO_ERROR;
    waiting->error.compare_exchange_strong(none, error);
  }
  waiting->CountDown(1, rd_kafka_topic_name(message->rkt));
  producer->room_.notify_all();
}

}  // namespace throughline::runtime::kafka
