#include "oneroster/results_file.h"

#include "oneroster/table_reader.h"

namespace throughline::oneroster {

ResultsFile::ResultsFile(std::unique_ptr<TableReader> table) : table_(std::move(table)) {}
ResultsFile::ResultsFile(ResultsFile&&) noexcept = default;
ResultsFile& ResultsFile::operator=(ResultsFile&&) noexcept = default;
ResultsFile::~ResultsFile() = default;

core::Result<ResultsFile> ResultsFile::Open(const std::filesystem::path& path, ProblemSink problems,
                                            const csv::CsvLimits& limits) {
  auto stream = csv::OpenFile(path);
  if (!stream) return core::Refuse(stream.error());
  return From(*std::move(stream), std::move(problems), limits, nullptr);
}

core::Result<ResultsFile> ResultsFile::From(std::unique_ptr<csv::ByteStream> stream,
                                            ProblemSink problems, const csv::CsvLimits& limits,
                                            const SourcedIds* known) {
  auto table = TableReader::Open(std::move(stream), BundleFile::kResults, std::move(problems),
                                 limits, known);
  if (!table) return core::Refuse(table.error());
  return ResultsFile(*std::move(table));
}

core::Result<bool> ResultsFile::Next(ResultRow& row) {
  while (true) {
    auto more = table_->Next();
    if (!more || !*more) return more;
    row = ResultRow();
    if (Parse(*table_, row)) return true;
  }
}

}  // namespace throughline::oneroster
