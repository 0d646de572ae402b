#include "gateway/csv/results.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <utility>

#include "gateway/csv/errors.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"
#include "oneroster/conventions.h"

namespace throughline::gateway::csv {

namespace {

using evidence::v1::Result;

constexpr char kFile[] = "the file";
constexpr char kNoDelimiter = '\x1f';
constexpr size_t kTitleRowsAtMost = 20;  // in which the names of the columns are looked for

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// With a point; separators of thousands that nobody declared are no part of a number.
std::string WithPoint(std::string text, char decimal) {
  if (decimal == '.') return text;
  for (char& c : text) c = c == ',' ? '.' : c == '.' ? ',' : c;
  return text;
}

// Without separators of thousands, where they stand as such; else as it is, which is no number.
std::string WithoutThousands(const std::string& text, char separator, char decimal) {
  const size_t end = std::min(text.find(decimal), text.size());
  if (separator == 0 || text.find(separator) >= end) return text;
  std::string digits;
  size_t since = 0;  // digits since the last separator
  bool any = false;
  for (size_t i = 0; i < end; ++i) {
    if (text[i] == separator) {
      if (since == 0 || since > 3 || (any && since != 3)) return text;
      any = true;
      since = 0;
      continue;
    }
    if (text[i] >= '0' && text[i] <= '9') ++since;
    digits += text[i];
  }
  return since == 3 ? digits + text.substr(end) : text;
}

bool SameInAnyCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// Where so many characters of UTF-8 end; of another encoding a byte is one.
size_t EndOf(std::string_view text, size_t characters, Encoding encoding) {
  if (encoding != Encoding::kUtf8) return std::min(characters, text.size());
  size_t at = 0;
  for (; at < text.size() && characters > 0; --characters) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  }
  return at;
}

// Besides the score: what no number is made of.
void Keep(const Place& place, std::string_view kind, const std::string& value, Result& result) {
  evidence::v1::KeptScore& kept = *result.add_kept();
  kept.set_method(place.column.empty() ? "column " + std::to_string(place.number) : place.column);
  kept.set_kind(std::string(kind));
  kept.set_value(value);
}

bool IsRange(const std::string& value) {
  return value[0] == '<' || value[0] == '>' || value.starts_with("≤") || value.starts_with("≥");
}

}  // namespace

core::Result<size_t> TextStream::Read(std::span<char> buffer) {
  const size_t size = std::min(buffer.size(), text_.size());
  std::copy_n(text_.begin(), size, buffer.begin());
  text_.remove_prefix(size);
  return size;
}

core::Result<Results> Results::Open(std::unique_ptr<throughline::csv::ByteStream> stream,
                                    Mapping mapping, const throughline::csv::CsvLimits& limits) {
  throughline::csv::CsvLimits fitting = limits;
  throughline::csv::CsvDialect dialect{.delimiter = mapping.delimiter};
  if (!mapping.widths.empty()) {
    // A line is one field, which is divided later.
    dialect = {.delimiter = kNoDelimiter, .quotes = false};
    fitting.field_bytes = limits.row_bytes;
  }
  throughline::csv::CsvReader reader(std::move(stream), kFile, fitting, dialect);
  Results results(std::move(mapping), std::move(reader));
  if (auto skipped = results.SkipTitles(); !skipped) return core::Refuse(skipped.error());
  if (!results.mapping_.header) return results;
  if (auto found = results.FindHeader(); !found) return core::Refuse(found.error());
  return results;
}

// What is declared to stand before the header, or before the rows where there is none.
core::Result<void> Results::SkipTitles() {
  const auto lines = static_cast<int64_t>(mapping_.title_lines.value_or(0));
  if (lines == 0) return {};
  while (true) {
    auto row = reader_.Next();
    if (!row) return core::Refuse(row.error());
    if (*row != nullptr && (*row)->line <= lines) continue;
    held_ = *row;
    return {};
  }
}

// The first row that has all the names. When there is none, the one that has the most of them says
// what is missing.
core::Result<void> Results::FindHeader() {
  const size_t rows_at_most = mapping_.title_lines ? 1 : kTitleRowsAtMost;
  std::optional<core::Error> why;
  size_t most = 0;
  for (size_t i = 0; i < rows_at_most; ++i) {
    auto row = NextRow();
    if (!row) return core::Refuse(row.error());
    if (*row == nullptr) break;
    if ((*row)->fault != throughline::csv::CsvFault::kNone) {
      why = why.value_or(RowMalformed());
      continue;
    }
    const Cells names = CellsOf(**row);
    const Mapping before = mapping_;
    auto found = FindColumns(names);
    if (found) return {};
    mapping_ = before;
    const size_t known = KnownOf(names.fields);
    if (!why || known > most) why = found.error();
    most = std::max(most, known);
  }
  return core::Refuse(why.value_or(FileEmpty()));
}

