#include "counting_journal.h"

#include <utility>

namespace throughline::bench {

using core::Result;

void WrittenBy::Add(const std::string& name, int64_t entries, int64_t bytes) {
  std::lock_guard lock(mutex_);
  Written& written = written_[name];
  written.entries += entries;
  written.bytes += bytes;
}

Written WrittenBy::Of(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = written_.find(name);
  return found == written_.end() ? Written{} : found->second;
}

class CountingJournal::CountingLog : public runtime::Log {
 public:
  CountingLog(runtime::Log& log, WrittenBy& written) : log_(log), written_(written) {}

  Result<std::vector<runtime::Stretch>> Append(
      const std::vector<runtime::AppendTo>& batches) override {
    for (const runtime::AppendTo& batch : batches) Count(batch);
    return log_.Append(batches);
  }
  void AppendAsync(runtime::AppendTo batch, Appended done) override {
    Count(batch);
    log_.AppendAsync(std::move(batch), std::move(done));
  }
  Result<std::vector<runtime::StoredRecord>> Read(const runtime::TopicPartition& from,
                                                  int64_t offset, size_t max_records,
                                                  size_t max_bytes) override {
    return log_.Read(from, offset, max_records, max_bytes);
  }
  Result<int64_t> End(const runtime::TopicPartition& of) override { return log_.End(of); }
  int Listen(std::function<void(const runtime::TopicPartition&)> wake) override {
    return log_.Listen(std::move(wake));
  }
  void Unlisten(int listener) override { log_.Unlisten(listener); }

 private:
  void Count(const runtime::AppendTo& batch) {
    size_t bytes = 0;
    for (const runtime::Record& record : batch.records) {
      bytes += record.headers.size() + record.value.size();
    }
    written_.Add(batch.to.topic, std::ssize(batch.records), static_cast<int64_t>(bytes));
  }

  runtime::Log& log_;
  WrittenBy& written_;
};

class CountingJournal::CountingStore : public runtime::Store {
 public:
  CountingStore(runtime::Store& store, WrittenBy& written) : store_(store), written_(written) {}

  Result<std::optional<std::string>> Head(const runtime::StorePartition& of) override {
    return store_.Head(of);
  }
  Result<void> Apply(const runtime::StorePartition& to, const runtime::Commit& commit) override {
    size_t bytes = commit.head.size();
    for (const auto& [row, value] : commit.rows) {
      bytes += row.table.size() + row.key.size() + value.value_or("").size();
    }
    written_.Add(to.service, std::ssize(commit.rows), static_cast<int64_t>(bytes));
    return store_.Apply(to, commit);
  }
  Result<void> Clear(const runtime::StorePartition& partition) override {
    return store_.Clear(partition);
  }
  Result<std::vector<std::optional<std::string>>> Load(
      const runtime::StorePartition& from, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>& expected_token) override {
    return store_.Load(from, keys, expected_token);
  }
  Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const runtime::StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit,
      const std::optional<std::string>& expected_token) override {
    return store_.Scan(from, table, prefix, after, limit, expected_token);
  }

 private:
  runtime::Store& store_;
  WrittenBy& written_;
};

CountingJournal::CountingJournal(std::unique_ptr<runtime::Journal> journal)
    : journal_(std::move(journal)),
      log_(std::make_unique<CountingLog>(journal_->log(), records_)),
      store_(std::make_unique<CountingStore>(journal_->store(), rows_)) {}

CountingJournal::~CountingJournal() = default;

runtime::Log& CountingJournal::log() { return *log_; }

runtime::Store& CountingJournal::store() { return *store_; }

Result<std::unique_ptr<runtime::Ownership>> CountingJournal::Share(const std::string& service,
                                                                   int32_t partitions) {
  return journal_->Share(service, partitions);
}

}  // namespace throughline::bench
