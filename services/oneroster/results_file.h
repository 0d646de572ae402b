// A results.csv, pulled row by row: of a bundle (BundleReader::OpenResults), or alone, as a
// district pushes the results of a day. Bounded memory whatever the length. Not thread-safe.
#pragma once

#include <filesystem>
#include <memory>

#include "core/result.h"
#include "csv/byte_stream.h"
#include "csv/csv_reader.h"
#include "oneroster/bundle_problem.h"
#include "oneroster/rows.h"

namespace throughline::oneroster {

class SourcedIds;
class TableReader;

class ResultsFile {
 public:
  // A results.csv without its bundle; references are not checked. HEADER_UNUSABLE, after the
  // problems were reported, when a column is missing.
  static core::Result<ResultsFile> Open(const std::filesystem::path& path, ProblemSink problems,
                                        const csv::CsvLimits& limits = {});
  // `known` may be null: references are not checked.
  static core::Result<ResultsFile> From(std::unique_ptr<csv::ByteStream> stream,
                                        ProblemSink problems, const csv::CsvLimits& limits,
                                        const SourcedIds* known);

  ResultsFile(ResultsFile&&) noexcept;
  ResultsFile& operator=(ResultsFile&&) noexcept;
  ~ResultsFile();

  // The next usable row into `row`; false at the end. Rows set aside on the way are reported.
  core::Result<bool> Next(ResultRow& row);

 private:
  explicit ResultsFile(std::unique_ptr<TableReader> table);

  std::unique_ptr<TableReader> table_;
};

}  // namespace throughline::oneroster
