// What a source says of a result, and what it leaves open: silence takes nothing away, a version
// never changes, and of several scores the one counts that has a scale.
#include <gmock/gmock.h>

#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

constexpr auto kAccepted = v1::RESULT_OUTCOME_ACCEPTED;
constexpr auto kDuplicate = v1::RESULT_OUTCOME_DUPLICATE;
constexpr auto kCorrected = v1::RESULT_OUTCOME_CORRECTED;
constexpr auto kQuarantined = v1::RESULT_OUTCOME_QUARANTINED;
constexpr auto kUnscored = v1::RESULT_OUTCOME_UNSCORED;
constexpr auto kRefused = v1::RESULT_OUTCOME_REFUSED;

class SaidResults : public testing::Test {
 protected:
  SaidResults() : fixture_(decider_, *core::ParseInstant("2026-03-02T12:00:00Z")) {
    plans::v1::DistrictAdopted adopted;
    auto& district = *adopted.mutable_district();
    district.set_district("d");
    district.set_time_zone("UTC");
    district.set_version(1);
    fixture_.Give(adopted);
    Define("check", 100);
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("c");
    roster.mutable_classes(0)->set_team("t");
    roster.add_students()->set_student("ann");
    roster.mutable_students(0)->add_class_ids("c");
    fixture_.Give(roster);
  }

  void Define(const std::string& id, double max) {
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment(id);
    assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(max);
    fixture_.Give(define);
  }
  static v1::Result Of(const std::string& score, const std::string& version = "") {
    v1::Result result;
    result.set_source_id("r");
    result.set_student("ann");
    result.set_school("s");
    result.set_class_id("c");
    result.set_assessment("check");
    result.set_date("2026-03-02");
    result.set_score_text(score);
    result.set_source_version(version);
    return result;
  }
  std::vector<v1::ResultOutcome> Push(const std::vector<v1::Result>& results) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("lms");
    for (const v1::Result& result : results) *batch.add_results() = result;
    const auto outcome = fixture_.Give(batch);
    const auto& response = outcome.AnswerAs<v1::IngestResultsResponse>();
    reason_ = response.problems().empty() ? "" : response.problems(0).reason();
    std::vector<v1::ResultOutcome> outcomes;
    for (const int one : response.outcomes()) {
      outcomes.push_back(static_cast<v1::ResultOutcome>(one));
    }
    return outcomes;
  }
  v1::ResultOutcome One(const v1::Result& result) { return Push({result}).at(0); }
  const v1::ResultRow* Row() const {
    return fixture_.state().Find(kResults, JoinKey("d", "s", "lms", "r"));
  }
  const v1::QuarantinedResult* Aside() const {
    const v1::QuarantinedResult* found = nullptr;
    fixture_.state().ForEach(
        kQuarantine, JoinKey("d", "s", ""),
        [&](std::string_view, const v1::QuarantinedResult& entry) { found = &entry; });
    return found;
  }

  EvidenceDecider decider_;
  decider::Fixture fixture_;
  std::string reason_;
};

TEST_F(SaidResults, ThatLeaveOpenIfThereIsAScoreTakeNoneAway) {
  EXPECT_EQ(One(Of("")), kUnscored) << "there is none to take away";
  EXPECT_EQ(One(Of("71")), kCorrected);
  EXPECT_EQ(One(Of("")), kQuarantined);
  EXPECT_EQ(reason_, "SCORE_MISSING");
  v1::Result partial = Of("");
  partial.set_score_status(v1::SCORE_STATUS_PARTIALLY_GRADED);
  EXPECT_EQ(One(partial), kQuarantined);
  EXPECT_EQ(Row()->recorded().score(), 71);
  for (const auto status :
       {v1::SCORE_STATUS_SUBMITTED, v1::SCORE_STATUS_NOT_SUBMITTED, v1::SCORE_STATUS_EXEMPT}) {
    EXPECT_NE(One(Of("71")), kQuarantined);
    v1::Result without = Of("");
    without.set_score_status(status);
    EXPECT_EQ(One(without), kCorrected) << "it says why there is none";
    EXPECT_FALSE(Row()->recorded().has_score());
  }
}

