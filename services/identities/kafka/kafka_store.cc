#include "identities/kafka/kafka_store.h"

#include <algorithm>

#include "identities/errors.h"
#include "runtime/errors.h"
#include "throughline/identities/v1/identity.pb.h"

namespace throughline::identities {

namespace kafka = runtime::kafka;
using core::Result;

namespace {

constexpr int kAttempts = 20;
constexpr size_t kRingsAtOnce = 1000;
constexpr int kDeleteTimeoutMs = 15'000;
constexpr std::chrono::hours kCompactedAfter(24);

Result<void> DeleteBefore(kafka::Client& client, const std::string& topic, int64_t offset) {
  const kafka::Owned<rd_kafka_topic_partition_list_t> before(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(before.get(), topic.c_str(), 0)->offset = offset;
  rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(before.get());
  rd_kafka_AdminOptions_t* options =
      rd_kafka_AdminOptions_new(client.raw(), RD_KAFKA_ADMIN_OP_DELETERECORDS);
  char why[256];
  rd_kafka_AdminOptions_set_request_timeout(options, kDeleteTimeoutMs, why, sizeof why);
  const kafka::Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client.raw()));
  rd_kafka_DeleteRecords(client.raw(), &request, 1, options, queue.get());
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue.get(), -1);
  std::string failure;
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    failure = rd_kafka_event_error_string(event);
  } else {
    const auto* done =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event));
    if (done->cnt != 1 || done->elems[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      failure = done->cnt == 1 ? rd_kafka_err2str(done->elems[0].err) : "no answer";
    }
  }
  rd_kafka_event_destroy(event);
  rd_kafka_AdminOptions_destroy(options);
  rd_kafka_DeleteRecords_destroy(request);
  if (failure.empty()) return {};
  return core::Refuse(
      runtime::JournalUnavailable(topic + ": older records cannot be deleted: " + failure));
}

}  // namespace

std::vector<kafka::Topic> IdentityTopics(const std::string& prefix) {
  kafka::Topic compacted{prefix + "identities", 1};
  compacted.is_compacted = true;
  compacted.segment = kCompactedAfter;
  kafka::Topic rings{prefix + "identities.keys", 1};
  // A file of its own for each: what is deleted in the middle of one stays on the broker's disk.
  rings.segment = std::chrono::milliseconds(1);
  return {compacted, rings};
}

KafkaIdentityStore::KafkaIdentityStore(KafkaIdentityStoreOptions options)
    : options_(std::move(options)),
      records_topic_(options_.prefix + "identities"),
      keys_topic_(options_.prefix + "identities.keys") {}

Result<std::unique_ptr<KafkaIdentityStore>> KafkaIdentityStore::Open(
    KafkaIdentityStoreOptions options) {
  std::unique_ptr<KafkaIdentityStore> store(new KafkaIdentityStore(std::move(options)));
  const kafka::Settings& settings = store->options_.kafka;
  auto made = kafka::MakeTopics(settings, IdentityTopics(store->options_.prefix));
  if (!made) return core::Refuse(made.error());
  kafka::Conf conf(settings);
  conf.Set("enable.auto.commit", "false");
  conf.Set("enable.auto.offset.store", "false");
  conf.Set("enable.partition.eof", "true");
  conf.Set("auto.offset.reset", "error");
  conf.Set("check.crcs", "true");
  conf.Set("socket.nagle.disable", "true");
  // A partition that is read from elsewhere has to wait for the fetch that is under way.
  conf.Set("fetch.wait.max.ms", "100");
  auto consumer = kafka::Client::Make(RD_KAFKA_CONSUMER, std::move(conf), store->options_.fatal);
  if (!consumer) return core::Refuse(consumer.error());
  store->consumer_ = *std::move(consumer);
  store->records_ = std::make_unique<PartitionReader>(*store->consumer_, store->records_topic_);
  store->rings_ = std::make_unique<PartitionReader>(*store->consumer_, store->keys_topic_);
  auto producer = RecordProducer::Make(settings, store->options_.fatal);
  if (!producer) return core::Refuse(producer.error());
  store->producer_ = *std::move(producer);
  return store;
}

Result<int64_t> KafkaIdentityStore::Put(const std::vector<StoredIdentity>& records) {
  if (records.empty()) return End();
  auto last = producer_->Append(records_topic_, records);
  if (!last) return last;
  return *last + 1;
}

Result<int64_t> KafkaIdentityStore::End() {
  std::lock_guard lock(reading_);
  const auto bounds = producer_->client().Bounds({records_topic_, 0});
  if (!bounds) return core::Refuse(bounds.error());
  return bounds->second;
}

