// A file of a bundle as a table: columns by name, the row at hand, and problems that say where.
// Not thread-safe.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/result.h"
#include "csv/csv_reader.h"
#include "oneroster/bundle_files.h"
#include "oneroster/bundle_problem.h"
#include "oneroster/rows.h"

namespace throughline::oneroster {

class SourcedIds;

class TableReader {
 public:
  // Reads the header. HEADER_UNUSABLE, after the problems were reported, when a column is missing
  // or there twice.
  static core::Result<std::unique_ptr<TableReader>> Open(std::unique_ptr<csv::ByteStream> stream,
                                                         BundleFile file, ProblemSink problems,
                                                         const csv::CsvLimits& limits,
                                                         const SourcedIds* known);

  // Goes on to the next row that is one; false at the end. Rows that are none are reported.
  core::Result<bool> Next();

  int64_t line() const { return row_->line; }
  // The value of the row at hand; empty when the file has no such column.
  std::string_view Get(std::string_view column) const;
  Metadata metadata() const;

  // Says that the row at hand is to be deleted: it may leave empty what others must have, and what
  // it refers to may be gone already.
  void SetDeleted() { deleted_ = true; }
  bool deleted() const { return deleted_; }

  // Each of these reports a problem, and is false, when the value is not what it should be.
  bool Take(std::string_view column, std::string& to);     // must not be empty
  bool TakeDate(std::string_view column, core::Date& to);  // must be there
  bool TakeDate(std::string_view column, std::optional<core::Date>& to);
  bool TakeNumber(std::string_view column, double& to);  // must be there
  bool TakeNumber(std::string_view column, std::optional<double>& to);

  // Each of these reports a problem and leaves `to` empty: the row is no worse without it.
  void Note(std::string_view column, std::string& to);
  void Note(std::string_view column, std::optional<core::Date>& to);
  void Note(std::string_view column, std::optional<core::Instant>& to);
  // Keeps an id that the other file does not have.
  void NoteReference(std::string_view column, BundleFile file, std::string& to);

  // An id of another file; empty is fine unless `required`.
  bool TakeReference(std::string_view column, BundleFile file, bool required, std::string& to);

  void Report(std::string_view column, const char* reason, std::string_view message) const;

 private:
  TableReader(csv::CsvReader csv, BundleFile file, ProblemSink problems, const SourcedIds* known)
      : csv_(std::move(csv)), file_(file), problems_(std::move(problems)), known_(known) {}
  core::Result<bool> ReadHeader();
  bool CheckHeader(std::span<const std::string_view> names) const;
  bool CheckRow();
  bool CheckWidths() const;
  // The row in UTF-8; values that are not are read as Windows-1252, and each column is reported
  // once.
  const csv::CsvRow* InUtf8(const csv::CsvRow* row);

  csv::CsvReader csv_;
  BundleFile file_;
  ProblemSink problems_;
  const SourcedIds* known_;  // null: references are not checked
  std::map<std::string, size_t, std::less<>> columns_;
  std::vector<std::pair<std::string, size_t>> metadata_;
  const csv::CsvRow* row_ = nullptr;
  csv::CsvRow recoded_;
  std::deque<std::string> recoded_texts_;
  std::set<size_t> told_columns_;  // of which was said that they are not UTF-8
  bool deleted_ = false;
};

// The row at hand as one of its file; false, after problems were reported, when it is none.
bool Parse(TableReader& table, Org& row);
bool Parse(TableReader& table, AcademicSession& row);
bool Parse(TableReader& table, Course& row);
bool Parse(TableReader& table, ClassRow& row);
bool Parse(TableReader& table, User& row);
bool Parse(TableReader& table, UserRole& row);
bool Parse(TableReader& table, Demographics& row);
bool Parse(TableReader& table, Enrollment& row);
bool Parse(TableReader& table, Category& row);
bool Parse(TableReader& table, LineItem& row);
bool Parse(TableReader& table, ResultRow& row);

}  // namespace throughline::oneroster