TEST_F(SaidResults, OfOneBatchTakeNoScoreOfAnotherAwayInEitherOrder) {
  EXPECT_THAT(Push({Of("71"), Of("")}), testing::ElementsAre(kAccepted, kQuarantined));
  EXPECT_EQ(Row()->recorded().score(), 71);
  EXPECT_THAT(Push({Of(""), Of("72")}), testing::ElementsAre(kQuarantined, kCorrected));
  EXPECT_EQ(Row()->recorded().score(), 72);
}

TEST_F(SaidResults, OfAVersionThatWasSetAsideNeverChange) {
  v1::Result unknown = Of("71", "v1");
  unknown.set_assessment("later");
  EXPECT_EQ(One(unknown), kQuarantined);
  EXPECT_EQ(One(unknown), kQuarantined) << "the same again";
  v1::Result other = unknown;
  other.set_score_text("90");
  EXPECT_EQ(One(other), kRefused);
  EXPECT_EQ(reason_, "CONTENT_CONFLICT");
  EXPECT_EQ(One(Of("71", "v1")), kRefused) << "nor when it could be used";
  EXPECT_EQ(Aside()->result().score_text(), "71") << "the first stays";
  other.set_source_version("v2");
  EXPECT_EQ(One(other), kQuarantined) << "another version is another saying";
  EXPECT_EQ(Aside()->result().score_text(), "90");

  Define("later", 100);
  EXPECT_EQ(One(other), kAccepted);
  EXPECT_EQ(Aside(), nullptr);
}

TEST_F(SaidResults, OfOneBatchThatAreSetAsideContradictEachOther) {
  v1::Result one = Of("71", "v1"), other = Of("72", "v1");
  one.set_assessment("later");
  other.set_assessment("later");
  EXPECT_THAT(Push({one, one, other}), testing::ElementsAre(kQuarantined, kQuarantined, kRefused));
}

TEST_F(SaidResults, WithoutADayAreOfTheDayOnWhichTheyCame) {
  v1::Result undated = Of("71", "v1");
  undated.clear_date();
  undated.set_day_of_arrival(true);
  EXPECT_EQ(One(undated), kAccepted);
  const int32_t day = Row()->recorded().day();
  EXPECT_EQ(core::FormatDate(core::FromDays(day)), "2026-03-02");
  fixture_.AdvanceTo(fixture_.now() + std::chrono::hours(48));
  EXPECT_EQ(One(undated), kDuplicate) << "the same another day";
  EXPECT_EQ(Row()->recorded().day(), day);
  undated.set_score_text("72");
  EXPECT_EQ(One(undated), kRefused) << "another score";
}

TEST_F(SaidResults, WithoutADayThatAreReleasedLaterAreOfTheDayOnWhichTheyCame) {
  v1::Result undated = Of("71", "v1");
  undated.clear_date();
  undated.set_day_of_arrival(true);
  undated.set_assessment("later");
  EXPECT_EQ(One(undated), kQuarantined);
  fixture_.AdvanceTo(fixture_.now() + std::chrono::hours(48));
  EXPECT_EQ(One(undated), kQuarantined) << "the same another day";
  EXPECT_EQ(Aside()->result().date(), "2026-03-02");
}

TEST_F(SaidResults, WithoutADayOrASchoolLackTheDay) {
  v1::Result nowhere = Of("71");
  nowhere.clear_school();
  nowhere.clear_class_id();
  EXPECT_EQ(One(nowhere), kQuarantined);
  EXPECT_EQ(reason_, "SCHOOL_UNKNOWN");
  for (const char* date : {"", "?"}) {
    nowhere.set_date(date);
    EXPECT_EQ(One(nowhere), kQuarantined);
    EXPECT_EQ(reason_, "DATE_INVALID");
  }
}

// Of a preferred method without a scale, and of one or two others.
v1::Result ByMethods(v1::Result result, const std::vector<std::string>& assessments) {
  result.set_assessment("a.scale");
  result.set_whole_assessment("a");
  result.set_score_text("495");
  result.mutable_as_kept()->set_value("495");
  for (const std::string& assessment : assessments) {
    v1::OtherScore& other = *result.add_others();
    other.set_assessment(assessment);
    other.set_score_text("80");
    other.mutable_as_kept()->set_value("80");
  }
  return result;
}

