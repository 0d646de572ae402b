// Results and what follows from them, as scripts in time on one school.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trail.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

constexpr int kClassSize = 24;
const EvidenceKey kCycle{{"d", "s", "t"}, "c1", "reading"};

class School {
 public:
  School() : fixture(decider_, *core::ParseInstant("2024-08-01T12:00:00Z")) {
    plans::v1::DistrictAdopted adopted;
    auto& district = *adopted.mutable_district();
    district.set_district("d");
    district.set_time_zone("UTC");
    district.set_version(1);
    auto& policy = *district.mutable_policy();
    policy.set_complete_coverage(0.8);
    policy.set_sufficient_coverage(0.5);
    policy.set_gap_widening(0.1);
    policy.set_days_per_year(180);
    policy.set_desired_growth_per_year(0.2);
    policy.set_struggling_percentile(0.2);
    policy.set_smallest_cell(10);
    fixture.Give(adopted);
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("check");
    assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(100);
    assessment.add_indicators("reading");
    fixture.Give(define);
    Enroll(kClassSize);
  }

  void Enroll(int students) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("c");
    roster.mutable_classes(0)->set_team("t");
    for (int i = 0; i < students; ++i) {
      auto& student = *roster.add_students();
      student.set_student("p" + std::to_string(i));
      student.add_groups(i % 2 == 0 ? "income:low" : "income:other");
      student.add_class_ids("c");
    }
    fixture.Give(roster);
  }
  void Schedule(const std::string& cycle, const std::string& start, const std::string& end) {
    cycles::v1::CycleScheduled scheduled;
    auto& one = *scheduled.mutable_cycle();
    one.set_district("d");
    one.set_school("s");
    one.set_team("t");
    one.set_cycle(cycle);
    one.set_start(start);
    one.set_end(end);
    one.set_baseline_from("2024-07-01");
    one.set_mid_cycle("2024-09-19");
    one.add_indicators()->set_indicator("reading");
    fixture.Give(scheduled);
  }
  static v1::Result Of(int student, const std::string& date, double score, int64_t modified = 1) {
    v1::Result result;
    result.set_source_id(date + "/" + std::to_string(student));
    result.set_student("p" + std::to_string(student));
    result.set_school("s");
    result.set_class_id("c");
    result.set_assessment("check");
    result.set_date(date);
    result.set_score(score);
    result.set_modified_at_ms(modified);
    return result;
  }
  decider::Fixture::Outcome Push(const std::vector<v1::Result>& results) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (const v1::Result& result : results) *batch.add_results() = result;
    return fixture.Give(batch);
  }
  decider::Fixture::Outcome PushAll(int students, const std::string& date, double low,
                                    double other) {
    std::vector<v1::Result> results;
    for (int i = 0; i < students; ++i) {
      results.push_back(Of(i, date, (i % 2 == 0 ? low : other) + i % 5));
    }
    return Push(results);
  }
  v1::ResultOutcome One(const v1::Result& result, std::string* problem = nullptr) {
    const auto outcome = Push({result});
    const auto& response = outcome.AnswerAs<v1::IngestResultsResponse>();
    if (problem != nullptr && !response.problems().empty()) {
      *problem = response.problems(0).reason() + " " + response.problems(0).field();
    }
    return response.outcomes(0);
  }
  const v1::EvidenceRow* Row() const { return fixture.state().Find(kEvidence, RowKeyOf(kCycle)); }

 private:
  EvidenceDecider decider_;

 public:
  decider::Fixture fixture;
};

std::vector<common::v1::Trigger> Met(const decider::Fixture::Outcome& outcome, bool met = true) {
  std::vector<common::v1::Trigger> triggers;
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    if (moved->met() == met) triggers.push_back(moved->trigger());
  }
  return triggers;
}

void ExpectFolded(School& school) {
  const auto folded = school.fixture.FoldedAgain(), rows = school.fixture.Rows();
  ASSERT_EQ(folded.size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(folded[i].row, rows[i].row);
    EXPECT_EQ(folded[i].value, rows[i].value) << rows[i].row.table << " " << rows[i].row.key;
  }
}

