// Results that come column by column come to the same as those that come in rows.
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "columns/result_columns.h"
#include "evidence/domain/evidence_redecider.h"
#include "evidence/domain/results.h"
#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

using google::protobuf::util::MessageDifferencer;

// What becomes of a batch in either form.
struct InForms {
  decider::Fixture::Outcome rows;
  decider::Fixture::Outcome columns;
};

class ResultForms : public testing::Test {
 protected:
  ResultForms() {
    for (School* school : {&in_rows_, &in_columns_}) {
      school->Schedule("c1", "2024-08-02", "2024-09-20");
    }
  }

  InForms Push(const std::vector<v1::Result>& results) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (const v1::Result& result : results) *batch.add_results() = result;
    InForms outcome;
    outcome.rows = in_rows_.fixture.Give(batch);
    columns::PutInColumns(batch);
    EXPECT_TRUE(batch.has_columns());
    outcome.columns = in_columns_.fixture.Give(batch);
    EXPECT_TRUE(MessageDifferencer::Equals(*outcome.rows.answer, *outcome.columns.answer));
    return outcome;
  }
  void ExpectTheSameRows() {
    const auto rows = in_rows_.fixture.Rows(), columns = in_columns_.fixture.Rows();
    ASSERT_EQ(rows.size(), columns.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].row, columns[i].row);
      EXPECT_EQ(rows[i].value, columns[i].value) << rows[i].row.table << " " << rows[i].row.key;
    }
    ExpectFolded(in_columns_);
  }

  School in_rows_, in_columns_;
};

v1::Result TakenBack(int student, const std::string& date, int64_t modified) {
  v1::Result result = School::Of(student, date, 0, modified);
  result.clear_score();
  result.set_retracted(true);
  return result;
}

TEST_F(ResultForms, ComeToTheSame) {
  std::vector<v1::Result> baselines, mixed;
  for (int i = 0; i < kClassSize; ++i) baselines.push_back(School::Of(i, "2024-07-20", 50 + i));
  baselines.back().set_score_text("61.50");
  baselines.front().set_source_version("e1");
  const InForms first = Push(baselines);
  const auto* in_columns = first.columns.First<v1::ResultsRecorded>();
  const auto* in_rows = first.rows.First<v1::ResultsRecorded>();
  ASSERT_TRUE(in_columns->has_columns());
  EXPECT_TRUE(in_columns->results().empty());
  const auto read = columns::RowsOf(*in_columns);
  ASSERT_EQ(read.size(), in_rows->results_size());
  for (int i = 0; i < read.size(); ++i) {
    EXPECT_TRUE(MessageDifferencer::Equals(read[i], in_rows->results(i)));
  }
  for (int i = 0; i < kClassSize; ++i) mixed.push_back(School::Of(i, "2024-08-20", 30 + i % 5));
  mixed.push_back(School::Of(1, "2024-07-20", 99, 5));   // a correction
  mixed.push_back(School::Of(2, "2024-07-20", 52, 1));   // a duplicate
  mixed.push_back(School::Of(3, "2024-07-20", 53, 9));   // of which the time of change is newer
  mixed.push_back(School::Of(4, "2024-07-20", 120, 5));  // off the scale
  mixed.push_back(School::Of(99, "2024-08-20", 50));     // of nobody
  mixed.push_back(TakenBack(5, "2024-07-20", 5));
  mixed.push_back(TakenBack(6, "2024-08-01", 5));       // before it came
  mixed.push_back(School::Of(1, "2024-07-20", 98, 6));  // once more in the same batch
  mixed.back().add_kept()->set_sealed("words");
  Push(mixed);
  ExpectTheSameRows();
}

TEST_F(ResultForms, OfWhichFewAreRecordedAreRecordedInRows) {
  std::vector<v1::Result> results;
  for (int i = 0; i < 6; ++i) results.push_back(School::Of(i, "2024-07-20", 50));
  Push(results);
  results.front().set_score(60);
  results.front().set_modified_at_ms(2);
  const InForms corrected = Push(results);
  EXPECT_EQ(corrected.columns.First<v1::ResultsRecorded>()->results_size(), 1);
  EXPECT_FALSE(corrected.columns.First<v1::ResultsRecorded>()->has_columns());
  ExpectTheSameRows();
}

TEST_F(ResultForms, ThatContradictThemselvesAreRefusedAndFoldedAsNothing) {
  v1::IngestResultsRequest batch;
  batch.set_district("d");
  batch.set_source("sis");
  for (int i = 0; i < 6; ++i) *batch.add_results() = School::Of(i, "2024-07-20", 50);
  columns::PutInColumns(batch);
  batch.mutable_columns()->mutable_student()->add_indexes(6);
  const auto outcome = in_columns_.fixture.Give(batch);
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->reason, "BATCH_EMPTY");

  v1::ResultsRecorded recorded;
  recorded.set_district("d");
  recorded.set_school("s");
  recorded.set_source("sis");
  for (int i = 0; i < 6; ++i) recorded.add_results()->set_student("p");
  columns::PutInColumns(recorded);
  recorded.mutable_columns()->set_count(7);
  recorded.mutable_columns()->mutable_ppm()->add_indexes(1);
  const EvidenceDecider decider;
  decider::State state(nullptr);
  decider.Apply({recorded, core::FromMillis(0), "evidence.0.1"}, state);
  EXPECT_EQ(state.Find(kCounts, "d/s")->pushed(), 0);
  EXPECT_TRUE(decider.Touches(decider::Input{&recorded, nullptr}, state).empty());
}

// Decides recorded results again, as `whatif` does.
class Again final : public decider::Decider {
 public:
  std::string_view service() const override { return "evidence"; }
  std::vector<std::string> upstream() const override { return {}; }
  std::string Route(const google::protobuf::Message&) const override { return "d/s"; }
  void Decide(const decider::Input& input, decider::Turn& turn) const override {
    const auto* recorded = input.As<v1::ResultsRecorded>();
    recorded == nullptr ? rules_.Decide(input, turn) : redecider_.DecideAgain(*recorded, turn);
  }
  void Apply(const decider::Event& event, decider::State& state) const override {
    rules_.Apply(event, state);
  }

 private:
  EvidenceDecider rules_;
  EvidenceRedecider redecider_{common::v1::Policy()};
};

TEST_F(ResultForms, AreRecordedAgainAsTheyWere) {
  std::vector<v1::Result> results;
  for (int i = 0; i < kClassSize; ++i) results.push_back(School::Of(i, "2024-07-20", 50 + i));
  results.push_back(TakenBack(3, "2024-07-20", 5));
  const InForms pushed = Push(results);
  const Again again;
  decider::Fixture fixture(again, *core::ParseInstant("2024-08-01T12:00:00Z"));
  fixture.Give(AdoptedDistrict());
  const auto& before = *pushed.columns.First<v1::ResultsRecorded>();
  const auto outcome = fixture.Give(before);
  const auto* now = outcome.First<v1::ResultsRecorded>();
  ASSERT_NE(now, nullptr);
  EXPECT_EQ(now->SerializeAsString(), before.SerializeAsString());
}

}  // namespace
}  // namespace throughline::evidence
