#include "columns/result_columns.h"

#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

namespace throughline::columns {

using evidence::v1::IngestResultsRequest;
using evidence::v1::NumberColumn;
using evidence::v1::RecordedColumns;
using evidence::v1::RecordedResult;
using evidence::v1::Result;
using evidence::v1::ResultColumns;
using evidence::v1::ResultsRecorded;
using evidence::v1::TextColumn;
using google::protobuf::RepeatedPtrField;

namespace {

// A text of a row, and the column of it.
template <class Row, class Columns>
struct TextField {
  const std::string& (Row::*get)() const;
  std::string* (Row::*edit)();
  const TextColumn& (Columns::*column)() const;
  TextColumn* (Columns::*edit_column)();
};

// A whole number of a row, and the column of it.
template <class Row, class Columns>
struct NumberField {
  int64_t (*get)(const Row&);
  void (*set)(Row&, int64_t);
  const NumberColumn& (Columns::*column)() const;
  NumberColumn* (Columns::*edit_column)();
};

template <auto kGet, auto kSet, class Row, class Columns>
constexpr NumberField<Row, Columns> Number(const NumberColumn& (Columns::*column)() const,
                                           NumberColumn* (Columns::*edit_column)()) {
  using Type = std::invoke_result_t<decltype(kGet), const Row&>;
  return {[](const Row& row) { return static_cast<int64_t>((row.*kGet)()); },
          [](Row& row, int64_t to) { (row.*kSet)(static_cast<Type>(to)); }, column, edit_column};
}

constexpr std::array<TextField<Result, ResultColumns>, 9> TextsOf(std::type_identity<Result>) {
  using C = ResultColumns;
  return {{
      {&Result::source_id, &Result::mutable_source_id, &C::source_id, &C::mutable_source_id},
      {&Result::student, &Result::mutable_student, &C::student, &C::mutable_student},
      {&Result::assessment, &Result::mutable_assessment, &C::assessment, &C::mutable_assessment},
      {&Result::class_id, &Result::mutable_class_id, &C::class_id, &C::mutable_class_id},
      {&Result::line_item, &Result::mutable_line_item, &C::line_item, &C::mutable_line_item},
      {&Result::date, &Result::mutable_date, &C::date, &C::mutable_date},
      {&Result::school, &Result::mutable_school, &C::school, &C::mutable_school},
      {&Result::score_text, &Result::mutable_score_text, &C::score_text, &C::mutable_score_text},
      {&Result::source_version, &Result::mutable_source_version, &C::source_version,
       &C::mutable_source_version},
  }};
}

constexpr std::array<NumberField<Result, ResultColumns>, 2> NumbersOf(std::type_identity<Result>) {
  using C = ResultColumns;
  return {{
      Number<&Result::score_status, &Result::set_score_status, Result>(&C::score_status,
                                                                       &C::mutable_score_status),
      Number<&Result::modified_at_ms, &Result::set_modified_at_ms, Result>(
          &C::modified_at_ms, &C::mutable_modified_at_ms),
  }};
}

constexpr std::array<TextField<RecordedResult, RecordedColumns>, 7> TextsOf(
    std::type_identity<RecordedResult>) {
  using R = RecordedResult;
  using C = RecordedColumns;
  return {{
      {&R::source_id, &R::mutable_source_id, &C::source_id, &C::mutable_source_id},
      {&R::student, &R::mutable_student, &C::student, &C::mutable_student},
      {&R::assessment, &R::mutable_assessment, &C::assessment, &C::mutable_assessment},
      {&R::class_id, &R::mutable_class_id, &C::class_id, &C::mutable_class_id},
      {&R::team, &R::mutable_team, &C::team, &C::mutable_team},
      {&R::score_text, &R::mutable_score_text, &C::score_text, &C::mutable_score_text},
      {&R::source_version, &R::mutable_source_version, &C::source_version,
       &C::mutable_source_version},
  }};
}

constexpr std::array<NumberField<RecordedResult, RecordedColumns>, 6> NumbersOf(
    std::type_identity<RecordedResult>) {
  using R = RecordedResult;
  using C = RecordedColumns;
  return {{
      Number<&R::outcome, &R::set_outcome, R>(&C::outcome, &C::mutable_outcome),
      Number<&R::ppm, &R::set_ppm, R>(&C::ppm, &C::mutable_ppm),
      Number<&R::day, &R::set_day, R>(&C::day, &C::mutable_day),
      Number<&R::modified_at_ms, &R::set_modified_at_ms, R>(&C::modified_at_ms,
                                                            &C::mutable_modified_at_ms),
      Number<&R::score_status, &R::set_score_status, R>(&C::score_status, &C::mutable_score_status),
      Number<&R::taken_in_at_ms, &R::set_taken_in_at_ms, R>(&C::taken_in_at_ms,
                                                            &C::mutable_taken_in_at_ms),
  }};
}

// What has a column, by kind of row. A field that has none is one of those in SaysMore.
template <class Row>
constexpr auto kTexts = TextsOf(std::type_identity<Row>());
template <class Row>
constexpr auto kNumbers = NumbersOf(std::type_identity<Row>());

bool HasUnknownFields(const google::protobuf::Message& row) {
  return !row.GetReflection()->GetUnknownFields(row).empty();
}

bool SaysMore(const Result& row) {
  return row.retracted() || !row.kept().empty() || !row.others().empty() || row.has_as_kept() ||
         !row.scale_min_text().empty() || !row.scale_max_text().empty() || row.hide_source_id() ||
         !row.part().empty() || !row.unusable().empty() || row.day_of_arrival() ||
         !row.whole_assessment().empty() || HasUnknownFields(row);
}

bool SaysMore(const RecordedResult& row) {
  return row.retracted() || !row.kept().empty() || !row.moved_to().empty() ||
         row.taken_back_at_ms() != 0 || HasUnknownFields(row);
}

template <class Row>
void ClearColumned(Row& row) {
  for (const auto& field : kTexts<Row>) (row.*field.edit)()->clear();
  for (const auto& field : kNumbers<Row>) field.set(row, 0);
  row.clear_score();
}

template <class Row, class Columns>
void WriteTextColumns(const RepeatedPtrField<Row>& rows, Columns& columns) {
  std::vector<std::string_view> texts(rows.size());
  for (const auto& field : kTexts<Row>) {
    std::transform(rows.begin(), rows.end(), texts.begin(),
                   [&](const Row& row) { return std::string_view((row.*field.get)()); });
    const bool any = std::any_of(texts.begin(), texts.end(),
                                 [](std::string_view text) { return !text.empty(); });
    if (any) WriteTexts(texts, *(columns.*field.edit_column)());
  }
}

template <class Row, class Columns>
void WriteNumberColumns(const RepeatedPtrField<Row>& rows, Columns& columns) {
  std::vector<int64_t> numbers(rows.size());
  for (const auto& field : kNumbers<Row>) {
    std::transform(rows.begin(), rows.end(), numbers.begin(), field.get);
    const bool any =
        std::any_of(numbers.begin(), numbers.end(), [](int64_t number) { return number != 0; });
    if (any) WriteNumbers(numbers, *(columns.*field.edit_column)());
  }
  std::vector<std::optional<double>> scores(rows.size());
  std::transform(rows.begin(), rows.end(), scores.begin(), [](const Row& row) {
    return row.has_score() ? std::optional(row.score()) : std::nullopt;
  });
  const bool any = std::any_of(scores.begin(), scores.end(),
                               [](const auto& score) { return score.has_value(); });
  if (any) WriteScores(scores, *columns.mutable_score());
}

template <class Row, class Columns>
void Write(const RepeatedPtrField<Row>& rows, Columns& columns) {
  columns.set_count(rows.size());
  WriteTextColumns(rows, columns);
  WriteNumberColumns(rows, columns);
  for (int i = 0; i < rows.size(); ++i) {
    if (!SaysMore(rows[i])) continue;
    columns.add_rest_rows(static_cast<uint32_t>(i));
    auto& rest = *columns.add_rest();
    rest = rows[i];
    ClearColumned(rest);
  }
}

template <class Holder>
void PutIn(Holder& holder) {
  if (!AreWorthColumns(holder.results_size())) return;
  Write(holder.results(), *holder.mutable_columns());
  holder.clear_results();
}

// Whether they are rows, each once and in order.
bool AreRows(const google::protobuf::RepeatedField<uint32_t>& some, int rows) {
  for (int i = 0; i < some.size(); ++i) {
    if (some[i] >= static_cast<uint32_t>(rows) || (i > 0 && some[i] <= some[i - 1])) return false;
  }
  return true;
}

}  // namespace

void WriteColumns(const RepeatedPtrField<Result>& results, ResultColumns& columns) {
  Write(results, columns);
}
void PutInColumns(IngestResultsRequest& request) { PutIn(request); }
void PutInColumns(ResultsRecorded& recorded) { PutIn(recorded); }

template <class Row>
RowReader<Row>::RowReader(const Columns& columns) : columns_(columns) {
  const int rows = columns.count();
  if (rows <= 0 || rows > kRowsAtMost) return;
  rows_ = rows;
  if (!Open()) rows_ = 0;
}

template <class Row>
bool RowReader<Row>::Open() {
  texts_.reserve(kTexts<Row>.size());
  for (const auto& field : kTexts<Row>) {
    auto reader = TextReader::Of((columns_.*field.column)(), rows_);
    if (!reader) return false;
    texts_.push_back(*std::move(reader));
  }
  numbers_.reserve(kNumbers<Row>.size());
  for (const auto& field : kNumbers<Row>) {
    auto reader = NumberReader::Of((columns_.*field.column)(), rows_);
    if (!reader) return false;
    numbers_.push_back(*reader);
  }
  score_ = ScoreReader::Of(columns_.score(), rows_);
  return score_.has_value() && columns_.rest_rows_size() == columns_.rest_size() &&
         AreRows(columns_.rest_rows(), rows_);
}

template <class Row>
void RowReader<Row>::Read(int at, Row& row) const {
  const auto& rests = columns_.rest_rows();
  const auto rest = std::lower_bound(rests.begin(), rests.end(), static_cast<uint32_t>(at));
  if (rest != rests.end() && *rest == static_cast<uint32_t>(at)) {
    row = columns_.rest(static_cast<int>(rest - rests.begin()));
  } else {
    row.Clear();
  }
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (!texts_[i].empty()) texts_[i].Read(at, *(row.*kTexts<Row>[i].edit)());
  }
  for (size_t i = 0; i < numbers_.size(); ++i) {
    if (const int64_t number = numbers_[i].Read(at)) kNumbers<Row>[i].set(row, number);
  }
  if (const auto score = score_->Read(at)) row.set_score(*score);
}

