// The newest records of a topic's partitions that somebody in this process follows, in memory.
//
// A partition is followed from its first use until nobody has used it for a minute; so a
// listener has to poll now and then. One thread fetches for all of them. What this
// process appends itself is put here at once, without a way over the broker.
#pragma once

#include <condition_variable>
#include <deque>
#include <shared_mutex>
#include <thread>

#include "runtime/kafka/kafka_client.h"

namespace throughline::runtime::kafka {

class Tail {
 public:
  // `on_appended` is called after records came in, on any thread.
  static core::Result<std::unique_ptr<Tail>> Make(
      const Settings& settings, FatalHandler fatal,
      std::function<void(const TopicPartition&)> on_appended);
  ~Tail();

  // The offset that the next record will get, as far as this process knows.
  core::Result<int64_t> End(const TopicPartition& of);
  // Records from `offset` on. The first of them that are here may be later ones: then `*missing` is
  // set to the offset at which what is here begins, and nothing is returned.
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               size_t max_records, size_t max_bytes,
                                               std::optional<int64_t>& missing);
  // This process appended these. `on_appended` is not called.
  void Appended(const AppendTo& batch, const Stretch& at);
  // Another process did, up to `end`.
  void Expect(const TopicPartition& of, int64_t end);
  void Interrupt();

 private:
  // Where one topic partition is followed.
  struct Place {
    std::mutex starting;  // held while fetching begins or ends; before `mutex`
    std::mutex mutex;
    std::condition_variable came;
    bool started = false;
    int64_t end = 0;    // after what is in `records`
    int64_t known = 0;  // end of what is known to be there; records up to here are on their way
    std::deque<StoredRecord> records;
    size_t bytes = 0;
    std::chrono::steady_clock::time_point used;
  };
  explicit Tail(std::function<void(const TopicPartition&)> on_appended)
      : on_appended_(std::move(on_appended)) {}
  core::Result<std::shared_ptr<Place>> Follow(const TopicPartition& of);
  core::Result<void> Start(const TopicPartition& of, Place& place);
  std::shared_ptr<Place> Find(const TopicPartition& of);
  void Fetch();
  void FetchSome();
  bool Take(rd_kafka_message_t& message, TopicPartition& at);
  static void Remember(Place& place, StoredRecord stored);
  void ForgetUnused();
  void Stop(const TopicPartition& of, Place& place);

  std::function<void(const TopicPartition&)> on_appended_;
  std::unique_ptr<Client> client_;
  Owned<rd_kafka_queue_t> queue_;
  std::shared_mutex mutex_;
  std::map<TopicPartition, std::shared_ptr<Place>> places_;
  std::chrono::steady_clock::time_point swept_;  // of the fetching thread
  std::atomic<bool> stopping_{false};
  std::thread fetch_;
};

}  // namespace throughline::runtime::kafka
