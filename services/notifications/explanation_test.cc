#include "notifications/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "columns/result_columns.h"
#include "notifications/log_script.h"
#include "runtime/simulated/simulated_journal.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::notifications {
namespace {

using testing::ElementsAre;
using testing::Not;

class ExplanationTest : public testing::Test {
 protected:
  // A batch of results, and what evidence made of it; the id of the event that a rule was met.
  std::string PushResults(int results) { return PushResults(results, results); }
  std::string PushResults(int results, int students) {
    evidence::v1::IngestResultsRequest batch;
    evidence::v1::ResultsRecorded recorded;
    batch.set_source("sis");
    for (int i = 0; i < results; ++i) {
      const std::string student = "pupil-" + std::to_string(i % students);
      batch.add_results()->set_student(student);
      recorded.add_results()->set_student(student);
    }
    recorded.add_quarantined()->mutable_result()->set_student("pupil-7");
    if (in_columns_) columns::PutInColumns(batch);
    if (in_columns_) columns::PutInColumns(recorded);
    evidence::v1::EvidenceSummarized summarized;
    evidence::v1::EvidenceMoved moved;
    moved.set_team("t");
    moved.set_indicator("close-reading");
    moved.set_trigger(common::v1::TRIGGER_OFF_TRACK);
    moved.set_met(true);
    const std::string pushed = script_.Command("evidence", "push-41", batch, start_);
    return script_.Decide("evidence", pushed, {&recorded, &summarized, &moved}, start_);
  }
  // What cycles made of it; the id of the event that a condition holds.
  std::string RaiseCondition(const std::string& cause) {
    cycles::v1::ReviewOpened opened;
    opened.mutable_review()->set_trigger(common::v1::TRIGGER_OFF_TRACK);
    cycles::v1::ConditionRaised raised;
    raised.mutable_condition()->set_reason("Growth is under what was desired by now.");
    return script_.Decide("cycles", cause, {&opened, &raised}, start_);
  }
  v1::Alert AlertOf(const std::string& cause) {
    v1::Alert alert;
    alert.set_district("d");
    alert.set_school("s");
    alert.set_alert("x");
    alert.set_cause(cause);
    alert.set_event("notifications.0.7");
    alert.set_raised_at_ms(core::ToMillis(start_));
    return alert;
  }
  std::vector<v1::Cause> CausesOf(const v1::Alert& alert) {
    auto causes = Explain(log_, alert, 10);
    EXPECT_TRUE(causes);
    return causes ? *causes : std::vector<v1::Cause>();
  }
  static std::vector<std::string> Ids(const std::vector<v1::Cause>& causes) {
    std::vector<std::string> ids;
    for (const v1::Cause& cause : causes) ids.push_back(cause.id());
    return ids;
  }
  static std::vector<std::string> Summaries(const std::vector<v1::Cause>& causes) {
    std::vector<std::string> summaries;
    for (const v1::Cause& cause : causes) summaries.push_back(cause.summary());
    return summaries;
  }

