// Reads the records in a data directory, also while another process writes to them. Changes
// nothing.
#pragma once

#include <memory>
#include <string>

#include "runtime/journal.h"

namespace throughline::runtime {

// Thread-safe: readers take turns.
class SqliteHistory : public RecordReader {
 public:
  // NO_DATA; JOURNAL_NOT_READABLE with why.
  static core::Result<std::unique_ptr<SqliteHistory>> Open(const std::string& directory);
  ~SqliteHistory() override;

  // JOURNAL_NOT_READABLE; JOURNAL_CORRUPT where what is there is not what was written.
  core::Result<std::vector<StoredRecord>> ReadHistory(const TopicPartition& from, int64_t offset,
                                                      size_t max_records,
                                                      size_t max_bytes) override;

 private:
  struct Parts;
  SqliteHistory(std::string directory, std::unique_ptr<Parts> parts);
  const std::string directory_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::runtime
