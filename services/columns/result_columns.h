// The results of a command and of an event, in whichever of the two forms they are: as rows, or
// column by column. Everybody who looks at them does so through this.
//
// What is read of columns is what was written, row by row. Columns that contradict themselves have
// no rows: reading never fails.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/repeated_field.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "columns/number_column.h"
#include "columns/text_column.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::columns {

// From so many results on, columns are smaller than rows even where nothing is alike.
inline constexpr int kWorthColumns = 4;
// Of more results no columns are written or read.
inline constexpr int kRowsAtMost = 500;

inline bool AreWorthColumns(int rows) { return kWorthColumns <= rows && rows <= kRowsAtMost; }

// At most kRowsAtMost results, in columns that are empty before.
void WriteColumns(const google::protobuf::RepeatedPtrField<evidence::v1::Result>& results,
                  evidence::v1::ResultColumns& columns);
// Puts results that are worth it into columns, and leaves others where they are.
void PutInColumns(evidence::v1::IngestResultsRequest& request);
void PutInColumns(evidence::v1::ResultsRecorded& recorded);

// What holds a Result or a RecordedResult in columns.
template <class Row>
struct ColumnsOf;
template <>
struct ColumnsOf<evidence::v1::Result> {
  using Type = evidence::v1::ResultColumns;
  using Holder = evidence::v1::IngestResultsRequest;
};
template <>
struct ColumnsOf<evidence::v1::RecordedResult> {
  using Type = evidence::v1::RecordedColumns;
  using Holder = evidence::v1::ResultsRecorded;
};

// Makes rows of columns, which must outlive it.
template <class Row>
class RowReader {
 public:
  using Columns = typename ColumnsOf<Row>::Type;

  explicit RowReader(const Columns& columns);

  int size() const { return rows_; }
  // In place of what `row` was.
  void Read(int at, Row& row) const;

 private:
  // Whether the columns agree.
  bool Open();

  const Columns& columns_;
  int rows_ = 0;
  std::vector<TextReader> texts_;  // in the order of the fields that have columns
  std::vector<NumberReader> numbers_;
  std::optional<ScoreReader> score_;
};

// All rows of a command or of an event, which must outlive it.
template <class Row>
class Rows {
 public:
  using Holder = typename ColumnsOf<Row>::Holder;

  explicit Rows(const Holder& holder) : rows_(&holder.results()) {
    if (!holder.has_columns()) return;
    arena_ = std::make_unique<google::protobuf::Arena>();
    auto& made = *google::protobuf::Arena::CreateMessage<Holder>(arena_.get())->mutable_results();
    const RowReader<Row> reader(holder.columns());
    made.Reserve(reader.size());
    for (int i = 0; i < reader.size(); ++i) reader.Read(i, *made.Add());
    rows_ = &made;
  }

  int size() const { return rows_->size(); }
  bool empty() const { return rows_->empty(); }
  const Row& operator[](int at) const { return rows_->Get(at); }
  auto begin() const { return rows_->begin(); }
  auto end() const { return rows_->end(); }
  const google::protobuf::RepeatedPtrField<Row>& all() const { return *rows_; }

 private:
  std::unique_ptr<google::protobuf::Arena> arena_;  // of rows that are made; null: there are none
  const google::protobuf::RepeatedPtrField<Row>* rows_;
};

inline Rows<evidence::v1::Result> RowsOf(const evidence::v1::IngestResultsRequest& request) {
  return Rows<evidence::v1::Result>(request);
}
inline Rows<evidence::v1::RecordedResult> RowsOf(const evidence::v1::ResultsRecorded& recorded) {
  return Rows<evidence::v1::RecordedResult>(recorded);
}

// Calls visit(row) for one after the other, without making all of them; what it is given is gone
// after the call.
template <class Row, class Visit>
void ForEach(const typename ColumnsOf<Row>::Holder& holder, Visit visit) {
  if (!holder.has_columns()) {
    for (const Row& row : holder.results()) visit(row);
    return;
  }
  const RowReader<Row> reader(holder.columns());
  Row row;
  for (int i = 0; i < reader.size(); ++i) {
    reader.Read(i, row);
    visit(std::as_const(row));
  }
}
template <class Visit>
void ForEachRow(const evidence::v1::IngestResultsRequest& request, Visit visit) {
  ForEach<evidence::v1::Result>(request, std::move(visit));
}
template <class Visit>
void ForEachRow(const evidence::v1::ResultsRecorded& recorded, Visit visit) {
  ForEach<evidence::v1::RecordedResult>(recorded, std::move(visit));
}

// How many results there are.
int CountOf(const evidence::v1::IngestResultsRequest& request);
// The school of the first result; empty when there is none.
std::string SchoolOf(const evidence::v1::IngestResultsRequest& request);
// Whether all results say the same school.
bool AreOfOneSchool(const evidence::v1::IngestResultsRequest& request);
// Whether any result that was recorded is of the team's.
bool AnyOfTeam(const evidence::v1::ResultsRecorded& recorded, const std::string& team);

}  // namespace throughline::columns
