#include "gateway/csv/results.h"

#include <algorithm>

#include "gateway/csv/errors.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"
#include "oneroster/conventions.h"

namespace throughline::gateway::csv {

namespace {

using evidence::v1::Result;

constexpr char kFile[] = "the file";

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// With a point; a vendor's separators of thousands are no part of a number.
std::string WithPoint(std::string text, char decimal) {
  if (decimal == '.') return text;
  for (char& c : text) c = c == ',' ? '.' : c == '.' ? ',' : c;
  return text;
}

}  // namespace

core::Result<size_t> TextStream::Read(std::span<char> buffer) {
  const size_t size = std::min(buffer.size(), text_.size());
  std::copy_n(text_.data(), size, buffer.data());
  text_.remove_prefix(size);
  return size;
}

core::Result<Results> Results::Open(std::unique_ptr<oneroster::ByteStream> stream, Mapping mapping,
                                    const oneroster::CsvLimits& limits) {
  oneroster::CsvReader reader(std::move(stream), kFile, limits, mapping.delimiter);
  Results results(std::move(mapping), std::move(reader));
  if (!results.mapping_.header) return results;
  auto first = results.reader_.Next();
  if (!first) return core::Refuse(first.error());
  if (*first == nullptr) return core::Refuse(FileEmpty());
  if ((*first)->malformed) return core::Refuse(RowMalformed());
  if (auto found = results.FindColumns((*first)->fields); !found) {
    return core::Refuse(found.error());
  }
  return results;
}

core::Result<void> Results::FindColumns(const std::vector<std::string_view>& names) {
  for (auto& [field, place] : mapping_.places) {
    if (place.column.empty()) continue;
    for (size_t i = 0; i < names.size(); ++i) {
      const auto name = ToUtf8(names[i], mapping_.encoding);
      if (!name || Trimmed(*name) != Trimmed(place.column)) continue;
      if (place.number != 0) return core::Refuse(ColumnAmbiguous(place.column));
      place.number = i + 1;
    }
    if (place.number == 0) return core::Refuse(ColumnMissing(place.column));
  }
  return {};
}

core::Result<std::optional<Row>> Results::Next() {
  auto next = reader_.Next();
  if (!next) return core::Refuse(next.error());
  if (*next == nullptr) return std::nullopt;
  const oneroster::CsvRow& row = **next;
  if (row.malformed) return Row{row.line, core::Refuse(RowMalformed())};
  return Row{row.line, Translate(row)};
}

core::Result<std::string> Results::TextOf(Field field, const oneroster::CsvRow& row) const {
  const auto found = mapping_.places.find(field);
  if (found == mapping_.places.end()) return std::string();
  const Place& place = found->second;
  if (place.number == 0) return place.constant;
  if (place.number > row.fields.size()) return std::string();
  const auto text = ToUtf8(Trimmed(row.fields[place.number - 1]), mapping_.encoding);
  if (!text) return core::Refuse(EncodingInvalid(NameOf(field)));
  return *text;
}

core::Result<void> Results::SetScoreOf(const oneroster::CsvRow& row, Result& result) const {
  const auto word = TextOf(Field::kScoreStatus, row);
  if (!word) return core::Refuse(word.error());
  if (!word->empty()) {
    const auto declared = mapping_.statuses.find(*word);
    const auto status = declared != mapping_.statuses.end() ? std::optional(declared->second)
                                                            : ParseScoreStatus(*word);
    if (!status) return core::Refuse(WordUnknown("score_status"));
    result.set_score_status(*status);
  }
  const auto score = TextOf(Field::kScore, row);
  if (!score) return core::Refuse(score.error());
  if (mapping_.no_score.contains(*score)) return {};
  auto set = SetScore(WithPoint(*score, mapping_.decimal), "score", result);
  return set ? SetScaleOf(row, result) : set;
}

core::Result<void> Results::SetScaleOf(const oneroster::CsvRow& row, Result& result) const {
  std::string ends[2];
  const Field fields[2] = {Field::kScaleMin, Field::kScaleMax};
  for (size_t i = 0; i < 2; ++i) {
    const auto text = TextOf(fields[i], row);
    if (!text) return core::Refuse(text.error());
    const auto place = mapping_.places.find(fields[i]);
    // A constant is written in the mapping, as JSON has it.
    const bool in_file = place != mapping_.places.end() && place->second.number != 0;
    ends[i] = in_file ? WithPoint(*text, mapping_.decimal) : *text;
  }
  if (ends[0].empty() && ends[1].empty()) return {};
  return SetScale(ends[0], ends[1], "scale_max", result);
}

core::Result<void> Results::SetTimes(const oneroster::CsvRow& row, Result& result) const {
  const auto date = TextOf(Field::kDate, row);
  if (!date) return core::Refuse(date.error());
  if (date->empty()) return core::Refuse(FieldMissing("date"));
  const auto day = mapping_.date_format.Read(*date);
  if (!day) return core::Refuse(FieldInvalid("date", "a day as " + mapping_.date_format.text()));
  result.set_date(core::FormatDate(*day));
  const auto modified = TextOf(Field::kModifiedAt, row);
  if (!modified) return core::Refuse(modified.error());
  if (modified->empty()) return {};
  const auto instant = ReadInstant(*modified);
  if (!instant) return core::Refuse(FieldInvalid("modified_at", "an instant after RFC 3339"));
  result.set_modified_at_ms(core::ToMillis(*instant));
  return {};
}

core::Result<Result> Results::Translate(const oneroster::CsvRow& row) const {
  Result result;
  std::string assessment, in_class, school;
  const std::pair<Field, std::string*> texts[] = {{Field::kSourceId, result.mutable_source_id()},
                                                  {Field::kStudent, result.mutable_student()},
                                                  {Field::kLineItem, result.mutable_line_item()},
                                                  {Field::kAssessment, &assessment},
                                                  {Field::kClass, &in_class},
                                                  {Field::kSchool, &school}};
  for (const auto& [field, text] : texts) {
    auto read = TextOf(field, row);
    if (!read) return core::Refuse(read.error());
    *text = *std::move(read);
  }
  if (result.student().empty()) return core::Refuse(FieldMissing("student"));
  if (assessment.empty() && result.line_item().empty()) {
    return core::Refuse(FieldMissing("assessment"));
  }
  if (!assessment.empty()) result.set_assessment(oneroster::IdOf(assessment));
  if (!in_class.empty()) result.set_class_id(oneroster::IdOf(in_class));
  if (!school.empty()) result.set_school(oneroster::IdOf(school));
  if (auto set = SetTimes(row, result); !set) return core::Refuse(set.error());
  if (auto set = SetScoreOf(row, result); !set) return core::Refuse(set.error());
  if (mapping_.places.contains(Field::kSourceId)) {
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

void ExerciseMapping(std::string_view text) {
  if (auto json = ReadJson(text)) (void)ReadMapping(*json);
}

void ExerciseFile(std::string_view text) {
  constexpr std::string_view kMappings[] = {
      R"({"source": "a", "columns": {"student": "s", "score": "p", "date": "d", "class": 4},
          "constants": {"assessment": "x"}, "scale": {"min": 0, "max": 10}})",
      R"({"source": "a", "header": false, "delimiter": ";", "encoding": "windows-1252",
          "decimal": ",", "date_format": "D.M.YY *", "no_score": ["-"],
          "score_status": {"x": "exempt"},
          "columns": {"student": 1, "score": 2, "date": 3, "line_item": 4, "score_status": 5}})"};
  for (const std::string_view mapping : kMappings) {
    auto results = Results::Open(std::make_unique<TextStream>(text),
                                 ReadMapping(ReadJson(mapping).value()).value());
    if (!results) continue;
    for (auto row = results->Next(); row && *row; row = results->Next()) continue;
  }
}

}  // namespace throughline::gateway::csv
