// Where the records of a log are that was written from one with another number of partitions: by
// the ids that they had before, which nobody forgets. See repartition/README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/protocol.pb.h"
#include "throughline/runtime/v1/repartition.pb.h"

namespace throughline::runtime {

// What the partition of an events topic begins with, when it is of such a log.
core::Result<std::optional<v1::PartitionBegun>> BegunOf(RecordReader& log,
                                                        const TopicPartition& events);

// How many partitions the log says that every topic has; nullopt: it does not say.
core::Result<std::optional<int32_t>> PartitionsOf(RecordReader& log,
                                                  const std::vector<std::string>& services);

// A number that tells a move of the log from any other, as the events of this service show it; 0:
// the log was not moved.
core::Result<uint64_t> MoveOf(Log& log, const std::string& service);

// Until when the log was moved: the time of the last event that was; nullopt: it was not.
core::Result<std::optional<core::Instant>> MovedUntil(RecordReader& log,
                                                      const std::string& service);

// The number in the id of an event, or of a command.
struct RecordNumber {
  std::string_view service;
  bool is_command = false;
  int32_t partition = 0;
  int64_t number = 0;
};

// From where on a record is looked for, and what it has there.
struct RecordPlace {
  TopicPartition in;
  int64_t offset = 0;    // of a command exactly; an event is not before it
  int64_t sequence = 0;  // of an event
};

// nullopt: the log has it no more.
core::Result<std::optional<RecordPlace>> PlaceOfRecord(RecordReader& log, const RecordNumber& of);

}  // namespace throughline::runtime
