// The Store on SQLite.
#pragma once

#include "runtime/embedded/sqlite_writer.h"

namespace throughline::runtime {

class SqliteJournal::SqliteStore : public Store {
 public:
  SqliteStore(Files& files, Writer& writer) : files_(files), writer_(writer) {}

  core::Result<std::optional<std::string>> Head(const StorePartition& of) override;
  core::Result<bool> Apply(const StorePartition& to, const Commit& commit) override;
  core::Result<std::vector<std::optional<std::string>>> Load(
      const StorePartition& from, const std::vector<decider::RowKey>& keys) override;
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit) override;
  core::Result<bool> Clear(const StorePartition& partition) override;

 private:
  Files& files_;
  Writer& writer_;
};

}  // namespace throughline::runtime
