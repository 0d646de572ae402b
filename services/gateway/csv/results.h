// The results in a vendor's file, row by row, in bounded memory whatever the length. What is wrong
// with one row is that row's; reading goes on behind it. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "csv/csv_reader.h"
#include "gateway/intake/mapping.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway::csv {

inline constexpr throughline::csv::CsvLimits kLimits = {
    .field_bytes = 4 << 10, .row_bytes = 1 << 20, .columns = 10'000, .rows = 1'000'000};

// A result of a row, or why it is none.
struct Row {
  int64_t line = 0;  // of the file, from 1: where the row begins
  core::Result<evidence::v1::Result> result;
  size_t part = 0;            // which of the row's results it is, from 0
  bool ignored = false;       // it says nothing of a score, and is no result
  int64_t replaces_line = 0;  // the line whose score this one replaces with another; 0: none
};

class Results {
 public:
  // Reads the names of the columns. FILE_EMPTY, COLUMN_MISSING or COLUMN_AMBIGUOUS; FIELD_TOO_WIDE
  // and the like of the reader.
  static core::Result<Results> Open(std::unique_ptr<throughline::csv::ByteStream> stream,
                                    Mapping mapping,
                                    const throughline::csv::CsvLimits& limits = kLimits);

  // The next result of a row; nullopt at the end. An error ends the file: a limit is passed, or it
  // cannot be read. Of rows with the same result those without a score do not replace one with.
  core::Result<std::optional<Row>> Next();

  const Mapping& mapping() const { return mapping_; }
  int64_t filtered() const { return filtered_; }  // rows so far that the mapping leaves out

 private:
  Results(Mapping mapping, throughline::csv::CsvReader reader)
      : mapping_(std::move(mapping)), reader_(std::move(reader)) {}

  // A row as the mapping has its columns.
  struct Cells {
    std::vector<std::string_view> fields;
    const std::vector<size_t>* cut;  // the fields that are not whole
  };
  // What another row had to say of a result.
  struct Seen {
    int64_t line = 0;
    bool scored = false;
    size_t score = 0;  // a hash of it
  };

  core::Result<void> SkipTitles();
  core::Result<void> FindHeader();
  core::Result<void> FindColumns(const Cells& names);
  core::Result<void> FindColumn(const Cells& names, Place& place) const;
  size_t KnownOf(const std::vector<std::string_view>& names) const;
  Cells CellsOf(const throughline::csv::CsvRow& row) const;
  core::Result<const throughline::csv::CsvRow*> NextRow();
  core::Result<bool> Passes(const Cells& row) const;
  Row ReadPart(const throughline::csv::CsvRow& row, const Cells& cells, size_t part);
  void Remember(Row& row);
  bool IsBlank(const Cells& row, const Places& places) const;
  core::Result<evidence::v1::Result> Translate(const Cells& row, const Places& places) const;
  core::Result<std::string> TextIn(const Place& place, const Cells& row,
                                   std::string_view field) const;
  // Without spaces around it; empty when the row has none.
  core::Result<std::string> TextOf(Field field, const Cells& row, const Places& places) const;
  core::Result<void> SetScoreOf(const Cells& row, const Places& places,
                                evidence::v1::Result& result) const;
  core::Result<void> SetNumber(const std::string& score, const Cells& row, const Places& places,
                               evidence::v1::Result& result) const;
  core::Result<void> SetScaleOf(const Cells& row, const Places& places, bool percent,
                                evidence::v1::Result& result) const;
  core::Result<void> SetTimes(const Cells& row, const Places& places,
                              evidence::v1::Result& result) const;
  core::Result<std::string> DayOf(const std::string& date) const;

  Mapping mapping_;
  throughline::csv::CsvReader reader_;
  const throughline::csv::CsvRow* held_ = nullptr;  // read, and not yet looked at
  std::deque<Row> ready_;                           // of the row that was read last
  int64_t filtered_ = 0;
  std::unordered_map<size_t, Seen> seen_;  // by a hash of what a result is known by
};

// A text as a stream.
class TextStream : public throughline::csv::ByteStream {
 public:
  // `text` must outlive it.
  explicit TextStream(std::string_view text) : text_(text) {}
  core::Result<size_t> Read(std::span<char> buffer) override;

 private:
  std::string_view text_;
};

// For the fuzzer: a mapping; a file, read through mappings of both kinds.
void FuzzMapping(std::string_view text);
void FuzzFile(std::string_view text);

}  // namespace throughline::gateway::csv
