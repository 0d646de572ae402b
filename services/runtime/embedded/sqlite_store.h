// The Store on SQLite.
#pragma once

#include <atomic>

#include "runtime/embedded/sqlite_writer.h"

namespace throughline::runtime {

class SqliteJournal::SqliteStore : public Store {
 public:
  // Throws sqlite::Failure.
  SqliteStore(Files& files, Writer& writer);

  core::Result<std::optional<std::string>> Head(const StorePartition& of) override;
  core::Result<void> Apply(const StorePartition& to, const Commit& commit) override;
  core::Result<std::vector<std::optional<std::string>>> Load(
      const StorePartition& from, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>& expected_token) override;
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit,
      const std::optional<std::string>& expected_token) override;
  bool IsVolatile() const override { return cleared_; }
  core::Result<void> Clear(const StorePartition& partition) override;

 private:
  // Within the read transaction that is open on `read`.
  static bool IsHead(Files::Lease& read, const StorePartition& of,
                     const std::optional<std::string>& expected_token);

  // What is said of a failure that was met while the store had been dropped so often.
  core::Error Failed(const sqlite::Failure& failure, int64_t drops);

  Files& files_;
  Writer& writer_;
  std::atomic<bool> cleared_;  // what is not here may be on its way back from the log
};

}  // namespace throughline::runtime
