// A journal that counts what is written through it: records and bytes of each topic, rows and bytes
// of each service's store. What it is for has no clock in it, so that a test may hold it to a
// bound.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/journal.h"

namespace throughline::bench {

struct Written {
  int64_t entries = 0;  // records, or rows
  int64_t bytes = 0;    // of headers and values, or of keys and values
};

// By topic or by service. Thread-safe.
class WrittenBy {
 public:
  void Add(const std::string& name, int64_t entries, int64_t bytes);
  Written Of(const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Written> written_;
};

class CountingJournal : public runtime::Journal {
 public:
  explicit CountingJournal(std::unique_ptr<runtime::Journal> journal);
  ~CountingJournal() override;

  runtime::Log& log() override;
  runtime::Store& store() override;
  core::Result<std::unique_ptr<runtime::Ownership>> Share(const std::string& service,
                                                          int32_t partitions) override;

  const WrittenBy& records() const { return records_; }  // by topic
  const WrittenBy& rows() const { return rows_; }        // by service

 private:
  class CountingLog;
  class CountingStore;
  std::unique_ptr<runtime::Journal> journal_;
  WrittenBy records_, rows_;
  std::unique_ptr<CountingLog> log_;
  std::unique_ptr<CountingStore> store_;
};

}  // namespace throughline::bench
