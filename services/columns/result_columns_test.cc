// Any results, in columns, are read as what they were; and whatever is not well formed has no rows.
#include "columns/result_columns.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <random>

namespace throughline::columns {
namespace {

using evidence::v1::IngestResultsRequest;
using evidence::v1::RecordedResult;
using evidence::v1::Result;
using evidence::v1::ResultsRecorded;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

// Rows of which any field may be there: those of today, and those that are added to them.
class RandomRows {
 public:
  explicit RandomRows(uint64_t seed) : random_(seed) {}

  template <class Row>
  void Fill(int rows, google::protobuf::RepeatedPtrField<Row>& all) {
    fields_alike_ = Roll(4) == 0 ? 0 : Roll(100);
    for (int i = 0; i < rows; ++i) FillOne(*all.Add(), 0);
  }
  size_t Roll(size_t sides) { return random_() % sides; }

 private:
  void FillOne(Message& message, int depth) {
    const auto& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      if (Roll(3) == 0) continue;
      const FieldDescriptor& field = *type.field(i);
      if (field.is_repeated() && depth > 1) continue;
      const int times = field.is_repeated() ? static_cast<int>(Roll(3)) : 1;
      for (int time = 0; time < times; ++time) Set(field, depth, message);
    }
    if (Roll(20) == 0) {
      message.GetReflection()->MutableUnknownFields(&message)->AddVarint(1999, Roll(9));
    }
  }
  void Set(const FieldDescriptor& field, int depth, Message& message) {
    const auto& how = *message.GetReflection();
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return FillOne(
            many ? *how.AddMessage(&message, &field) : *how.MutableMessage(&message, &field),
            depth + 1);
      case FieldDescriptor::CPPTYPE_STRING:
        return how.SetString(&message, &field, Text());
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return how.SetDouble(&message, &field,
                             static_cast<double>(Roll(1001)) / (Roll(5) == 0 ? 3 : 10));
      case FieldDescriptor::CPPTYPE_BOOL:
        return how.SetBool(&message, &field, Roll(2) == 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return how.SetEnumValue(&message, &field, static_cast<int>(Roll(7)));
      case FieldDescriptor::CPPTYPE_INT32:
        return how.SetInt32(&message, &field, static_cast<int32_t>(Number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return how.SetInt64(&message, &field, Number());
      default:
        FAIL() << "a field of another type: " << field.full_name();
    }
  }
  std::string Text() {
    if (Roll(100) < fields_alike_) return "check";
    std::string text;
    const size_t length = Roll(2) == 0 ? 26 : Roll(12);
    while (text.size() < length) text += "abcdefghijklmnopqrstuvwxyz234567"[Roll(32)];
    if (Roll(10) == 0) text += "//part";
    return text;
  }
  int64_t Number() {
    return Roll(5) == 0 ? static_cast<int64_t>(random_()) : static_cast<int64_t>(Roll(1'000'000));
  }

  std::mt19937_64 random_;
  size_t fields_alike_ = 0;  // percent
};

template <class Holder>
void ExpectRows(const Holder& written, const Holder& read) {
  const auto rows = RowsOf(read);
  ASSERT_EQ(rows.size(), written.results_size());
  for (int i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(MessageDifferencer::Equals(rows[i], written.results(i)))
        << rows[i].ShortDebugString() << "\nis not\n"
        << written.results(i).ShortDebugString();
  }
}

template <class Holder>
void ExpectAnyRowsAreRead() {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomRows random(seed);
    Holder rows;
    random.Fill(static_cast<int>(random.Roll(40)), *rows.mutable_results());
    Holder columns = rows;
    PutInColumns(columns);
    EXPECT_EQ(columns.has_columns(), rows.results_size() >= kWorthColumns);
    EXPECT_EQ(columns.results_size(), columns.has_columns() ? 0 : rows.results_size());
    ExpectRows(rows, columns);
    Holder again;
    ASSERT_TRUE(again.ParseFromString(columns.SerializeAsString()));
    ExpectRows(rows, again);
    Holder same = rows;
    PutInColumns(same);
    EXPECT_EQ(same.SerializeAsString(), columns.SerializeAsString());
  }
}

TEST(ResultColumns, AnyResultsOfACommandAreReadAsTheyWere) {
  ExpectAnyRowsAreRead<IngestResultsRequest>();
}

TEST(ResultColumns, AnyResultsOfAnEventAreReadAsTheyWere) {
  ExpectAnyRowsAreRead<ResultsRecorded>();
}

TEST(ResultColumns, AreReadOneAfterTheOtherAsAllAtOnce) {
  RandomRows random(7);
  ResultsRecorded recorded;
  random.Fill(30, *recorded.mutable_results());
  for (bool in_columns : {false, true}) {
    if (in_columns) PutInColumns(recorded);
    const auto rows = RowsOf(recorded);
    int at = 0;
    ForEachRow(recorded, [&](const RecordedResult& row) {
      ASSERT_TRUE(MessageDifferencer::Equals(row, rows[at++]));
    });
    EXPECT_EQ(at, 30);
  }
}

// A class of an assessment as a school's system sends it.
IngestResultsRequest ClassOf(int students) {
  std::mt19937_64 random(11);
  const auto id = [&](size_t length) {
    std::string text;
    while (text.size() < length) text += "abcdefghijklmnopqrstuvwxyz234567"[random() % 32];
    return text;
  };
  IngestResultsRequest batch;
  batch.set_district("d");
  batch.set_source("sis");
  for (int i = 0; i < students; ++i) {
    Result& result = *batch.add_results();
    result.set_source_id("abcd" + id(11));
    result.set_student(id(26));
    result.set_assessment("check");
    result.set_class_id("c" + std::to_string(i / 25));
    result.set_school("north");
    result.set_date("2024-09-18");
    result.set_score(static_cast<double>(random() % 101));
  }
  return batch;
}

TEST(ResultColumns, TakeAThirdOfTheSpace) {
  IngestResultsRequest batch = ClassOf(500);
  const size_t in_rows = batch.ByteSizeLong();
  PutInColumns(batch);
  EXPECT_LT(batch.ByteSizeLong() * 3, in_rows);
  EXPECT_LT(batch.ByteSizeLong(), 500 * 28);
}

TEST(ResultColumns, AreSmallerEvenOfFew) {
  IngestResultsRequest batch = ClassOf(kWorthColumns);
  const size_t in_rows = batch.ByteSizeLong();
  PutInColumns(batch);
  ASSERT_TRUE(batch.has_columns());
  EXPECT_LT(batch.ByteSizeLong(), in_rows);
}

TEST(ResultColumns, ThatContradictThemselvesHaveNoRows) {
  ResultsRecorded right;
  RandomRows random(5);
  random.Fill(20, *right.mutable_results());
  PutInColumns(right);
  ASSERT_EQ(RowsOf(right).size(), 20);
  const auto rows_of = [&](auto change) {
    ResultsRecorded wrong = right;
    change(*wrong.mutable_columns());
    return RowsOf(wrong).size();
  };
  using Columns = evidence::v1::RecordedColumns;
  for (int count : {-1, 0, 19, 21, 501, 2'000'000'000}) {
    EXPECT_EQ(rows_of([&](Columns& columns) { columns.set_count(count); }), 0) << count;
  }
  EXPECT_EQ(rows_of([](Columns& columns) { columns.mutable_student()->add_indexes(7); }), 0);
  EXPECT_EQ(rows_of([](Columns& columns) { columns.mutable_day()->add_above_least(7); }), 0);
  EXPECT_EQ(rows_of([](Columns& columns) { columns.mutable_score()->add_without(20); }), 0);
  EXPECT_EQ(rows_of([](Columns& columns) { columns.add_rest(); }), 0);
  EXPECT_EQ(rows_of([](Columns& columns) {
              columns.add_rest_rows(20);
              columns.add_rest();
            }),
            0);
}

TEST(ResultColumns, OfWhichBytesHaveChangedAreReadOrHaveNoRows) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomRows random(seed);
    ResultsRecorded right;
    random.Fill(12, *right.mutable_results());
    PutInColumns(right);
    const std::string bytes = right.SerializeAsString();
    for (int round = 0; round < 60; ++round) {
      std::string changed = bytes;
      for (size_t i = 0; i <= random.Roll(3); ++i) {
        changed[random.Roll(changed.size())] = static_cast<char>(random.Roll(128));
      }
      ResultsRecorded wrong;
      if (!wrong.ParseFromString(changed)) continue;
      int rows = 0;
      ForEachRow(wrong, [&](const RecordedResult&) { ++rows; });
      EXPECT_EQ(RowsOf(wrong).size(), rows);
      EXPECT_LE(rows, kRowsAtMost);
      AnyOfTeam(wrong, "t");
    }
  }
}

TEST(ResultColumns, SayTheSchoolAndTheTeams) {
  IngestResultsRequest batch;
  EXPECT_EQ(SchoolOf(batch), "");
  ResultsRecorded recorded;
  for (int i = 0; i < 5; ++i) {
    batch.add_results()->set_school("north");
    recorded.add_results()->set_team(i < 3 ? "maple" : "oak");
  }
  for (bool in_columns : {false, true}) {
    if (in_columns) PutInColumns(batch);
    if (in_columns) PutInColumns(recorded);
    EXPECT_EQ(SchoolOf(batch), "north");
    EXPECT_EQ(CountOf(batch), 5);
    EXPECT_TRUE(AreOfOneSchool(batch));
    EXPECT_TRUE(AnyOfTeam(recorded, "oak"));
    EXPECT_TRUE(AnyOfTeam(recorded, "maple"));
    EXPECT_FALSE(AnyOfTeam(recorded, "birch"));
  }
  batch.mutable_columns()->set_count(9);
  batch.mutable_columns()->mutable_school()->add_indexes(3);
  EXPECT_EQ(SchoolOf(batch), "");
  EXPECT_EQ(CountOf(batch), 0);
}

TEST(ResultColumns, SayWhetherAllAreOfOneSchool) {
  const std::vector<std::vector<std::string>> mixed = {
      {"a", "b", "c", "d"}, {"a", "a", "a", "b"}, {"", "", "", "b"}};
  for (const std::vector<std::string>& schools : mixed) {
    IngestResultsRequest batch;
    for (const std::string& school : schools) batch.add_results()->set_school(school);
    EXPECT_FALSE(AreOfOneSchool(batch));
    PutInColumns(batch);
    EXPECT_FALSE(AreOfOneSchool(batch));
  }
}

}  // namespace
}  // namespace throughline::columns
