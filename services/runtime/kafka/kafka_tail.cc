#include "runtime/kafka/kafka_tail.h"

#include <spdlog/spdlog.h>

#include <set>

#include "runtime/errors.h"
#include "runtime/guarded.h"

namespace throughline::runtime::kafka {

using core::Result;
using std::chrono::steady_clock;

namespace {

constexpr size_t kBytesAtMost = 512 << 10;  // of a partition
constexpr std::chrono::seconds kUnusedAtMost(60);
constexpr std::chrono::seconds kSweep(10);
constexpr int kMessagesAtOnce = 1000;

}  // namespace

Result<std::unique_ptr<Tail>> Tail::Make(const Settings& settings, FatalHandler fatal,
                                         std::function<void(const TopicPartition&)> on_appended) {
  std::unique_ptr<Tail> tail(new Tail(std::move(on_appended)));
  Conf conf(settings);
  conf.Set("enable.auto.commit", "false");
  conf.Set("enable.auto.offset.store", "false");
  conf.Set("auto.offset.reset", "error");
  conf.Set("check.crcs", "true");
  conf.Set("socket.nagle.disable", "true");
  // A partition that is followed newly has to wait for the fetch that is under way.
  conf.Set("fetch.wait.max.ms", "250");
  auto client = Client::Make(RD_KAFKA_CONSUMER, std::move(conf), std::move(fatal));
  if (!client) return core::Refuse(client.error());
  tail->client_ = std::move(*client);
  tail->queue_.reset(rd_kafka_queue_new(tail->client_->raw()));
  tail->fetch_ = std::thread([raw = tail.get()] { raw->Fetch(); });
  return tail;
}

Tail::~Tail() {
  Interrupt();
  if (fetch_.joinable()) fetch_.join();
  for (auto& [of, place] : places_) Stop(of, *place);
}

void Tail::Interrupt() {
  stopping_ = true;
  std::shared_lock lock(mutex_);
  for (auto& [of, place] : places_) place->came.notify_all();
}

std::shared_ptr<Tail::Place> Tail::Find(const TopicPartition& of) {
  std::shared_lock lock(mutex_);
  auto found = places_.find(of);
  return found == places_.end() ? nullptr : found->second;
}

Result<std::shared_ptr<Tail::Place>> Tail::Follow(const TopicPartition& of) {
  std::shared_ptr<Place> place = Find(of);
  if (!place) {
    std::unique_lock lock(mutex_);
    auto& made = places_[of];
    if (!made) made = std::make_shared<Place>();
    place = made;
  }
  const auto used = [&] {
    std::lock_guard lock(place->mutex);
    place->used = steady_clock::now();
    return place->started;
  };
  if (used()) return place;
  std::lock_guard starting(place->starting);
  if (used()) return place;
  if (auto started = Start(of, *place); !started) return core::Refuse(started.error());
  return place;
}

Result<void> Tail::Start(const TopicPartition& of, Place& place) {
  if (stopping_) return core::Refuse(JournalUnavailable("it is being closed"));
  auto bounds = client_->Bounds(of);
  if (!bounds) return core::Refuse(bounds.error());
  {
    std::lock_guard lock(place.mutex);
    place.end = place.known = bounds->second;
    place.started = true;
  }
  if (rd_kafka_consume_start_queue(client_->Topic(of.topic), of.partition, bounds->second,
                                   queue_.get()) == 0) {
    return {};
  }
  std::lock_guard lock(place.mutex);
  place.started = false;
  return core::Refuse(
      JournalUnavailable(of.topic + ": " + rd_kafka_err2str(rd_kafka_last_error())));
}

Result<int64_t> Tail::End(const TopicPartition& of) {
  auto place = Follow(of);
  if (!place) return core::Refuse(place.error());
  std::lock_guard lock((*place)->mutex);
  return (*place)->known;
}

Result<std::vector<StoredRecord>> Tail::Read(const TopicPartition& from, int64_t offset,
                                             size_t max_records, size_t max_bytes,
                                             std::optional<int64_t>& missing) {
  auto followed = Follow(from);
  if (!followed) return core::Refuse(followed.error());
  Place& place = **followed;
  std::vector<StoredRecord> records;
  std::unique_lock lock(place.mutex);
  if (offset >= place.known) return records;
  // Known to be there, and on its way.
  const bool came = place.came.wait_for(
      lock, kRecordPatience, [&] { return offset < place.end || !place.started || stopping_; });
  if (!came || stopping_ || !place.started) {
    return core::Refuse(JournalUnavailable(from.topic + " gave no records"));
  }
  const int64_t begin = place.end - static_cast<int64_t>(place.records.size());
  if (offset < begin) {
    missing = begin;
    return records;
  }
  size_t bytes = 0;
  for (size_t i = static_cast<size_t>(offset - begin); i < place.records.size(); ++i) {
    const StoredRecord& stored = place.records[i];
    bytes += stored.record.headers.size() + stored.record.value.size();
    if (!records.empty() && (records.size() >= max_records || bytes > max_bytes)) break;
    records.push_back(stored);
  }
  return records;
}

void Tail::Remember(Place& place, StoredRecord stored) {
  place.bytes += stored.record.headers.size() + stored.record.value.size();
  place.end = stored.offset + 1;
  place.known = std::max(place.known, place.end);
  place.records.push_back(std::move(stored));
  while (place.bytes > kBytesAtMost && place.records.size() > 1) {
    const Record& oldest = place.records.front().record;
    place.bytes -= oldest.headers.size() + oldest.value.size();
    place.records.pop_front();
  }
}

void Tail::Appended(const AppendTo& batch, const Stretch& at) {
  std::shared_ptr<Place> place = Find(batch.to);
  if (place) {
    std::lock_guard lock(place->mutex);
    if (place->started) {
      // Only what follows what is here, and has nobody else's records in between: whatever else
      // there is, is still to be fetched.
      const auto count = static_cast<int64_t>(batch.records.size());
      if (place->end == at.first && at.end - at.first == count) {
        int64_t offset = at.first;
        for (const Record& record : batch.records) Remember(*place, {offset++, record});
        place->came.notify_all();
      }
      place->known = std::max(place->known, at.end);
    }
  }
}

void Tail::Expect(const TopicPartition& of, int64_t end) {
  std::shared_ptr<Place> place = Find(of);
  if (!place) return;
  {
    std::lock_guard lock(place->mutex);
    if (!place->started || place->known >= end) return;
    place->known = end;
  }
  on_appended_(of);
}

void Tail::Fetch() {
  swept_ = steady_clock::now();
  while (!stopping_) Guarded("kafka: following", [this] { FetchSome(); });
}

void Tail::FetchSome() {
  std::set<TopicPartition> changed;
  int timeout = kPollMs;
  for (int i = 0; i < kMessagesAtOnce; ++i, timeout = 0) {
    Owned<rd_kafka_message_t> message(rd_kafka_consume_queue(queue_.get(), timeout));
    if (!message) break;
    TopicPartition at;
    if (Take(*message, at)) changed.insert(std::move(at));
  }
  for (const TopicPartition& at : changed) on_appended_(at);
  rd_kafka_poll(client_->raw(), 0);
  if (steady_clock::now() - swept_ > kSweep) {
    swept_ = steady_clock::now();
    ForgetUnused();
  }
}

// True: there is something new.
bool Tail::Take(rd_kafka_message_t& message, TopicPartition& at) {
  if (message.rkt == nullptr) return false;
  at = {rd_kafka_topic_name(message.rkt), message.partition};
  std::shared_ptr<Place> place = Find(at);
  if (!place) return false;
  std::unique_lock lock(place->mutex);
  if (!place->started) return false;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return false;
    spdlog::warn("kafka: following {}.{}: {}", at.topic, at.partition,
                 rd_kafka_message_errstr(&message));
    if (message.err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) return false;
    // The log is not what it was: the next user has to look up its end again.
    lock.unlock();
    Stop(at, *place);
    return true;
  }
  if (message.offset < place->end) return false;  // appended by this process, or an old fetch
  if (message.offset > place->end) {
    place->records.clear();
    place->bytes = 0;
  }
  Remember(*place, ToStored(message));
  place->came.notify_all();
  return true;
}

void Tail::Stop(const TopicPartition& of, Place& place) {
  std::lock_guard starting(place.starting);
  {
    std::lock_guard lock(place.mutex);
    if (!place.started) return;
    place.started = false;
    place.records.clear();
    place.bytes = 0;
    place.came.notify_all();
  }
  rd_kafka_consume_stop(client_->Topic(of.topic), of.partition);
}

void Tail::ForgetUnused() {
  std::vector<std::pair<TopicPartition, std::shared_ptr<Place>>> places;
  {
    std::shared_lock lock(mutex_);
    places.assign(places_.begin(), places_.end());
  }
  for (auto& [of, place] : places) {
    bool unused = false;
    {
      std::lock_guard lock(place->mutex);
      unused = steady_clock::now() - place->used > kUnusedAtMost;
    }
    if (unused) Stop(of, *place);
  }
}

}  // namespace throughline::runtime::kafka
