// The way of results to their schools, on one partition in memory.
#include "evidence/result_routing.h"

#include <gtest/gtest.h>

#include "decider/bench.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

// What a bench has come to, to be read like a store.
class BenchStore : public runtime::Store {
 public:
  explicit BenchStore(decider::Bench& bench) : bench_(bench) {}

  core::Result<std::optional<std::string>> Head(const runtime::StorePartition&) override {
    return std::nullopt;
  }
  core::Result<bool> Apply(const runtime::StorePartition&, const runtime::Commit&) override {
    return true;
  }
  core::Result<std::vector<std::optional<std::string>>> Load(
      const runtime::StorePartition&, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>&) override {
    const auto all = bench_.Rows();
    std::vector<std::optional<std::string>> rows;
    for (const decider::RowKey& key : keys) {
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.row == key; });
      rows.push_back(found == all.end() ? std::nullopt : found->value);
    }
    return rows;
  }
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const runtime::StorePartition&, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit, const std::optional<std::string>&) override {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const decider::RowChange& one : bench_.Rows()) {
      const bool wanted = one.row.table == table && one.row.key.starts_with(prefix) &&
                          one.row.key > after && one.value;
      if (wanted && rows.size() < limit) rows.emplace_back(one.row.key, *one.value);
    }
    return rows;
  }
  core::Result<bool> Clear(const runtime::StorePartition&) override { return true; }

 private:
  decider::Bench& bench_;
};

class BenchCommands : public runtime::Commands {
 public:
  explicit BenchCommands(decider::Bench& bench) : bench_(bench) {}

  void Submit(const google::protobuf::Message& command, std::string_view,
              runtime::AnswerCallback done) override {
    sent += command.Utf8DebugString();
    const auto outcome = bench_.Give(command);
    if (outcome.refusal) return done(core::Refuse(*outcome.refusal));
    done(outcome.answer->SerializeAsString());
  }

  std::string sent;

 private:
  decider::Bench& bench_;
};

class Routing : public testing::Test {
 protected:
  Routing() {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    adopted.mutable_district()->set_version(1);
    bench_.Give(adopted);
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("map");
    assessment.set_kind(v1::ASSESSMENT_KIND_TRIMESTER_SCREENING);
    assessment.set_scale_max(300);
    bench_.Give(define);
    Enroll("a", "604821");
    Enroll("b", "604899");
  }

  void Enroll(const std::string& school, const std::string& student) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(school);
    roster.add_classes()->set_class_id("c-" + school);
    roster.mutable_classes(0)->set_team("t");
    roster.add_students()->set_student(pseudonyms_.Of("d", student));
    roster.mutable_students(0)->add_class_ids("c-" + school);
    bench_.Give(roster);
  }
  v1::IngestResultsRequest Batch() {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("edfi");
    return batch;
  }
  static v1::Result Of(const std::string& id, const std::string& student) {
    v1::Result result;
    result.set_source_id(id);
    result.set_student(student);
    result.set_assessment("map");
    result.set_date("2024-09-01");
    result.set_score_text("210");
    return result;
  }
  v1::IngestResultsResponse Send(const v1::IngestResultsRequest& batch) {
    v1::IngestResultsResponse response;
    Ingest(batch, pseudonyms_, rows_, commands_, [&](core::Result<v1::IngestResultsResponse> done) {
      ASSERT_TRUE(done) << done.error().message;
      response = *done;
    });
    return response;
  }
  std::vector<std::string> Recorded() {
    std::vector<std::string> keys;
    bench_.state().ForEach(kResults, "d/", [&](const std::string& key, const v1::ResultRow& row) {
      if (!row.retracted()) keys.push_back(key);
    });
    return keys;
  }

  EvidenceDecider decider_;
  decider::Bench bench_{decider_, *core::ParseInstant("2024-09-02T12:00:00Z")};
  BenchStore store_{bench_};
  BenchCommands commands_{bench_};
  Pseudonyms pseudonyms_{Pseudonyms::Secret{1, 2, 3}};
  runtime::Rows rows_{store_, "evidence", 1};
};

