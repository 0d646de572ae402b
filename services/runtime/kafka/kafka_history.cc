#include "runtime/kafka/kafka_history.h"

#include <spdlog/spdlog.h>

#include "runtime/errors.h"

namespace throughline::runtime::kafka {

using core::Result;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kIdleAtMost(10);
constexpr int kSeekMs = 5000;

}  // namespace

Result<std::unique_ptr<History>> History::Make(const Settings& settings, FatalHandler fatal) {
  std::unique_ptr<History> history(new History());
  Conf conf(settings);
  conf.Set("enable.auto.commit", "false");
  conf.Set("enable.auto.offset.store", "false");
  conf.Set("auto.offset.reset", "error");
  conf.Set("check.crcs", "true");
  conf.Set("socket.nagle.disable", "true");
  conf.Set("fetch.wait.max.ms", "20");  // a cursor that moves waits for the fetch under way
  // More than a second of reading: a queue that has run full is looked at again after a second
  // (confluentinc/librdkafka#2879).
  conf.Set("queued.min.messages", "100000");
  conf.Set("queued.max.messages.kbytes", "65536");
  auto client = Client::Make(RD_KAFKA_CONSUMER, std::move(conf), std::move(fatal));
  if (!client) return core::Refuse(client.error());
  history->client_ = std::move(*client);
  return history;
}

History::~History() {
  for (auto& [of, cursor] : cursors_) Stop(of, *cursor);
}

std::shared_ptr<History::Cursor> History::CursorOf(const TopicPartition& of) {
  std::lock_guard lock(mutex_);
  auto& cursor = cursors_[of];
  if (!cursor) cursor = std::make_shared<Cursor>();
  return cursor;
}

void History::Stop(const TopicPartition& of, Cursor& cursor) {
  if (!cursor.started) return;
  cursor.held.reset();
  cursor.started = false;
  rd_kafka_consume_stop(client_->Topic(of.topic), of.partition);
}

// Lets go of what readers who never came back had fetched ahead.
void History::StopIdle() {
  std::vector<std::pair<TopicPartition, std::shared_ptr<Cursor>>> cursors;
  {
    std::lock_guard lock(mutex_);
    cursors.assign(cursors_.begin(), cursors_.end());
  }
  for (auto& [of, cursor] : cursors) {
    std::unique_lock lock(cursor->mutex, std::try_to_lock);
    if (lock && steady_clock::now() - cursor->used > kIdleAtMost) Stop(of, *cursor);
  }
}

Result<void> History::MoveTo(const TopicPartition& of, Cursor& cursor, int64_t offset) {
  if (cursor.started && cursor.next == offset) return {};
  cursor.held.reset();
  cursor.next = offset;
  rd_kafka_topic_t* topic = client_->Topic(of.topic);
  if (cursor.started) {
    if (rd_kafka_seek(topic, of.partition, offset, kSeekMs) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return {};
    }
    Stop(of, cursor);
  }
  if (rd_kafka_consume_start(topic, of.partition, offset) != 0) {
    return core::Refuse(
        JournalUnavailable(of.topic + ": " + rd_kafka_err2str(rd_kafka_last_error())));
  }
  cursor.started = true;
  return {};
}

Owned<rd_kafka_message_t> History::Next(const TopicPartition& of, Cursor& cursor, int wait_ms) {
  if (cursor.held) return std::move(cursor.held);
  return Owned<rd_kafka_message_t>(
      rd_kafka_consume(client_->Topic(of.topic), of.partition, wait_ms));
}

// Waits for the first record at or after `offset`, and holds it.
Result<void> History::First(const TopicPartition& of, Cursor& cursor, int64_t offset) {
  const auto deadline = steady_clock::now() + kRecordPatience;
  while (steady_clock::now() < deadline && !stopping_) {
    auto message = Next(of, cursor, kPollMs);
    if (!message || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (message->offset < offset) continue;  // from before the cursor moved
      cursor.held = std::move(message);
      return {};
    }
    if (message->err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
      spdlog::debug("kafka: reading {}.{}: {}", of.topic, of.partition,
                    rd_kafka_message_errstr(message.get()));
      continue;
    }
    auto bounds = client_->Bounds(of);
    if (!bounds) return core::Refuse(bounds.error());
    if (bounds->first <= offset) break;
    spdlog::warn("kafka: {}.{} begins at {} by now; {} was wanted", of.topic, of.partition,
                 bounds->first, offset);
    Stop(of, cursor);
    if (auto moved = MoveTo(of, cursor, bounds->first); !moved) return moved;
  }
  Stop(of, cursor);
  return core::Refuse(JournalUnavailable(of.topic + "." + std::to_string(of.partition) +
                                         " gave no record at " + std::to_string(offset)));
}

Result<std::vector<StoredRecord>> History::Read(const TopicPartition& from, int64_t offset,
                                                int64_t end, size_t max_records, size_t max_bytes) {
  auto shared = CursorOf(from);
  std::vector<StoredRecord> records;
  {
    Cursor& cursor = *shared;
    std::lock_guard lock(cursor.mutex);
    if (auto moved = MoveTo(from, cursor, offset); !moved) return core::Refuse(moved.error());
    if (auto first = First(from, cursor, offset); !first) return core::Refuse(first.error());
    size_t bytes = 0;
    while (records.empty() || records.size() < max_records) {
      auto message = Next(from, cursor, 0);
      if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) break;
      if (message->offset < cursor.next) continue;
      bytes += message->len;
      if (message->offset >= end || (!records.empty() && bytes > max_bytes)) {
        cursor.held = std::move(message);
        break;
      }
      cursor.next = message->offset + 1;
      records.push_back(ToStored(*message));
    }
    cursor.used = steady_clock::now();
    if (cursor.next >= end) Stop(from, cursor);
  }
  StopIdle();
  if (records.empty()) {
    return core::Refuse(JournalUnavailable(from.topic + " gave no records"));
  }
  return records;
}

}  // namespace throughline::runtime::kafka
