// The log that is written: records of topics that were empty, in batches, and where each events
// partition has come to. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/event_chain.h"
#include "runtime/journal.h"

namespace throughline::runtime {

class NewLog {
 public:
  explicit NewLog(Log& log) : log_(log) {}

  // LOG_NOT_EMPTY.
  core::Result<void> CheckEmpty(const TopicPartition& of);
  core::Result<void> Append(const TopicPartition& to, Record record);
  // Gives the event its place in the chain of the partition.
  core::Result<void> AppendEvent(const TopicPartition& to, v1::Packed event);
  // What is not written yet.
  core::Result<void> Flush();

  // Of the last event of the partition.
  const ChainPlace& last(const TopicPartition& of) { return partitions_[of].last; }
  void BeginAfter(const TopicPartition& of, int64_t sequence) {
    partitions_[of].last.sequence = sequence;
  }
  int64_t records() const { return records_; }

 private:
  struct Partition {
    ChainPlace last;
    int64_t end = 0;  // offset, of what is written
    std::vector<Record> waiting;
  };
  Log& log_;
  std::map<TopicPartition, Partition> partitions_;
  size_t waiting_ = 0;  // bytes
  int64_t records_ = 0;
};

}  // namespace throughline::runtime
