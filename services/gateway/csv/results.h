// The results in a vendor's file, row by row, in bounded memory whatever the length. What is wrong
// with one row is that row's; reading goes on behind it. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "gateway/csv/mapping.h"
#include "oneroster/csv_reader.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway::csv {

namespace oneroster = throughline::oneroster;  // its reader of files; a door has that name, too

inline constexpr oneroster::CsvLimits kLimits = {
    .field_bytes = 4 << 10, .row_bytes = 64 << 10, .columns = 1'000, .rows = 1'000'000};

struct Row {
  int64_t line = 0;  // of the file, from 1: where the row begins
  core::Result<evidence::v1::Result> result;
};

class Results {
 public:
  // Reads the names of the columns. FILE_EMPTY, COLUMN_MISSING or COLUMN_AMBIGUOUS; FIELD_TOO_WIDE
  // and the like of the reader.
  static core::Result<Results> Open(std::unique_ptr<oneroster::ByteStream> stream, Mapping mapping,
                                    const oneroster::CsvLimits& limits = kLimits);

  // The next row; nullopt at the end. An error ends the file: a limit is passed, or it cannot be
  // read.
  core::Result<std::optional<Row>> Next();

  const Mapping& mapping() const { return mapping_; }

 private:
  Results(Mapping mapping, oneroster::CsvReader reader)
      : mapping_(std::move(mapping)), reader_(std::move(reader)) {}

  core::Result<void> FindColumns(const std::vector<std::string_view>& names);
  core::Result<evidence::v1::Result> Translate(const oneroster::CsvRow& row) const;
  // Without spaces around it; empty when the row has none.
  core::Result<std::string> TextOf(Field field, const oneroster::CsvRow& row) const;
  core::Result<void> SetScoreOf(const oneroster::CsvRow& row, evidence::v1::Result& result) const;
  core::Result<void> SetScaleOf(const oneroster::CsvRow& row, evidence::v1::Result& result) const;
  core::Result<void> SetTimes(const oneroster::CsvRow& row, evidence::v1::Result& result) const;

  Mapping mapping_;
  oneroster::CsvReader reader_;
};

// A text as a stream.
class TextStream : public oneroster::ByteStream {
 public:
  // `text` must outlive it.
  explicit TextStream(std::string_view text) : text_(text) {}
  core::Result<size_t> Read(std::span<char> buffer) override;

 private:
  std::string_view text_;
};

// For the fuzzer: a mapping; a file, read through mappings of both kinds.
void ExerciseMapping(std::string_view text);
void ExerciseFile(std::string_view text);

}  // namespace throughline::gateway::csv
