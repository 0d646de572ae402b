// Reads records that are older than what the tail holds, wherever they are.
//
// Every topic partition has one cursor that fetches ahead of what was read last, so that reading on
// from there costs no way to the broker; reading from anywhere else moves it. A cursor that has
// come to where the tail begins is let go, with all that it had fetched. Thread-safe: readers of
// one partition take turns.
#pragma once

#include "runtime/kafka/kafka_client.h"

namespace throughline::runtime::kafka {

class History {
 public:
  static core::Result<std::unique_ptr<History>> Make(const Settings& settings, FatalHandler fatal);
  ~History();

  // Records from `offset` on and before `end`, which is known to be there. Where retention took
  // the first of them, what is left. At least one, or an error.
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               int64_t end, size_t max_records, size_t max_bytes);
  void Interrupt() { stopping_ = true; }

 private:
  struct Cursor {
    std::mutex mutex;
    bool started = false;
    int64_t next = 0;
    Owned<rd_kafka_message_t> held;  // fetched, and too large for the last answer
    std::chrono::steady_clock::time_point used;
  };
  History() = default;
  std::shared_ptr<Cursor> CursorOf(const TopicPartition& of);
  core::Result<void> MoveTo(const TopicPartition& of, Cursor& cursor, int64_t offset);
  core::Result<void> First(const TopicPartition& of, Cursor& cursor, int64_t offset);
  Owned<rd_kafka_message_t> Next(const TopicPartition& of, Cursor& cursor, int wait_ms);
  void Stop(const TopicPartition& of, Cursor& cursor);
  void StopIdle();

  std::unique_ptr<Client> client_;
  std::mutex mutex_;
  std::map<TopicPartition, std::shared_ptr<Cursor>> cursors_;
  std::atomic<bool> stopping_{false};
};

}  // namespace throughline::runtime::kafka
