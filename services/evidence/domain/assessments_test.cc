// Assessments and line items that are removed, and line items whose school is not said.
#include "evidence/domain/assessments.h"

#include <gtest/gtest.h>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

class Removal : public ::testing::Test {
 protected:
  Removal() {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    fixture_.Give(adopted);
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("c");
    roster.mutable_classes(0)->set_team("t");
    roster.add_students()->set_student("p1");
    roster.mutable_students(0)->add_class_ids("c");
    fixture_.Give(roster);
    fixture_.Give(Definition());
  }

  static v1::DefineAssessmentsRequest Definition(const std::string& school = "s") {
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& check = *define.add_assessments();
    check.set_assessment("check");
    check.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    check.set_scale_max(100);
    auto& item = *define.add_line_items();
    item.set_line_item("column 1");
    item.set_assessment("check");
    item.set_class_id("c");
    item.set_school(school);
    return define;
  }
  decider::Fixture::Outcome Remove(const std::string& assessment, const std::string& line_item) {
    v1::RemoveAssessmentsRequest remove;
    remove.set_district("d");
    if (!assessment.empty()) remove.add_assessments(assessment);
    if (!line_item.empty()) remove.add_line_items(line_item);
    return fixture_.Give(remove);
  }
  v1::IngestResultsResponse Push(const std::string& id, double score, bool retracted = false) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    auto& result = *batch.add_results();
    result.set_source_id(id);
    result.set_student("p1");
    result.set_school("s");
    result.set_class_id("c");
    result.set_assessment("check");
    result.set_date("2024-08-01");
    result.set_score(score);
    result.set_retracted(retracted);
    return fixture_.Give(batch).AnswerAs<v1::IngestResultsResponse>();
  }
  const v1::LineItem* Item() const { return fixture_.state().Find(kLineItems, "d/column 1"); }

  EvidenceDecider decider_;
  decider::Fixture fixture_{decider_, *core::ParseInstant("2024-08-01T12:00:00Z")};
};

TEST_F(Removal, ALineItemIsRemovedOnce) {
  ASSERT_NE(Item(), nullptr);
  EXPECT_EQ(Remove("", "column 1").AnswerAs<v1::RemoveAssessmentsResponse>().removed(), 1);
  EXPECT_EQ(Item(), nullptr);
  const auto again = Remove("", "column 1");
  EXPECT_EQ(again.AnswerAs<v1::RemoveAssessmentsResponse>().removed(), 0);
  EXPECT_TRUE(again.events.empty());
  EXPECT_EQ(fixture_.FoldedAgain().size(), fixture_.Rows().size());
}

TEST_F(Removal, WhatIsRecordedUnderARemovedOneStaysAndCanBeTakenBack) {
  EXPECT_EQ(Push("r1", 50).outcomes(0), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(Remove("check", "").AnswerAs<v1::RemoveAssessmentsResponse>().removed(), 1);
  const auto* row = fixture_.state().Find(kResults, "d/s/sis/r1");
  ASSERT_NE(row, nullptr);
  EXPECT_TRUE(row->counted());
  const auto refused = Push("r2", 50);
  EXPECT_EQ(refused.outcomes(0), v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(refused.problems(0).reason(), "ASSESSMENT_UNKNOWN");
  EXPECT_EQ(Push("r1", 0, true).outcomes(0), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_TRUE(fixture_.state().Find(kResults, "d/s/sis/r1")->recorded().retracted());
}

TEST_F(Removal, OneThatIsDefinedAgainTakesResultsAgain) {
  Remove("check", "column 1");
  fixture_.Give(Definition());
  ASSERT_NE(Item(), nullptr);
  EXPECT_EQ(Push("r1", 50).outcomes(0), v1::RESULT_OUTCOME_ACCEPTED);
}

TEST_F(Removal, ALineItemOfAKnownClassNeedsNoSchool) {
  Remove("", "column 1");
  fixture_.Give(Definition(""));
  ASSERT_NE(Item(), nullptr);
  EXPECT_EQ(Item()->school(), "s");
  auto elsewhere = Definition("");
  elsewhere.mutable_line_items(0)->set_class_id("nowhere");
  const auto refused = fixture_.Give(elsewhere);
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(refused.refusal->reason, "CLASS_UNKNOWN");
  EXPECT_EQ(refused.refusal->field, "line_items[0].class_id");
}

TEST_F(Removal, AScaleThatWasSaidStays) {
  const auto scale = [&] { return fixture_.state().Find(kAssessments, "d/check")->scale(); };
  const auto define = [&](const std::string& name) {
    auto definition = Definition();
    definition.mutable_assessments(0)->set_scale(name);
    return fixture_.Give(definition);
  };
  EXPECT_EQ(scale(), "");
  define("points");
  EXPECT_EQ(scale(), "points");
  define("");
  EXPECT_EQ(scale(), "points") << "it need not be said again";
  const auto other = define("levels");
  ASSERT_TRUE(other.refusal);
  EXPECT_EQ(other.refusal->reason, "SCALE_CHANGED");
  EXPECT_EQ(other.refusal->field, "assessments[0].scale");
  Remove("check", "");
  EXPECT_TRUE(define("levels").refusal) << "results that were compared are still there";
  define("");
  EXPECT_EQ(scale(), "points");
  const auto endless = define(std::string(257, 'x'));
  ASSERT_TRUE(endless.refusal);
  EXPECT_EQ(endless.refusal->reason, "TEXT_TOO_LONG");
  EXPECT_EQ(endless.refusal->field, "assessments[0].scale");
}

TEST_F(Removal, NamesThatNobodyCanReadAreRefused) {
  auto definition = Definition();
  definition.mutable_assessments(0)->set_scale("map\u202erit");
  const auto unseen = fixture_.Give(definition);
  ASSERT_TRUE(unseen.refusal);
  EXPECT_EQ(unseen.refusal->reason, "TEXT_NOT_PRINTABLE");
  EXPECT_EQ(unseen.refusal->field, "assessments[0].scale");
  definition.mutable_assessments(0)->clear_scale();
  definition.mutable_assessments(0)->set_title(std::string(257, 'x'));
  const auto endless = fixture_.Give(definition);
  ASSERT_TRUE(endless.refusal);
  EXPECT_EQ(endless.refusal->message, "assessments[0].title may have at most 256 bytes.");
}

}  // namespace
}  // namespace throughline::evidence
