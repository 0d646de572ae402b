#include "identities/kafka/partition_reader.h"

#include <chrono>
#include <optional>

#include "runtime/errors.h"

namespace throughline::identities {

using core::Result;
using std::chrono::steady_clock;

namespace {
constexpr std::chrono::seconds kPatience(10);
constexpr int kWaitMs = 100;
}  // namespace

PartitionReader::PartitionReader(runtime::kafka::Client& client, std::string topic)
    : client_(client), topic_(std::move(topic)), queue_(rd_kafka_queue_new(client.raw())) {}

PartitionReader::~PartitionReader() { Stop(); }

void PartitionReader::Stop() {
  if (started_) rd_kafka_consume_stop(client_.Topic(topic_), 0);
  started_ = false;
}

Result<void> PartitionReader::MoveTo(int64_t offset) {
  if (started_ && next_ == offset) return {};
  Stop();
  next_ = offset;
  if (rd_kafka_consume_start_queue(client_.Topic(topic_), 0, offset, queue_.get()) != 0) {
    return core::Refuse(
        runtime::JournalUnavailable(topic_ + ": " + rd_kafka_err2str(rd_kafka_last_error())));
  }
  started_ = true;
  return {};
}

Result<std::optional<std::vector<PartitionReader::Message>>> PartitionReader::Read(int64_t offset,
                                                                                   int64_t end,
                                                                                   size_t limit) {
  if (auto moved = MoveTo(offset); !moved) return core::Refuse(moved.error());
  std::vector<Message> messages;
  auto deadline = steady_clock::now() + kPatience;
  while (next_ < end && messages.size() < limit) {
    if (steady_clock::now() > deadline) {
      Stop();
      return core::Refuse(runtime::JournalUnavailable(topic_ + " gave no records"));
    }
    Message message(rd_kafka_consume_queue(queue_.get(), kWaitMs));
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (message->offset >= end) break;  // what was at the end is gone
      continue;
    }
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
      Stop();
      return std::nullopt;
    }
    // Others come and go with the broker; and what is from before a move was read already.
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->offset < next_) continue;
    next_ = message->offset + 1;
    messages.push_back(std::move(message));
    deadline = steady_clock::now() + kPatience;
  }
  return messages;
}

}  // namespace throughline::identities
