// Reads the one partition of a topic in order, from anywhere, and follows it: what comes in
// meanwhile is fetched in the background, so that asking whether there is anything costs nothing.
// Not thread-safe, but for Waiting.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/kafka/kafka_client.h"

namespace throughline::identities {

class PartitionReader {
 public:
  using Message = runtime::kafka::Owned<rd_kafka_message_t>;

  // Of a consumer that says where partitions end; it must outlive this.
  PartitionReader(runtime::kafka::Client& client, std::string topic);
  ~PartitionReader();

  // Messages from `offset` on and before `end`, which is known to be there, at most `limit`. Some
  // may be gone, by compaction. nullopt: the partition begins later by now.
  core::Result<std::optional<std::vector<Message>>> Read(int64_t offset, int64_t end, size_t limit);
  // How much has come in that was not read.
  size_t Waiting() const { return rd_kafka_queue_length(queue_.get()); }

 private:
  core::Result<void> MoveTo(int64_t offset);
  void Stop();

  runtime::kafka::Client& client_;
  const std::string topic_;
  runtime::kafka::Owned<rd_kafka_queue_t> queue_;
  bool started_ = false;
  int64_t next_ = 0;
};

}  // namespace throughline::identities