Result<std::vector<StoredIdentity>> KafkaIdentityStore::Read(int64_t position, size_t limit) {
  std::lock_guard lock(reading_);
  const auto bounds = producer_->client().Bounds({records_topic_, 0});
  if (!bounds) return core::Refuse(bounds.error());
  auto messages = records_->Read(std::max(position, bounds->first), bounds->second, limit);
  if (!messages) return core::Refuse(messages.error());
  if (!*messages) {
    return core::Refuse(runtime::JournalUnavailable(records_topic_ + " was cut off at its begin"));
  }
  std::vector<StoredIdentity> records;
  for (const auto& message : **messages) {
    StoredIdentity record;
    record.key.assign(static_cast<const char*>(message->key), message->key_len);
    if (message->payload != nullptr) {
      record.value.emplace(static_cast<const char*>(message->payload), message->len);
    }
    record.position = message->offset;
    records.push_back(std::move(record));
  }
  read_ += static_cast<int64_t>(records.size());
  return records;
}

// What has come in and was not read makes it another one, too.
int64_t KafkaIdentityStore::Version() {
  return read_ + static_cast<int64_t>(records_->Waiting() + rings_->Waiting());
}

Result<std::vector<std::pair<std::string, std::string>>> KafkaIdentityStore::Keys() {
  std::lock_guard lock(keys_mutex_);
  if (auto caught_up = CatchUp(); !caught_up) return core::Refuse(caught_up.error());
  return std::vector<std::pair<std::string, std::string>>(ring_.begin(), ring_.end());
}

Result<void> KafkaIdentityStore::CatchUp() {
  counted_.clear();
  if (auto read = ReadRings(); !read) return read;
  const auto bounds = producer_->client().Bounds({keys_topic_, 0});
  if (!bounds) return core::Refuse(bounds.error());
  if (!has_begun_ || bounds->first >= at_) return {};
  return DeleteBefore(producer_->client(), keys_topic_, at_);
}

Result<void> KafkaIdentityStore::ReadRings() {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto bounds = producer_->client().Bounds({keys_topic_, 0});
    if (!bounds) return core::Refuse(bounds.error());
    if (bounds->first > next_) {
      // Those in between were deleted, when one at the begin had taken their place.
      next_ = bounds->first;
      has_begun_ = false;
    }
    if (next_ >= bounds->second) return {};
    const auto messages = rings_->Read(next_, bounds->second, kRingsAtOnce);
    if (!messages) return core::Refuse(messages.error());
    if (!*messages) continue;
    for (const auto& message : **messages) Take(*message);
  }
  return core::Refuse(runtime::JournalUnavailable(keys_topic_ + " changes all the while"));
}

void KafkaIdentityStore::Take(const rd_kafka_message_t& message) {
  next_ = message.offset + 1;
  ++read_;
  v1::KeyRing ring;
  if (!ring.ParseFromArray(message.payload, static_cast<int>(message.len))) return;
  if (has_begun_ && ring.version() != version_ + 1) return;  // somebody else was first
  has_begun_ = true;
  version_ = ring.version();
  at_ = message.offset;
  counted_.insert(message.offset);
  ring_.clear();
  for (const auto& entry : ring.entries()) ring_[entry.district()] = entry.keys();
}

Result<void> KafkaIdentityStore::ReplaceKeys(const std::string& district,
                                             const std::optional<std::string>& expected,
                                             const std::string& value) {
  std::lock_guard lock(keys_mutex_);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (auto caught_up = CatchUp(); !caught_up) return caught_up;
    const auto found = ring_.find(district);
    const bool as_expected =
        expected ? found != ring_.end() && found->second == *expected : found == ring_.end();
    if (!as_expected) return core::Refuse(KeysReplaced(district));
    v1::KeyRing ring;
    ring.set_version(version_ + 1);
    auto entries = ring_;
    entries[district] = value;
    for (const auto& [name, keys] : entries) {
      auto* entry = ring.add_entries();
      entry->set_district(name);
      entry->set_keys(keys);
    }
    const auto at = producer_->Append(keys_topic_, {{"ring", ring.SerializeAsString(), 0}});
    if (!at) return core::Refuse(at.error());
    if (auto caught_up = CatchUp(); !caught_up) return caught_up;
    // Whoever was next may have deleted it meanwhile.
    const auto now = ring_.find(district);
    if (counted_.contains(*at) || (now != ring_.end() && now->second == value)) return {};
  }
  return core::Refuse(VaultContended(district));
}

}  // namespace throughline::identities