TEST(Results, ComeToOneOutcomeEach) {
  School school;
  const v1::Result first = School::Of(1, "2024-07-20", 50);
  EXPECT_EQ(school.One(first), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(school.One(first), v1::RESULT_OUTCOME_DUPLICATE);
  EXPECT_EQ(school.One(School::Of(1, "2024-07-20", 60, 3)), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_EQ(school.One(School::Of(1, "2024-07-20", 70, 2)), v1::RESULT_OUTCOME_DUPLICATE)
      << "older";
  v1::Result taken_back = School::Of(1, "2024-07-20", 0, 4);
  taken_back.set_retracted(true);
  EXPECT_EQ(school.One(taken_back), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_EQ(school.One(taken_back), v1::RESULT_OUTCOME_DUPLICATE);
  v1::Result exempt = School::Of(2, "2024-07-20", 50);
  exempt.set_score_status(v1::SCORE_STATUS_EXEMPT);
  EXPECT_EQ(school.One(exempt), v1::RESULT_OUTCOME_UNSCORED);
  const auto& counts = *school.fixture.state().Find(kCounts, "d/s");
  EXPECT_EQ(counts.pushed(), 7);
  EXPECT_EQ(counts.accepted() + counts.duplicate() + counts.corrected() + counts.unscored(), 7);
  ExpectFolded(school);
}

TEST(Results, AreSetAsideWhenTheirTimeOfChangeIsMoreThanADayAhead) {
  School school;
  const int64_t now = core::ToMillis(school.fixture.now()), day = 24 * 60 * 60 * 1000;
  EXPECT_EQ(school.One(School::Of(1, "2024-07-20", 50, now + day)), v1::RESULT_OUTCOME_ACCEPTED);
  for (int64_t ahead : {now + day + 1, std::numeric_limits<int64_t>::max()}) {
    v1::Result late = School::Of(1, "2024-07-20", 60, ahead);
    std::string problem;
    EXPECT_EQ(school.One(late, &problem), v1::RESULT_OUTCOME_QUARANTINED);
    EXPECT_EQ(problem, "MODIFIED_IN_FUTURE modified_at_ms");
    late.set_retracted(true);
    EXPECT_EQ(school.One(late), v1::RESULT_OUTCOME_QUARANTINED);
  }
  EXPECT_EQ(school.One(School::Of(1, "2024-07-20", 70, now + day)), v1::RESULT_OUTCOME_CORRECTED);
}

TEST(Results, KeepTheScoreAsItWasWritten) {
  School school;
  v1::Result result = School::Of(1, "2024-07-20", 7);
  result.set_score_text("50.10");
  const auto outcome = school.Push({result});
  const auto& recorded = outcome.All<v1::ResultsRecorded>().at(0)->results(0);
  EXPECT_EQ(recorded.score_text(), "50.10");
  EXPECT_EQ(recorded.score(), 50.1);
  EXPECT_EQ(recorded.ppm(), 501'000);
  result.set_score_text("5.01e1");
  EXPECT_EQ(school.One(result), v1::RESULT_OUTCOME_DUPLICATE) << "the same number";
  std::string problem;
  result.set_score_text("100.01");
  EXPECT_EQ(school.One(result, &problem), v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(problem, "SCORE_OFF_SCALE score");
  result.set_score_text("50,1");
  EXPECT_EQ(school.One(result, &problem), v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(problem, "SCORE_UNREADABLE score");
}

TEST(Results, AreCarriedOverFromTheScaleOfTheirSource) {
  School school;
  v1::Result result = School::Of(1, "2024-07-20", 0);
  result.set_score_text("15");
  result.set_scale_min_text("0");
  result.set_scale_max_text("20");
  const auto outcome = school.Push({result});
  const auto& recorded = outcome.All<v1::ResultsRecorded>().at(0)->results(0);
  EXPECT_EQ(recorded.score(), 75);
  EXPECT_EQ(recorded.ppm(), 750'000);
  EXPECT_EQ(recorded.score_text(), "15") << "as it was written";
  std::string problem;
  result.set_score_text("20.5");
  EXPECT_EQ(school.One(result, &problem), v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(problem, "SCORE_OFF_SCALE score");
  for (const char* highest : {"0", "0.0", "-1", "ten", ""}) {
    result.set_scale_max_text(highest);
    EXPECT_EQ(school.One(result, &problem), v1::RESULT_OUTCOME_QUARANTINED);
    EXPECT_EQ(problem, "SCALE_INVALID scale") << highest;
  }
  v1::Result unscored = School::Of(2, "2024-07-20", 0);
  unscored.clear_score();
  unscored.set_scale_min_text("0");
  unscored.set_scale_max_text("0");
  EXPECT_EQ(school.One(unscored), v1::RESULT_OUTCOME_UNSCORED) << "nothing is divided by";
  ExpectFolded(school);
}

TEST(Results, AreRefusedWhenAVersionSaysSomethingElseThanBefore) {
  School school;
  std::string problem;
  const auto said = [](const char* version, double score, int64_t modified) {
    v1::Result result = School::Of(1, "2024-07-20", score, modified);
    result.set_source_version(version);
    return result;
  };
  EXPECT_EQ(school.One(said("e1", 50, 1)), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(school.One(said("e1", 50, 1)), v1::RESULT_OUTCOME_DUPLICATE);
  for (int64_t modified : {0, 1, 9}) {
    EXPECT_EQ(school.One(said("e1", 60, modified), &problem), v1::RESULT_OUTCOME_REFUSED);
    EXPECT_EQ(problem, "CONTENT_CONFLICT source_version");
  }
  EXPECT_EQ(school.One(said("e2", 60, 2)), v1::RESULT_OUTCOME_CORRECTED) << "graded again";
  EXPECT_EQ(school.One(said("e1", 50, 1)), v1::RESULT_OUTCOME_DUPLICATE) << "sent again, late";
  EXPECT_EQ(school.One(said("e1", 70, 3)), v1::RESULT_OUTCOME_REFUSED);
  EXPECT_EQ(school.One(said("e3", 60, 2)), v1::RESULT_OUTCOME_DUPLICATE) << "the same content";
  EXPECT_EQ(school.One(said("e3", 65, 2)), v1::RESULT_OUTCOME_REFUSED) << "but remembered";
  EXPECT_EQ(school.fixture.state().Find(kCounts, "d/s")->quarantined(), 0) << "nothing is kept";
  ExpectFolded(school);
}

TEST(Results, OfOneBatchContradictEachOtherToo) {
  School school;
  v1::Result first = School::Of(1, "2024-07-20", 50), second = School::Of(1, "2024-07-20", 60),
             third = School::Of(1, "2024-07-20", 70);
  first.set_source_version("e1");
  second.set_source_version("e2");
  third.set_source_version("e2");
  const auto outcome = school.Push({first, second, third});
  const auto& response = outcome.AnswerAs<v1::IngestResultsResponse>();
  EXPECT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(response.outcomes(1), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_EQ(response.outcomes(2), v1::RESULT_OUTCOME_REFUSED);
  EXPECT_EQ(response.problems(0).index(), 2);
  ExpectFolded(school);
}

TEST(Results, ThatWereTakenBackStaySoWhenTheSameVersionComesAgain) {
  School school;
  v1::Result result = School::Of(1, "2024-07-20", 50, 0);
  result.set_source_version("s1");
  EXPECT_EQ(school.One(result), v1::RESULT_OUTCOME_ACCEPTED);
  v1::Result voided = result;
  voided.clear_source_version();
  voided.set_retracted(true);
  EXPECT_EQ(school.One(voided), v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_EQ(school.One(result), v1::RESULT_OUTCOME_DUPLICATE);
  ExpectFolded(school);
}

TEST(Results, ThatCannotBeUsedAreSetAsideByFieldAndReleasedLater) {
  School school;
  std::string problem;
  v1::Result result = School::Of(1, "2024-07-20", 101);
  EXPECT_EQ(school.One(result, &problem), v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(problem, "SCORE_OFF_SCALE score");
  result = School::Of(2, "2024-02-30", 50);
  school.One(result, &problem);
  EXPECT_EQ(problem, "DATE_INVALID date");
  school.One(School::Of(3, "2024-08-03", 50), &problem);
  EXPECT_EQ(problem, "DATE_IN_FUTURE date");
  result = School::Of(4, "2024-07-20", 50);
  result.set_assessment("unheard-of");
  school.One(result, &problem);
  EXPECT_EQ(problem, "ASSESSMENT_UNKNOWN assessment");
  result = School::Of(5, "2024-07-20", 50);
  result.set_class_id("elsewhere");
  school.One(result, &problem);
  EXPECT_EQ(problem, "CLASS_UNKNOWN class_id");
  EXPECT_EQ(school.One(School::Of(kClassSize, "2024-07-20", 50), &problem),
            v1::RESULT_OUTCOME_QUARANTINED);
  EXPECT_EQ(problem, "STUDENT_UNKNOWN student");

  school.Enroll(kClassSize + 1);
  v1::ReleaseQuarantineRequest release;
  release.set_district("d");
  release.set_school("s");
  school.fixture.state().ForEach(kQuarantine, "d/s/", [&](const auto&, const auto& entry) {
    release.add_entries(entry.entry());
  });
  const auto outcome = school.fixture.Give(release);
  const auto& outcomes = outcome.AnswerAs<v1::ReleaseQuarantineResponse>().outcomes();
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), v1::RESULT_OUTCOME_ACCEPTED), 1);
  const auto& counts = *school.fixture.state().Find(kCounts, "d/s");
  EXPECT_EQ(counts.quarantined(), 5);
  EXPECT_EQ(counts.accepted(), 1);
  EXPECT_EQ(counts.pushed(), 6);
  v1::DiscardQuarantineRequest discard;
  discard.set_district("d");
  discard.set_school("s");
  *discard.mutable_entries() = release.entries();
  EXPECT_EQ(school.fixture.Give(discard).AnswerAs<v1::DiscardQuarantineResponse>().discarded(), 5);
  ExpectFolded(school);
}

TEST(Triggers, EvidenceIsCompleteAtFourFifths) {
  School school;
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-12T12:00:00Z"));
  EXPECT_TRUE(Met(school.PushAll(19, "2024-09-10", 50, 50)).empty());  // 19 of 24
  EXPECT_EQ(Met(school.PushAll(20, "2024-09-11", 50, 50)),
            std::vector{common::v1::TRIGGER_EVIDENCE_COMPLETE});
  EXPECT_TRUE(Met(school.PushAll(24, "2024-09-12", 50, 50)).empty()) << "once";
}

TEST(Triggers, GrowthUnderWhatWasDesiredIsOffTrackUntilItIsNot) {
  School school;
  school.PushAll(kClassSize, "2024-07-20", 50, 50);
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-12T12:00:00Z"));
  const auto down = school.PushAll(16, "2024-09-10", 40, 40);
  EXPECT_EQ(Met(down), std::vector{common::v1::TRIGGER_OFF_TRACK});
  const auto* moved = down.First<v1::EvidenceMoved>();
  EXPECT_EQ(moved->evidence().matched(), 16);
  EXPECT_NEAR(moved->evidence().mean_change(), -10, 1e-9);
  // 20 % of a mean of 51.875 a year of 180 days, on the second day (Marzano 2006).
  EXPECT_NEAR(moved->evidence().desired_to_date(), 51.875 * 0.2 * 2 / 180, 1e-9);
  EXPECT_EQ(Met(school.PushAll(16, "2024-09-11", 60, 60), false),
            std::vector{common::v1::TRIGGER_OFF_TRACK});
}

TEST(Triggers, GrowthIsHeldToWhatThePublishedPlanDesires) {
  School school;
  school.PushAll(kClassSize, "2024-07-20", 50, 50);
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-12T12:00:00Z"));
  EXPECT_TRUE(Met(school.PushAll(16, "2024-09-10", 50.2, 50.2)).empty()) << "0.2 in two days";
  plans::v1::SitePlanPublished published;
  auto& plan = *published.mutable_plan();
  plan.set_district("d");
  plan.set_school("s");
  plan.set_plan("p");
  auto& indicator = *plan.add_indicators();
  indicator.set_indicator("reading");
  indicator.set_desired_growth_per_year(2);
  const auto ambitious = school.fixture.Give(published);
  EXPECT_EQ(Met(ambitious), std::vector{common::v1::TRIGGER_OFF_TRACK});
  EXPECT_NEAR(ambitious.First<v1::EvidenceMoved>()->evidence().desired_to_date(),
              51.875 * 2 * 2 / 180, 1e-9);
  EXPECT_TRUE(school.fixture.Give(published).events.empty());
  plans::v1::SitePlanChanged closed;
  *closed.mutable_plan() = plan;
  EXPECT_TRUE(school.fixture.Give(closed).events.empty()) << "a new draft desires nothing yet";
  closed.mutable_plan()->set_state(plans::v1::PLAN_STATE_CLOSED);
  EXPECT_EQ(Met(school.fixture.Give(closed), false), std::vector{common::v1::TRIGGER_OFF_TRACK});
  ExpectFolded(school);
}

TEST(Triggers, AtMidCycleHalfOfTheDesiredGrowthIsAskedFor) {
  School school;
  school.PushAll(kClassSize, "2024-07-20", 50, 50);
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-18T12:00:00Z"));
  std::vector<v1::Result> results;  // hardly any growth, and so spread that the interval is wide
  for (int i = 0; i < 16; ++i) {
    results.push_back(School::Of(i, "2024-09-18", 50 + i % 5 + (i % 2 == 0 ? 30 : -30)));
  }
  EXPECT_TRUE(Met(school.Push(results)).empty());
  EXPECT_EQ(Met(school.fixture.AdvanceTo(*core::ParseInstant("2024-09-19T00:00:00Z"))),
            std::vector{common::v1::TRIGGER_OFF_TRACK});
}

TEST(Triggers, AGapThatGrewIsSaidForEachGroupWithTenOnBothSides) {
  for (int students : {18, 24}) {  // nine, and twelve, on each side
    School school;
    school.PushAll(kClassSize, "2024-07-20", 50, 50);
    school.Schedule("c1", "2024-09-09", "2024-09-27");
    school.fixture.AdvanceTo(*core::ParseInstant("2024-09-12T12:00:00Z"));
    const auto outcome = school.PushAll(students, "2024-09-10", 50, 62);
    std::vector<std::string> groups;
    for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
      if (moved->trigger() != common::v1::TRIGGER_GAP_WIDENED) continue;
      groups.push_back(moved->group());
      EXPECT_GT(moved->gap().current_g() - moved->gap().baseline_g(), 0.1);
    }
    EXPECT_EQ(groups,
              students == 24 ? std::vector<std::string>{"income:low"} : std::vector<std::string>{});
  }
  School school;  // of which the group that is ahead is so by less
  school.PushAll(kClassSize, "2024-07-20", 50, 62);
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-12T12:00:00Z"));
  const auto met = Met(school.PushAll(kClassSize, "2024-09-10", 58, 63));
  EXPECT_EQ(std::count(met.begin(), met.end(), common::v1::TRIGGER_GAP_WIDENED), 0);
}

TEST(Triggers, StrugglingTakesTwoWindows) {
  School school;
  school.Schedule("c1", "2024-08-12", "2024-08-30");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-08-20T12:00:00Z"));
  std::vector<v1::Result> results;
  for (int i = 0; i < kClassSize; ++i) results.push_back(School::Of(i, "2024-08-20", i * 4));
  EXPECT_FALSE(school.Push(results).events.empty());
  // A minute later the cut is known: the fifth of 24 scores 0, 4, 8 … is 16.
  school.fixture.AdvanceTo(*core::ParseInstant("2024-08-20T12:02:00Z"));
  EXPECT_EQ(school.fixture.state().Find(kCuts, "d/reading")->bin(), 160);
  school.Schedule("c2", "2024-09-02", "2024-09-20");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-05T12:00:00Z"));
  results.clear();
  for (int i = 0; i < 8; ++i) results.push_back(School::Of(i, "2024-09-05", i < 2 ? 5 : 90));
  const auto outcome = school.Push(results);
  const auto* moved = outcome.First<v1::EvidenceMoved>();
  ASSERT_NE(moved, nullptr);
  EXPECT_EQ(moved->trigger(), common::v1::TRIGGER_STRUGGLING);
  EXPECT_EQ(moved->students(), 2);
  ExpectFolded(school);
}

// The score of the student's latest counted result of these days, from the results themselves.
std::optional<int32_t> LatestScore(School& school, const std::string& student, int32_t first,
                                   int32_t last) {
  std::optional<std::tuple<int32_t, uint64_t, int32_t>> latest;
  const std::string prefix = "d/s/sis/";
  school.fixture.state().ForEach(
      kResults, prefix, [&](const std::string& key, const v1::ResultRow& row) {
        if (!row.counted() || row.student() != student) return;
        if (row.day() < first || row.day() > last) return;
        const auto here =
            std::tuple(row.day(), ResultHash("sis", key.substr(prefix.size())), row.ppm());
        if (!latest || *latest < here) latest = here;
      });
  if (!latest) return std::nullopt;
  return std::get<2>(*latest);
}

// Whatever came, in whatever order, the numbers are the sum of what each student adds now.
RC_GTEST_PROP(Evidence, RunningNumbersAreThoseOfCountingAnew, ()) {
  School school;
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-25T12:00:00Z"));
  const std::vector<std::string> dates = {"2024-07-20", "2024-08-30", "2024-09-10", "2024-09-20"};
  const int steps = *rc::gen::inRange(1, 25);
  const int scheduled = *rc::gen::inRange(0, steps);
  for (int step = 0; step < steps; ++step) {
    if (step == scheduled) school.Schedule("c1", "2024-09-09", "2024-09-27");
    if (*rc::gen::inRange(0, 8) == 0) school.Enroll(*rc::gen::inRange(1, kClassSize));
    std::vector<v1::Result> batch;
    const int count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
      batch.push_back(School::Of(*rc::gen::inRange(0, 6), *rc::gen::elementOf(dates),
                                 *rc::gen::inRange(0, 101), *rc::gen::inRange(1, 6)));
      batch.back().set_retracted(*rc::gen::inRange(0, 8) == 0);
    }
    school.Push(batch);
  }
  v1::EvidenceRow anew;
  school.fixture.state().ForEach(kContributions, RowKeyOf(kCycle) + "/",
                                 [&](const auto&, const auto& one) { PutIn(one, anew); });
  for (int i = 0; i < 6; ++i) {
    const std::string student = "p" + std::to_string(i);
    const auto* watch = FindWatch(*school.fixture.state().Find(kTeams, "d/s/t"), "c1");
    const auto baseline = LatestScore(school, student, watch->baseline_from(), watch->start() - 1);
    const auto current = LatestScore(school, student, watch->start(), watch->end());
    const auto* kept =
        school.fixture.state().Find(kContributions, ContributionKey(kCycle, student));
    const auto* known = school.fixture.state().Find(kStudents, "d/s/" + student);
    RC_ASSERT((kept != nullptr) == (baseline.has_value() || current.has_value()));
    if (!kept) continue;
    RC_ASSERT(kept->has_baseline() == baseline.has_value());
    RC_ASSERT(kept->has_current() == current.has_value());
    RC_ASSERT(kept->baseline().ppm() == baseline.value_or(0));
    RC_ASSERT(kept->current().ppm() == current.value_or(0));
    RC_ASSERT(kept->groups_size() == known->groups_size());
  }
  if (const v1::EvidenceRow* row = school.Row()) {
    RC_ASSERT(row->covered() == anew.covered());
    RC_ASSERT(PairedMomentsOf(row->matched()) == PairedMomentsOf(anew.matched()));
    RC_ASSERT(row->groups_size() == anew.groups_size());
    RC_ASSERT(row->days_size() == anew.days_size());
  }
}

}  // namespace
}  // namespace throughline::evidence
