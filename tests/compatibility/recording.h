// A whole log in one file: what a release of this program wrote, kept so that every later one is
// held to reading it.
//
//   file       gzip of: magic partitions record*
//   magic      "throughline recording 1\n"
//   record     topic partition headers value     (in order of topic, partition and offset)
//   topic, headers, value                        length, then that many bytes
//   length, partition, partitions                varint
//
// Headers and value are the bytes of runtime::Record, not looked into.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "core/result.h"
#include "runtime/journal.h"

namespace throughline::compatibility {

struct Recording {
  int32_t partitions = 0;  // of every topic
  std::map<runtime::TopicPartition, std::vector<runtime::Record>> records;
};

// The same recording makes the same bytes.
core::Result<void> Write(const Recording& recording, const std::filesystem::path& file);
core::Result<Recording> Read(const std::filesystem::path& file);

}  // namespace throughline::compatibility
