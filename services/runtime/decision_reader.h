// Reads one partition's events from its first on, a whole decision at a time: no gap, no duplicate.
// For questions about the past, which read a log beside those who follow it. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/result.h"
#include "runtime/event_chain.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

class DecisionReader {
 public:
  // `log` must outlive this. `of` is an events topic's.
  DecisionReader(RecordReader& log, TopicPartition of) : log_(&log), of_(std::move(of)) {}

  // The events of the next decision, in order; empty when the log has no further whole one, yet.
  // SEQUENCE_GAP, at which it stays.
  core::Result<std::vector<v1::Packed>> Next();
  // Whether the next decision may have to be fetched from the log: a time to look whether it is
  // still wanted.
  bool fetches() const { return fetched_.empty(); }

 private:
  core::Result<void> Take(StoredRecord stored);

  RecordReader* log_;
  TopicPartition of_;
  int64_t offset_ = 0;
  ChainPlace place_;
  std::deque<StoredRecord> fetched_;
  std::vector<v1::Packed> begun_;  // of a decision
};

}  // namespace throughline::runtime
