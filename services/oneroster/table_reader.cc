#include "oneroster/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "oneroster/errors.h"
#include "oneroster/sourced_ids.h"

namespace throughline::oneroster {
namespace {

constexpr std::string_view kMetadata = "metadata.";
constexpr size_t kExcerptBytes = 40;

// Whether the bytes are UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool IsUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t more = lead < 0x80       ? 0
                        : lead >> 5 == 6  ? 1
                        : lead >> 4 == 14 ? 2
                        : lead >> 3 == 30 ? 3
                                          : 4;
    if (more == 4 || i + more >= text.size()) return false;
    uint32_t code = more == 0 ? lead : lead & (0x3fu >> more);
    for (size_t j = 1; j <= more; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if (next >> 6 != 2) return false;
      code = code << 6 | (next & 0x3fu);
    }
    constexpr uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (code < kLeast[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    i += more + 1;
  }
  return true;
}

std::optional<double> ToNumber(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

core::Result<std::unique_ptr<TableReader>> TableReader::Open(std::unique_ptr<ByteStream> stream,
                                                             BundleFile file, ProblemSink problems,
                                                             const CsvLimits& limits,
                                                             const SourcedIds* known) {
  CsvReader csv(std::move(stream), std::string(SpecOf(file).name), limits);
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
  bool usable = true;
  if (*header != nullptr) {
    row_ = *header;
    for (size_t i = 0; i < row_->fields.size(); ++i) {
      const std::string name(row_->fields[i]);
      if (!columns_.emplace(name, i).second) {
        Report(name, kDuplicateColumn, "The column is there twice; the file is not read.");
        usable = false;
      }
      if (name.starts_with(kMetadata)) {
        metadata_.emplace_back(name.substr(kMetadata.size()), i);
      }
    }
  }
  for (std::string_view required : SpecOf(file_).required) {
    if (columns_.contains(required)) continue;
    Report(required, kMissingColumn, "The column is missing; the file is not read.");
    usable = false;
  }
  row_ = nullptr;
  return usable;
}

core::Result<bool> TableReader::Next() {
  while (true) {
    auto row = csv_.Next();
    if (!row) return core::Refuse(row.error());
    row_ = *row;
    if (row_ == nullptr) return false;
    if (CheckRow()) return true;
  }
}

bool TableReader::CheckRow() const {
  if (row_->malformed) {
    Report("", kMalformedQuoting, "A quotation mark is where none may be.");
    return false;
  }
  if (row_->fields.size() != columns_.size()) {
    Report("", kWrongFieldCount,
           fmt::format("The row has {} fields where the header has {}.", row_->fields.size(),
                       columns_.size()));
    return false;
  }
  for (const auto& [name, at] : columns_) {
    if (IsUtf8(row_->fields[at])) continue;
    Report(name, kInvalidUtf8, "The value is not UTF-8.");
    return false;
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
  const bool has_value = row_ != nullptr && !row_->malformed && columns_.contains(column) &&
                         columns_.find(column)->second < row_->fields.size();
  if (has_value && reason != kInvalidUtf8 && MayExcerpt(file_, column)) {
    problem.excerpt = Get(column).substr(0, kExcerptBytes);
  }
  if (problems_) problems_(problem);
}

bool TableReader::Take(std::string_view column, std::string& to) {
  to = Get(column);
  if (to.empty()) Report(column, kEmptyValue, "The value is empty.");
  return !to.empty();
}

bool TableReader::TakeDate(std::string_view column, core::Date& to) {
  auto date = core::ParseDate(Get(column));
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

bool TableReader::TakeInstant(std::string_view column, std::optional<core::Instant>& to) {
  const std::string_view text = Get(column);
  if (text.empty()) return true;
  to = core::ParseInstant(text);
  if (auto date = core::ParseDate(text)) to = core::Instant{*date};  // OneRoster 1.1 wrote days
  if (!to) Report(column, kBadDate, "The value is not a time such as 2013-02-28T07:00:00.000Z.");
  return to.has_value();
}

bool TableReader::TakeNumber(std::string_view column, double& to) {
  auto number = ToNumber(Get(column));
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
  if (to.empty()) {
    if (required) Report(column, kEmptyValue, "The value is empty.");
    return !required;
  }
  if (known_ == nullptr || !known_->complete(file) || known_->Contains(file, to)) return true;
  Report(column, kUnknownReference, fmt::format("{} has no such sourcedId.", SpecOf(file).name));
  return false;
}

}  // namespace throughline::oneroster