TEST_F(Routing, FindsTheSchoolByWhereTheStudentIsEnrolled) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  *batch.add_results() = Of("2", "604899");
  *batch.add_results() = Of("3", "nobody");
  const auto response = Send(batch);
  EXPECT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(response.outcomes(1), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(response.outcomes(2), v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(response.problems(0).reason(), "SCHOOL_UNKNOWN");
  EXPECT_EQ(Recorded(), (std::vector<std::string>{"d/a/edfi/1", "d/b/edfi/2"}));
}

TEST_F(Routing, HidesSourceIdsThatNameStudents) {
  auto batch = Batch();
  *batch.add_results() = Of("map/604821", "604821");
  batch.mutable_results(0)->set_hide_source_id(true);
  *batch.add_results() = Of("map/604821", "604821");
  batch.mutable_results(1)->set_part("vocabulary");
  batch.mutable_results(1)->set_hide_source_id(true);
  *batch.add_results() = Of("open", "604899");
  const auto response = Send(batch);
  ASSERT_EQ(response.source_ids_size(), 3);
  EXPECT_EQ(response.source_ids(2), "");
  EXPECT_EQ(response.source_ids(0), response.source_ids(1));
  EXPECT_EQ(commands_.sent.find("604821"), std::string::npos);
  const std::string key = "d/a/edfi/" + response.source_ids(0);
  EXPECT_EQ(Recorded(), (std::vector<std::string>{key, key + "//vocabulary", "d/b/edfi/open"}));
  EXPECT_EQ(Send(batch).source_ids(0), response.source_ids(0)) << "the same every time";
}

TEST_F(Routing, RefusesAnotherSourceIdThanTheExpectedOne) {
  auto batch = Batch();
  *batch.add_results() = Of("map/604821", "604821");
  batch.mutable_results(0)->set_hide_source_id(true);
  batch.set_expected_source_id(Send(batch).source_ids(0));
  EXPECT_EQ(Send(batch).outcomes(0), v1::RESULT_OUTCOME_DUPLICATE);
  batch.mutable_results(0)->set_source_id("map/604899");
  std::string reason;
  Ingest(batch, pseudonyms_, rows_, commands_, [&](core::Result<v1::IngestResultsResponse> done) {
    reason = done ? "taken in" : done.error().reason;
  });
  EXPECT_EQ(reason, "SOURCE_ID_OTHER");
}

TEST_F(Routing, FindsWhatIsTakenBackByItsIdAlone) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  *batch.add_results() = Of("1", "604821");
  batch.mutable_results(1)->set_part("vocabulary");
  *batch.add_results() = Of("1", "604821");
  batch.mutable_results(2)->set_part("fluency");
  batch.mutable_results(2)->set_assessment("unheard-of");
  *batch.add_results() = Of("11", "604821");
  *batch.add_results() = Of("2", "604899");
  EXPECT_EQ(Send(batch).problems_size(), 1);
  auto back = Batch();
  back.add_results()->set_source_id("1");
  back.mutable_results(0)->set_retracted(true);
  *back.add_results() = back.results(0);
  back.mutable_results(1)->set_source_id("unheard-of");
  const auto response = Send(back);
  EXPECT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_EQ(response.outcomes(1), v1::RESULT_OUTCOME_DUPLICATE) << "it is not known anywhere";
  EXPECT_EQ(Recorded(), (std::vector<std::string>{"d/a/edfi/11", "d/b/edfi/2"}));
  EXPECT_EQ(bench_.state().Find(kCounts, "d/a")->quarantined(), 0);
  EXPECT_EQ(Send(back).outcomes(0), v1::RESULT_OUTCOME_DUPLICATE);
}

TEST_F(Routing, FindsWhatIsTakenBackInTheSameBatch) {
  auto batch = Batch();
  *batch.add_results() = Of("1", "604821");
  batch.add_results()->set_source_id("1");
  batch.mutable_results(1)->set_retracted(true);
  EXPECT_EQ(Send(batch).outcomes(1), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_TRUE(Recorded().empty());
}

TEST_F(Routing, AnswersWithoutAskingAnySchoolWhenNothingIsKnown) {
  auto batch = Batch();
  batch.add_results()->set_source_id("1");
  batch.mutable_results(0)->set_retracted(true);
  EXPECT_EQ(Send(batch).outcomes(0), v1::RESULT_OUTCOME_DUPLICATE);
  EXPECT_EQ(commands_.sent, "");
}

}  // namespace
}  // namespace throughline::evidence
