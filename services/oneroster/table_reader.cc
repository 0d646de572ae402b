#include "oneroster/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "csv/text.h"
#include "csv/utf8_stream.h"
#include "oneroster/errors.h"
#include "oneroster/sourced_ids.h"

namespace throughline::oneroster {
namespace {

constexpr std::string_view kMetadata = "metadata.";
constexpr size_t kExcerptBytes = 40;

// A day, also of one that is written with a time of day, as many systems export days.
std::optional<core::Date> ParseDay(std::string_view text) {
  constexpr size_t kDayBytes = 10;
  text = csv::Trimmed(text);
  if (text.size() > kDayBytes && (text[kDayBytes] == 'T' || text[kDayBytes] == ' ')) {
    const std::string_view time = text.substr(kDayBytes + 1);
    if (time.find_first_not_of("0123456789:.+-Z") != std::string_view::npos) return std::nullopt;
    text = text.substr(0, kDayBytes);
  }
  return core::ParseDate(text);
}

}  // namespace

core::Result<std::unique_ptr<TableReader>> TableReader::Open(
    std::unique_ptr<csv::ByteStream> stream, BundleFile file, ProblemSink problems,
    const csv::CsvLimits& limits, const SourcedIds* known) {
  csv::CsvReader csv(csv::AsUtf8(std::move(stream)), std::string(SpecOf(file).name), limits);
  std::unique_ptr<TableReader> table(
      new TableReader(std::move(csv), file, std::move(problems), known));
  auto usable = table->ReadHeader();
  if (!usable) return core::Refuse(usable.error());
  if (!*usable) return core::Refuse(HeaderUnusable(SpecOf(file).name));
  return table;
}

core::Result<bool> TableReader::ReadHeader() {
  auto header = csv_.Next();
  if (!header) return core::Refuse(header.error());
  if (*header == nullptr) {
    return CheckHeader({});
  }
  if ((*header)->fault != csv::CsvFault::kNone) {
    Report("", kMalformedQuoting, "The header is malformed; the file is not read.");
    return false;
  }
  const csv::CsvRow* names = InUtf8(*header);
  if (!CheckHeader(names->fields)) return false;
  for (size_t i = 0; i < names->fields.size(); ++i) {
    const std::string name(names->fields[i]);
    columns_.emplace(name, i);
    if (name.starts_with(kMetadata)) metadata_.emplace_back(name.substr(kMetadata.size()), i);
  }
  return true;
}

bool TableReader::CheckHeader(std::span<const std::string_view> names) const {
  bool usable = true;
  for (std::string_view required : SpecOf(file_).required) {
    if (std::ranges::find(names, required) != names.end()) continue;
    Report(required, kMissingColumn, "The column is missing; the file is not read.");
    usable = false;
  }
  // Without the columns that must be there the first row may be no header but somebody's data,
  // which no problem may name.
  if (!usable) return false;
  std::set<std::string_view> seen;
  for (std::string_view name : names) {
    if (seen.insert(name).second) continue;
    Report(name, kDuplicateColumn, "The column is there twice; the file is not read.");
    usable = false;
  }
  return usable;
}

core::Result<bool> TableReader::Next() {
  while (true) {
    auto row = csv_.Next();
    if (!row) return core::Refuse(row.error());
    row_ = *row;
    if (row_ == nullptr) return false;
    deleted_ = false;
    if (CheckRow()) return true;
  }
}

const csv::CsvRow* TableReader::InUtf8(const csv::CsvRow* row) {
  if (std::ranges::all_of(row->fields, csv::IsUtf8)) return row;
  recoded_ = *row;
  recoded_texts_.clear();
  for (std::string_view& field : recoded_.fields) {
    if (!csv::IsUtf8(field)) field = recoded_texts_.emplace_back(csv::FromWindows1252(field));
  }
  return &recoded_;
}

// What is too wide in a column that nobody reads costs nothing.
bool TableReader::CheckWidths() const {
  if (row_->cut.empty()) return true;
  const auto& read = SpecOf(file_).written;
  for (const auto& [name, at] : columns_) {
    const bool known =
        name.starts_with(kMetadata) || std::ranges::find(read, name) != std::end(read);
    if (!known || std::ranges::find(row_->cut, at) == row_->cut.end()) continue;
    Report(name, kFieldTooWide, "The value is wider than can be read.");
    return false;
  }
  return true;
}

bool TableReader::CheckRow() {
  if (row_->fault == csv::CsvFault::kQuoting) {
    Report("", kMalformedQuoting, "A quotation mark is in the wrong place, or is not closed.");
    return false;
  }
  if (row_->fault != csv::CsvFault::kNone) {
    Report("", kRowTooWide, "The row is wider than can be read.");
    return false;
  }
  if (row_->fields.size() != columns_.size()) {
    Report("", kWrongFieldCount,
           fmt::format("The row has {} fields where the header has {}.", row_->fields.size(),
                       columns_.size()));
    return false;
  }
  if (!CheckWidths()) return false;
  const csv::CsvRow* before = row_;
  row_ = InUtf8(before);
  if (row_ == before) return true;
  for (const auto& [name, at] : columns_) {
    if (csv::IsUtf8(before->fields[at]) || !told_columns_.insert(at).second) continue;
    Report(name, kInvalidUtf8,
           "The value is not UTF-8 and was read as Windows-1252, as are those below it.");
  }
  return true;
}

std::string_view TableReader::Get(std::string_view column) const {
  auto at = columns_.find(column);
  return at == columns_.end() ? std::string_view() : row_->fields[at->second];
}

Metadata TableReader::metadata() const {
  Metadata metadata;
  for (const auto& [name, at] : metadata_) {
    if (!row_->fields[at].empty()) metadata.emplace(name, row_->fields[at]);
  }
  return metadata;
}

void TableReader::Report(std::string_view column, const char* reason,
                         std::string_view message) const {
  BundleProblem problem;
  problem.file = SpecOf(file_).name;
  problem.line = row_ == nullptr ? 0 : row_->line;
  problem.column = column;
  problem.reason = reason;
  problem.message = message;
  const bool has_value = row_ != nullptr && row_->fault == csv::CsvFault::kNone &&
                         columns_.contains(column) &&
                         columns_.find(column)->second < row_->fields.size();
  if (has_value && reason != kInvalidUtf8 && MayExcerpt(file_, column)) {
    problem.excerpt = csv::Utf8Prefix(Get(column), kExcerptBytes);
  }
  if (problems_) problems_(problem);
}

bool TableReader::Take(std::string_view column, std::string& to) {
  to = Get(column);
  if (!to.empty() || deleted_) return true;
  Report(column, kEmptyValue, "The value is empty.");
  return false;
}

bool TableReader::TakeDate(std::string_view column, core::Date& to) {
  if (deleted_ && Get(column).empty()) return true;
  auto date = ParseDay(Get(column));
  if (!date) Report(column, kBadDate, "The value is not a day written YYYY-MM-DD.");
  if (date) to = *date;
  return date.has_value();
}

bool TableReader::TakeDate(std::string_view column, std::optional<core::Date>& to) {
  if (Get(column).empty()) return true;
  core::Date date;
  if (!TakeDate(column, date)) return false;
  to = date;
  return true;
}

void TableReader::Note(std::string_view column, std::string& to) { (void)Take(column, to); }

void TableReader::Note(std::string_view column, std::optional<core::Date>& to) {
  (void)TakeDate(column, to);
}

void TableReader::Note(std::string_view column, std::optional<core::Instant>& to) {
  const std::string_view text = Get(column);
  if (text.empty()) return;
  to = core::ParseInstant(text);
  if (auto date = core::ParseDate(text)) to = core::Instant{*date};  // OneRoster 1.1 wrote days
  if (!to) Report(column, kBadDate, "The value is not a time such as 2013-02-28T07:00:00.000Z.");
}

void TableReader::NoteReference(std::string_view column, BundleFile file, std::string& to) {
  (void)TakeReference(column, file, false, to);
}

bool TableReader::TakeNumber(std::string_view column, double& to) {
  if (deleted_ && Get(column).empty()) return true;
  auto number = csv::ParseNumber(Get(column));
  if (!number) Report(column, kNotANumber, "The value is not a number.");
  if (number) to = *number;
  return number.has_value();
}

bool TableReader::TakeNumber(std::string_view column, std::optional<double>& to) {
  if (Get(column).empty()) return true;
  double number = 0;
  if (!TakeNumber(column, number)) return false;
  to = number;
  return true;
}

bool TableReader::TakeReference(std::string_view column, BundleFile file, bool required,
                                std::string& to) {
  to = Get(column);
  if (deleted_) return true;
  if (to.empty()) {
    if (required) Report(column, kEmptyValue, "The value is empty.");
    return !required;
  }
  if (known_ == nullptr || !known_->complete(file) || known_->Contains(file, to)) return true;
  Report(column, kUnknownReference, fmt::format("{} has no such sourcedId.", SpecOf(file).name));
  return false;
}

}  // namespace throughline::oneroster
