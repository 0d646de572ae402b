// Results and what follows from them, as scripts in time on one school.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "evidence/domain/contribution.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/school_fixture.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {
namespace {

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

TEST(Quarantine, IsOfADistrictAndASchoolThatAreThere) {
  School school;
  const auto refused = [&](auto request, const std::string& district, const std::string& in) {
    request.set_district(district);
    request.set_school(in);
    return school.fixture.Give(request).refusal.value_or(core::Error()).reason;
  };
  const v1::ReleaseQuarantineRequest release;
  const v1::DiscardQuarantineRequest discard;
  EXPECT_EQ(refused(release, "nowhere", "s"), "DISTRICT_UNKNOWN");
  EXPECT_EQ(refused(discard, "nowhere", "s"), "DISTRICT_UNKNOWN");
  EXPECT_EQ(refused(release, "d", "nowhere"), "SCHOOL_UNKNOWN");
  EXPECT_EQ(refused(discard, "d", "nowhere"), "SCHOOL_UNKNOWN");
  EXPECT_EQ(refused(discard, "d", "no id"), "ID_INVALID");
  EXPECT_EQ(refused(discard, "d", ""), "") << "where no school could be told";
}

// The score of the student's latest counted result of these days, from the results themselves.
std::optional<int32_t> LatestScore(School& school, const std::string& student, int32_t first,
                                   int32_t last) {
  std::optional<std::tuple<int32_t, uint64_t, int32_t>> latest;
  const std::string prefix = "d/s/sis/";
  school.fixture.state().ForEach(
      kResults, prefix, [&](const std::string& key, const v1::ResultRow& row) {
        if (!row.counted() || row.recorded().student() != student) return;
        if (row.recorded().day() < first || row.recorded().day() > last) return;
        const auto here =
            std::tuple(row.recorded().day(), ResultHash("sis", key.substr(prefix.size())),
                       row.recorded().ppm());
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
    RC_ASSERT(row->struggling() == anew.struggling());
    anew.set_covered(row->covered());
    if (row->has_last()) *anew.mutable_last() = row->last();
    *anew.mutable_met() = row->met();
    if (row->has_shown()) *anew.mutable_shown() = row->shown();
    RC_ASSERT(row->SerializeAsString() == anew.SerializeAsString());
  }
}

}  // namespace
}  // namespace throughline::evidence