// How many of the names a mapping names.
size_t Results::KnownOf(const std::vector<std::string_view>& names) const {
  size_t known = 0;
  for (const Places& places : mapping_.results) {
    for (const auto& [field, place] : places) {
      known += std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return !place.column.empty() && SameInAnyCase(Trimmed(name), Trimmed(place.column));
      });
    }
  }
  return known;
}

core::Result<void> Results::FindColumns(const Cells& names) {
  for (Places& places : mapping_.results) {
    for (auto& [field, place] : places) {
      if (auto found = FindColumn(names, place); !found) return found;
    }
  }
  for (Filter& filter : mapping_.filters) {
    if (auto found = FindColumn(names, filter.place); !found) return found;
  }
  return {};
}

// By the name as it is declared; where there is none, by the same in another case.
core::Result<void> Results::FindColumn(const Cells& names, Place& place) const {
  if (place.column.empty()) return {};
  const std::string_view declared = Trimmed(place.column);
  for (const bool in_any_case : {false, true}) {
    for (size_t i = 0; i < names.fields.size(); ++i) {
      const auto name = ToUtf8(names.fields[i], mapping_.encoding);
      if (!name) continue;
      const std::string_view trimmed = Trimmed(*name);
      if (in_any_case ? !SameInAnyCase(trimmed, declared) : trimmed != declared) continue;
      if (place.number != 0) return core::Refuse(ColumnAmbiguous(place.column));
      place.number = i + 1;
    }
    if (place.number != 0) return {};
  }
  return core::Refuse(ColumnMissing(place.column));
}

