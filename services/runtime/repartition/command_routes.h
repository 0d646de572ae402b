// Which partition key a command was sent by: that of its record, as long as the inbox has it.
// Commands are asked for in the order in which their partition took them. Not thread-safe.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "core/result.h"
#include "runtime/journal.h"

namespace throughline::runtime {

class CommandRoutes {
 public:
  CommandRoutes(RecordReader& log, std::string service, int64_t before)
      : log_(log), service_(std::move(service)), before_(before) {}

  // `cause` of an event of the partition. Empty: it was no command, or is forgotten.
  core::Result<std::string> RouteOf(int32_t partition, const std::string& cause);

 private:
  struct Reading {
    int64_t next = 0;  // offset to read from
    std::deque<StoredRecord> read;
  };
  RecordReader& log_;
  const std::string service_;
  const int64_t before_;  // what was added to offsets in ids
  std::map<int32_t, Reading> partitions_;
};

}  // namespace throughline::runtime