  bool in_columns_ = false;
  runtime::SimulatedLog log_;
  LogScript script_{log_};
  const core::Instant start_ = *core::ParseInstant("2026-09-01T12:00:00Z");
};

TEST_F(ExplanationTest, GoesFromTheBatchOfResultsToTheAlert) {
  const auto causes = CausesOf(AlertOf(RaiseCondition(PushResults(31))));
  EXPECT_THAT(Ids(causes), ElementsAre("inbox.evidence.0.0", "evidence.0.1", "evidence.0.3",
                                       "cycles.0.1", "cycles.0.2", "notifications.0.7"));
  EXPECT_THAT(
      Summaries(causes),
      ElementsAre("A batch of 30 or more results came in from sis.",
                  "Of the batch, 30 or more results were recorded and fewer than 10 results "
                  "were set aside.",
                  "The evidence of team t on close-reading met the rule for off track.",
                  "A review was opened for off track.", "Growth is under what was desired by now.",
                  "The alert was raised."));
  EXPECT_EQ(causes.front().request_id(), "push-41");
  EXPECT_EQ(causes.front().type(), "throughline.evidence.v1.IngestResultsRequest");
  EXPECT_EQ(causes.back().type(), "throughline.notifications.v1.AlertRaised");
  for (const v1::Cause& cause : causes) {
    EXPECT_EQ(cause.subject(), "d/s");
    EXPECT_EQ(cause.time_ms(), core::ToMillis(start_));
    EXPECT_THAT(cause.ShortDebugString(), Not(testing::HasSubstr("pupil")));
  }
}

TEST_F(ExplanationTest, SaysTheSameOfResultsInColumns) {
  const auto in_rows = Summaries(CausesOf(AlertOf(RaiseCondition(PushResults(31, 12)))));
  in_columns_ = true;
  EXPECT_EQ(Summaries(CausesOf(AlertOf(RaiseCondition(PushResults(31, 12))))), in_rows);
  EXPECT_THAT(in_rows.front(), testing::HasSubstr("30 or more"));
  const auto of_few = Summaries(CausesOf(AlertOf(RaiseCondition(PushResults(31, 9)))));
  EXPECT_EQ(of_few.front(), "A batch of fewer than 10 results came in from sis.");
}

TEST_F(ExplanationTest, SaysNoSmallNumberOfResults) {
  const auto causes = CausesOf(AlertOf(RaiseCondition(PushResults(9))));
  EXPECT_EQ(causes[0].summary(), "A batch of fewer than 10 results came in from sis.");
  EXPECT_EQ(causes[1].summary(),
            "Of the batch, fewer than 10 results were recorded and fewer than 10 results were set "
            "aside.");
}

TEST_F(ExplanationTest, ManyResultsOfFewStudentsAreFew) {
  const auto causes = CausesOf(AlertOf(RaiseCondition(PushResults(31, 9))));
  EXPECT_EQ(causes[0].summary(), "A batch of fewer than 10 results came in from sis.");
}

TEST_F(ExplanationTest, BeginsWithAMomentWhenTimePassed) {
  const std::string moment = "timer.cycles.0.cycle/overdue/d/s/c.1@1788264000000";
  cycles::v1::ConditionRaised raised;
  raised.mutable_condition()->set_reason("The phase design is past its due day.");
  const auto causes = CausesOf(AlertOf(script_.Decide("cycles", moment, {&raised}, start_)));
  EXPECT_THAT(Ids(causes), ElementsAre(moment, "cycles.0.1", "notifications.0.7"));
  EXPECT_EQ(causes[0].type(), "timer");
  EXPECT_EQ(causes[0].time_ms(), 1788264000000);
  EXPECT_EQ(causes[0].summary(), "The phase was past its due day.");
}

TEST_F(ExplanationTest, WhereTheLogEndsSoDoesTheChain) {
  EXPECT_THAT(Ids(CausesOf(AlertOf("cycles.0.5"))), ElementsAre("notifications.0.7"));
  EXPECT_THAT(Ids(CausesOf(AlertOf(RaiseCondition("evidence.0.99")))),
              ElementsAre("cycles.0.1", "cycles.0.2", "notifications.0.7"));
  EXPECT_THAT(Ids(CausesOf(AlertOf("timer."))), ElementsAre("timer.", "notifications.0.7"));
}

TEST_F(ExplanationTest, AnEventThatItCannotNameIsCalledByItsType) {
  cycles::v1::ArtefactsRecorded recorded;
  const auto causes = CausesOf(AlertOf(script_.Decide("cycles", "", {&recorded}, start_)));
  EXPECT_EQ(causes[0].summary(), "An event: artefacts recorded.");
}

TEST_F(ExplanationTest, AChainThatGoesInACircleEnds) {
  cycles::v1::ConditionRaised raised;
  script_.Decide("cycles", "cycles.0.1", {&raised}, start_);
  EXPECT_THAT(CausesOf(AlertOf("cycles.0.1")), testing::SizeIs(testing::Le(33u)));
}

}  // namespace
}  // namespace throughline::notifications