Results::Cells Results::CellsOf(const throughline::csv::CsvRow& row) const {
  Cells cells{row.fields, &row.cut};
  if (mapping_.widths.empty() || row.fields.empty()) return cells;
  std::string_view line = row.fields[0];
  cells.fields.clear();
  for (const size_t width : mapping_.widths) {
    const size_t end = EndOf(line, width, mapping_.encoding);
    cells.fields.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return cells;
}

core::Result<const throughline::csv::CsvRow*> Results::NextRow() {
  if (held_ != nullptr) return std::exchange(held_, nullptr);
  return reader_.Next();
}

core::Result<std::optional<Row>> Results::Next() {
  while (ready_.empty()) {
    auto next = NextRow();
    if (!next) return core::Refuse(next.error());
    if (*next == nullptr) return std::nullopt;
    const throughline::csv::CsvRow& row = **next;
    if (row.fault != throughline::csv::CsvFault::kNone) {
      const bool quotes = row.fault == throughline::csv::CsvFault::kQuoting;
      return Row{row.line, core::Refuse(quotes ? RowMalformed() : RowTooWide())};
    }
    const Cells cells = CellsOf(row);
    const auto passes = Passes(cells);
    if (!passes) return Row{row.line, core::Refuse(passes.error())};
    if (!*passes) {
      ++filtered_;
      continue;
    }
    for (size_t part = 0; part < mapping_.results.size(); ++part) {
      ready_.push_back(ReadPart(row, cells, part));
    }
  }
  Row first = std::move(ready_.front());
  ready_.pop_front();
  return first;
}

core::Result<bool> Results::Passes(const Cells& row) const {
  for (const Filter& filter : mapping_.filters) {
    const auto word = TextIn(filter.place, row, filter.only ? "only" : "except");
    if (!word) return core::Refuse(word.error());
    if (filter.words.contains(*word) != filter.only) return false;
  }
  return true;
}

Row Results::ReadPart(const throughline::csv::CsvRow& row, const Cells& cells, size_t part) {
  const Places& places = mapping_.results[part];
  Row read{.line = row.line, .result = Result(), .part = part};
  read.ignored = IsBlank(cells, places);
  if (read.ignored) return read;
  read.result = Translate(cells, places);
  if (!read.result) return read;
  if (mapping_.results.size() > 1 && !read.result->hide_source_id()) {
    const auto& result = *read.result;
    read.result->set_part(result.assessment().empty() ? result.line_item() : result.assessment());
  }
  Remember(read);
  return read;
}

void Results::Remember(Row& row) {
  const Result& result = *row.result;
  const size_t id = std::hash<std::string>()(result.source_id() + "//" + result.part());
  const Seen now{row.line, result.has_score(), std::hash<std::string>()(result.score_text())};
  const auto [known, first] = seen_.try_emplace(id, now);
  if (first) return;
  Seen& before = known->second;
  if (before.scored && !now.scored) {
    row.result = core::Refuse(ScoreInAnotherRow(before.line));
    return;
  }
  if (before.scored && before.score != now.score) row.replaces_line = before.line;
  before = now;
}

core::Result<std::string> Results::TextIn(const Place& place, const Cells& row,
                                          std::string_view field) const {
  if (place.number == 0) return place.constant;
  const size_t at = place.number - 1;
  if (at >= row.fields.size()) return std::string();
  const bool whole = std::find(row.cut->begin(), row.cut->end(), at) == row.cut->end();
  if (!whole && mapping_.widths.empty()) return core::Refuse(FieldTooWide(field));
  const auto text = ToUtf8(Trimmed(row.fields[at]), mapping_.encoding);
  if (!text) return core::Refuse(EncodingInvalid(field));
  return *text;
}

core::Result<std::string> Results::TextOf(Field field, const Cells& row,
                                          const Places& places) const {
  const auto found = places.find(field);
  if (found == places.end()) return std::string();
  return TextIn(found->second, row, NameOf(field));
}

// Whether there is nothing where a score, or why there is none, would stand.
bool Results::IsBlank(const Cells& row, const Places& places) const {
  if (mapping_.no_score.contains("")) return false;
  const Field fields[] = {Field::kScore, Field::kScoreStatus, Field::kLevel};
  return std::all_of(std::begin(fields), std::end(fields), [&](Field field) {
    const auto place = places.find(field);
    const bool constant = place != places.end() && place->second.number == 0;
    const auto text = TextOf(field, row, places);
    return text && (text->empty() || (constant && field == Field::kScoreStatus));
  });
}

core::Result<void> Results::SetScoreOf(const Cells& row, const Places& places,
                                       Result& result) const {
  const auto word = TextOf(Field::kScoreStatus, row, places);
  if (!word) return core::Refuse(word.error());
  if (!word->empty()) {
    const auto declared = mapping_.statuses.find(*word);
    const auto status = declared != mapping_.statuses.end() ? std::optional(declared->second)
                                                            : ParseScoreStatus(*word);
    if (!status) return core::Refuse(WordUnknown("score_status"));
    result.set_score_status(*status);
  }
  const auto level = TextOf(Field::kLevel, row, places);
  if (!level) return core::Refuse(level.error());
  if (!level->empty()) Keep(places.at(Field::kLevel), "Level", *level, result);
  const auto score = TextOf(Field::kScore, row, places);
  if (!score) return core::Refuse(score.error());
  if (mapping_.no_score.contains(*score)) {
    // It is said that there is none.
    if (word->empty()) result.set_score_status(evidence::v1::SCORE_STATUS_NOT_SUBMITTED);
    return {};
  }
  return score->empty() ? core::Result<void>() : SetNumber(*score, row, places, result);
}

core::Result<void> Results::SetNumber(const std::string& score, const Cells& row,
                                      const Places& places, Result& result) const {
  const bool percent = score.ends_with('%');
  const std::string number(Trimmed(std::string_view(score).substr(0, score.size() - percent)));
  auto set = SetScore(
      WithPoint(WithoutThousands(number, mapping_.thousands, mapping_.decimal), mapping_.decimal),
      "score", result);
  if (set) return SetScaleOf(row, places, percent, result);
  if (!mapping_.levels) return set;
  Keep(places.at(Field::kScore), IsRange(score) ? "Range" : "Level", score, result);
  return {};
}

core::Result<void> Results::SetScaleOf(const Cells& row, const Places& places, bool percent,
                                       Result& result) const {
  std::string ends[2];
  const Field fields[2] = {Field::kScaleMin, Field::kScaleMax};
  for (size_t i = 0; i < 2; ++i) {
    const auto text = TextOf(fields[i], row, places);
    if (!text) return core::Refuse(text.error());
    const auto place = places.find(fields[i]);
    // A constant is written in the mapping, as JSON has it.
    const bool in_file = place != places.end() && place->second.number != 0;
    ends[i] = in_file ? WithPoint(WithoutThousands(*text, mapping_.thousands, mapping_.decimal),
                                  mapping_.decimal)
                      : *text;
  }
  if (!ends[0].empty() || !ends[1].empty()) return SetScale(ends[0], ends[1], "scale_max", result);
  return percent ? SetScale("0", "100", "scale_max", result) : core::Result<void>();
}

core::Result<std::string> Results::DayOf(const std::string& date) const {
  const auto named = mapping_.dates.find(date);
  if (named != mapping_.dates.end()) return named->second;
  const auto day = mapping_.date_format.Read(date);
  if (!day) return core::Refuse(FieldInvalid("date", "a day as " + mapping_.date_format.text()));
  return core::FormatDate(*day);
}

core::Result<void> Results::SetTimes(const Cells& row, const Places& places, Result& result) const {
  const auto date = TextOf(Field::kDate, row, places);
  if (!date) return core::Refuse(date.error());
  if (date->empty()) return core::Refuse(FieldMissing("date"));
  const auto day = DayOf(*date);
  if (!day) return core::Refuse(day.error());
  result.set_date(*day);
  const auto modified = TextOf(Field::kModifiedAt, row, places);
  if (!modified) return core::Refuse(modified.error());
  if (modified->empty()) return {};
  const auto instant = ReadInstant(*modified);
  if (!instant) return core::Refuse(FieldInvalid("modified_at", "an instant after RFC 3339"));
  result.set_modified_at_ms(core::ToMillis(*instant));
  return {};
}

core::Result<Result> Results::Translate(const Cells& row, const Places& places) const {
  Result result;
  std::string assessment, in_class, school;
  const std::pair<Field, std::string*> texts[] = {{Field::kSourceId, result.mutable_source_id()},
                                                  {Field::kStudent, result.mutable_student()},
                                                  {Field::kLineItem, result.mutable_line_item()},
                                                  {Field::kAssessment, &assessment},
                                                  {Field::kClass, &in_class},
                                                  {Field::kSchool, &school}};
  for (const auto& [field, text] : texts) {
    auto read = TextOf(field, row, places);
    if (!read) return core::Refuse(read.error());
    *text = *std::move(read);
  }
  if (result.student().empty()) return core::Refuse(FieldMissing("student"));
  if (assessment.empty() && result.line_item().empty()) {
    return core::Refuse(FieldMissing("assessment"));
  }
  if (!assessment.empty()) result.set_assessment(throughline::oneroster::IdOf(assessment));
  if (!in_class.empty()) result.set_class_id(throughline::oneroster::IdOf(in_class));
  if (!school.empty()) result.set_school(throughline::oneroster::IdOf(school));
  if (auto set = SetTimes(row, places, result); !set) return core::Refuse(set.error());
  if (auto set = SetScoreOf(row, places, result); !set) return core::Refuse(set.error());
  if (places.contains(Field::kSourceId)) {
    if (result.source_id().empty()) return core::Refuse(FieldMissing("source_id"));
    return result;
  }
  // One a day. Lengths tell apart what a separator in a name would not.
  std::string id;
  for (const std::string& part : {result.student(), result.assessment(), result.line_item(),
                                  result.class_id(), result.date()}) {
    id += std::to_string(part.size()) + ":" + part;
  }
  result.set_source_id(id);
  result.set_hide_source_id(true);
  return result;
}

void FuzzMapping(std::string_view text) {
  if (auto json = ReadJson(text)) (void)ReadMapping(*json);
}

void FuzzFile(std::string_view text) {
  constexpr std::string_view kMappings[] = {
      R"({"source": "a", "columns": {"student": "s", "score": "p", "date": "d", "class": 4},
          "constants": {"assessment": "x"}, "scale": {"min": 0, "max": 10}})",
      R"({"source": "a", "header": false, "delimiter": ";", "encoding": "windows-1252",
          "decimal": ",", "date_format": "D.M.YY *", "no_score": ["-"],
          "score_status": {"x": "exempt"},
          "columns": {"student": 1, "score": 2, "date": 3, "line_item": 4, "score_status": 5}})",
      R"({"source": "a", "title_lines": 1, "thousands": ",", "levels": true, "day": 31,
          "date_format": "M/YYYY", "dates": {"BOY": "2025-09-15"}, "no_score": [""],
          "only": {"k": ["x", ""]}, "except": {"2": ["v"]},
          "columns": {"student": "s", "date": "d"},
          "results": [{"columns": {"score": "p", "level": "l"}, "constants": {"assessment": "x"}},
                      {"columns": {"score": 3, "source_id": 1},
                       "constants": {"line_item": "y"}}]})",
      R"({"source": "a", "header": false, "widths": [2, 3, 10, 1], "title_lines": 2,
          "columns": {"student": 1, "score": 2, "date": 3, "assessment": 4}})"};
  for (const std::string_view mapping : kMappings) {
    auto results = Results::Open(std::make_unique<TextStream>(text),
                                 ReadMapping(ReadJson(mapping).value()).value());
    if (!results) continue;
    for (auto row = results->Next(); row && *row; row = results->Next()) continue;
  }
}

}  // namespace throughline::gateway::csv