template class RowReader<Result>;
template class RowReader<RecordedResult>;

int CountOf(const IngestResultsRequest& request) {
  return request.has_columns() ? RowReader<Result>(request.columns()).size()
                               : request.results_size();
}

bool AreOfOneSchool(const IngestResultsRequest& request) {
  if (request.has_columns()) {
    const auto schools = TextReader::Of(request.columns().school(), request.columns().count());
    return schools && schools->texts() <= 1;
  }
  const auto& rows = request.results();
  return std::all_of(rows.begin(), rows.end(),
                     [&](const Result& row) { return row.school() == rows[0].school(); });
}

std::string SchoolOf(const IngestResultsRequest& request) {
  if (!request.has_columns()) {
    return request.results().empty() ? std::string() : request.results(0).school();
  }
  const RowReader<Result> reader(request.columns());
  Result first;
  if (reader.size() > 0) reader.Read(0, first);
  return first.school();
}

bool AnyOfTeam(const ResultsRecorded& recorded, const std::string& team) {
  if (!recorded.has_columns()) {
    return std::any_of(recorded.results().begin(), recorded.results().end(),
                       [&](const RecordedResult& row) { return row.team() == team; });
  }
  const RecordedColumns& columns = recorded.columns();
  const auto reader = TextReader::Of(columns.team(), columns.count());
  std::string one;
  for (int i = 0; reader && i < reader->texts(); ++i) {
    reader->ReadText(i, one);
    if (one == team) return true;
  }
  return false;
}

}  // namespace throughline::columns