TEST_F(SaidResults, CountByTheMethodThatHasAScale) {
  EXPECT_EQ(One(ByMethods(Of(""), {"a.raw", "a.percent"})), kQuarantined);
  EXPECT_EQ(reason_, "ASSESSMENT_UNKNOWN") << "nothing of it is defined";
  Define("a", 1);
  EXPECT_EQ(One(ByMethods(Of(""), {"a.raw", "a.percent"})), kQuarantined);
  EXPECT_EQ(reason_, "SCALE_UNKNOWN");
  EXPECT_EQ(One(ByMethods(Of(""), {})), kQuarantined);
  EXPECT_EQ(reason_, "SCALE_UNKNOWN");

  Define("a.percent", 100);
  EXPECT_EQ(One(ByMethods(Of(""), {"a.raw", "a.percent"})), kAccepted);
  EXPECT_EQ(Row()->recorded().assessment(), "a.percent");
  EXPECT_EQ(Row()->recorded().score(), 80);
  ASSERT_EQ(Row()->recorded().kept_size(), 2) << "the score by the other methods";
  EXPECT_EQ(One(ByMethods(Of(""), {"a.percent", "a.raw"})), kDuplicate) << "in whatever order";

  Define("a.scale", 800);
  EXPECT_EQ(One(ByMethods(Of(""), {"a.raw", "a.percent"})), kCorrected) << "the preferred one";
  EXPECT_EQ(Row()->recorded().score(), 495);
  EXPECT_EQ(Row()->recorded().kept(0).value(), "80");
}

TEST_F(SaidResults, AreReleasedOnceTheirMethodHasAScale) {
  Define("a", 1);
  EXPECT_EQ(One(ByMethods(Of(""), {"a.raw"})), kQuarantined);
  Define("a.raw", 100);
  v1::ReleaseQuarantineRequest release;
  release.set_district("d");
  release.set_school("s");
  release.add_entries(Aside()->entry());
  const auto answer = fixture_.Give(release).AnswerAs<v1::ReleaseQuarantineResponse>();
  EXPECT_EQ(answer.outcomes(0), kAccepted);
  EXPECT_EQ(Row()->recorded().score(), 80);
}

TEST_F(SaidResults, KeepNoMoreThanFitsBesidesAScore) {
  v1::Result many = ByMethods(Of(""), std::vector<std::string>(65, "a.raw"));
  many.set_assessment("check");
  EXPECT_EQ(One(many), kQuarantined);
  EXPECT_EQ(reason_, "KEPT_TOO_LARGE");
}

TEST_F(SaidResults, OfAnAssessmentThatIsDefinedAnewKeepWhatIsNotSaid) {
  v1::DefineAssessmentsRequest define;
  define.set_district("d");
  auto& assessment = *define.add_assessments();
  assessment.set_assessment("check");
  assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(100);
  assessment.add_indicators("reading");
  assessment.set_proficiency_cut(70);
  fixture_.Give(define);
  const auto now = [&]() -> const v1::Assessment& {
    return *fixture_.state().Find(kAssessments, JoinKey("d", "check"));
  };

  assessment.clear_indicators();
  assessment.clear_proficiency_cut();
  assessment.set_title("Check");
  assessment.set_kind(v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
  define.set_keep_unsaid(true);
  define.set_keep_kind(true);
  fixture_.Give(define);
  EXPECT_EQ(now().title(), "Check");
  EXPECT_EQ(now().kind(), v1::ASSESSMENT_KIND_DAILY_CHECK);
  EXPECT_THAT(now().indicators(), testing::ElementsAre("reading"));
  EXPECT_EQ(now().proficiency_cut(), 70);

  assessment.add_indicators("writing");
  assessment.set_proficiency_cut(60);
  define.set_keep_kind(false);
  fixture_.Give(define);
  EXPECT_EQ(now().kind(), v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
  EXPECT_THAT(now().indicators(), testing::ElementsAre("writing")) << "what is said counts";
  EXPECT_EQ(now().proficiency_cut(), 60);

  assessment.clear_indicators();
  define.set_keep_unsaid(false);
  fixture_.Give(define);
  EXPECT_TRUE(now().indicators().empty()) << "a list that is meant to be empty";
}

}  // namespace
}  // namespace throughline::evidence
