// When a district has a norm of an assessment, as scripts in time on its schools.
#include "evidence/domain/norms.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/district_fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/tables.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {
namespace {

class District {
 public:
  explicit District(const std::vector<std::string>& schools = {"s1", "s2"}, int students = 60)
      : fixture(decider_, *core::ParseInstant("2024-09-02T12:00:00Z")) {
    fixture.Give(AdoptedDistrict());
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("fall");
    assessment.set_kind(v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
    assessment.set_scale_max(100);
    fixture.Give(define);
    for (const std::string& school : schools) {
      v1::UpdateRosterRequest roster;
      roster.set_district("d");
      roster.set_school(school);
      for (const char* class_id : {"a", "b"}) {
        auto& one = *roster.add_classes();
        one.set_class_id(school + class_id);
        one.set_team("t");
      }
      for (int i = 0; i < students; ++i) {
        auto& student = *roster.add_students();
        student.set_student(school + std::to_string(i));
        student.add_class_ids(school + (i % 2 == 0 ? "a" : "b"));
      }
      fixture.Give(roster);
    }
  }

  static v1::Result Of(const std::string& school, int student, double score, int version = 1) {
    v1::Result result;
    result.set_source_id(school + "/" + std::to_string(student));
    result.set_student(school + std::to_string(student));
    result.set_school(school);
    result.set_class_id(school + (student % 2 == 0 ? "a" : "b"));
    result.set_assessment("fall");
    result.set_date("2024-09-01");
    result.set_score(score);
    result.set_modified_at_ms(version);
    return result;
  }
  decider::Fixture::Outcome Push(const std::vector<v1::Result>& results) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    batch.mutable_results()->Assign(results.begin(), results.end());
    auto outcome = fixture.Give(batch);
    for (const auto& problem : outcome.AnswerAs<v1::IngestResultsResponse>().problems()) {
      ADD_FAILURE() << problem.reason() << " " << problem.field();
    }
    return outcome;
  }
  // Scores 40 to 59 of students from one on, up to another.
  void PushSome(const std::string& school, int from, int to) {
    std::vector<v1::Result> results;
    for (int i = from; i < to; ++i) results.push_back(Of(school, i, 40 + i % 20));
    Push(results);
  }
  // What is published in the next minute.
  std::vector<v1::Norm> NextMinute() {
    std::vector<v1::Norm> norms;
    const auto outcome = fixture.AdvanceTo(fixture.now() + std::chrono::minutes(1));
    for (const auto* adopted : outcome.All<v1::NormsAdopted>()) {
      norms.insert(norms.end(), adopted->norms().begin(), adopted->norms().end());
    }
    return norms;
  }
  const v1::DistrictScoresRow& Scores() const {
    return *fixture.state().Find(kDistrictScores, "d/fall");
  }

 private:
  EvidenceDecider decider_;

 public:
  decider::Fixture fixture;
};

TEST(Norms, TheFirstOneIsNotWaitedForUntilTheMinuteIsOver) {
  District district;
  district.PushSome("s1", 0, 60);
  district.PushSome("s2", 0, 60);
  const auto outcome = district.fixture.AdvanceTo(district.fixture.now() + std::chrono::seconds(2));
  EXPECT_EQ(outcome.All<v1::NormsAdopted>().size(), 1U);
}

TEST(Norms, ThereIsOneOfAHundredStudentsOfTwoSchools) {
  District district;
  district.PushSome("s1", 0, 60);
  district.PushSome("s2", 0, 39);
  EXPECT_TRUE(district.NextMinute().empty()) << "99 students";
  district.PushSome("s2", 39, 40);
  const std::vector<v1::Norm> norms = district.NextMinute();
  ASSERT_EQ(norms.size(), 1);
  EXPECT_EQ(norms[0].assessment(), "fall");
  EXPECT_EQ(norms[0].n(), 100);
  // 40 to 59, five times each: a variance of 399 / 12 * 100 / 99.
  EXPECT_NEAR(norms[0].mean(), 495'000, 1e-6);
  EXPECT_NEAR(norms[0].sd(), std::sqrt(399.0 / 12 * 100 / 99) * 1e4, 1e-6);
  ASSERT_NE(district.fixture.state().Find(kNorms, "d/fall"), nullptr);
}

TEST(Norms, ThereIsNoneOfOneSchool) {
  District district({"s1"}, 200);
  district.PushSome("s1", 0, 200);
  EXPECT_TRUE(district.NextMinute().empty());
}

TEST(Norms, AreSaidAgainWhenScoresAreATenthMore) {
  District district;
  district.PushSome("s1", 0, 60);
  district.PushSome("s2", 0, 40);
  EXPECT_EQ(district.NextMinute().size(), 1);
  district.PushSome("s2", 40, 49);
  EXPECT_TRUE(district.NextMinute().empty()) << "109";
  district.PushSome("s2", 49, 50);
  EXPECT_EQ(district.NextMinute().at(0).n(), 110);
  EXPECT_TRUE(district.NextMinute().empty());
}

TEST(Norms, AreSaidOnceAMinuteHoweverOftenResultsCome) {
  District district;
  district.PushSome("s1", 0, 60);
  int published = 0;
  for (int i = 0; i < 60; ++i) {
    district.PushSome("s2", i, i + 1);
    const auto now = district.fixture.AdvanceTo(district.fixture.now() + std::chrono::seconds(1));
    published += static_cast<int>(now.All<v1::NormsPublished>().size());
  }
  EXPECT_LE(published, 2) << "as soon as there is one, and on the minute";
}

// The sums of the district are those of the scores as they are, whatever was corrected, repeated
// and taken back on the way.
TEST(Norms, RestOnScoresAsTheyAre) {
  District district, straight;
  std::vector<v1::Result> all;
  for (int i = 0; i < 60; ++i) all.push_back(District::Of("s1", i, 40 + i % 20, 3));
  straight.Push(all);
  std::vector<v1::Result> others, gone;
  for (int i = 0; i < 60; ++i) {
    others.push_back(District::Of("s1", i, 90 - i % 30));
    others.push_back(District::Of("s2", i, 10));
    gone.push_back(District::Of("s2", i, 10, 2));
    gone.back().set_retracted(true);
  }
  // A batch is of one school.
  for (const v1::Result& one : others) district.Push({one});
  EXPECT_EQ(district.Scores().schools(), 2);
  EXPECT_EQ(district.Scores().scores().students(), 120);
  district.Push(gone);
  district.Push(all);
  district.Push(all);
  EXPECT_EQ(district.Scores().SerializeAsString(), straight.Scores().SerializeAsString());
  EXPECT_EQ(district.Scores().schools(), 1);
  EXPECT_EQ(MomentsOf(district.Scores().scores().scores()).Mean(), 495'000);
}

// What a school recorded before the district was told of scores is told with the next result.
TEST(Norms, ASchoolSaysWhatTheDistrictDoesNotKnow) {
  District district;
  district.PushSome("s1", 0, 20);
  const auto next = district.Push({District::Of("s1", 20, 40)});
  ASSERT_NE(next.First<v1::ScoresCounted>(), nullptr);
  EXPECT_EQ(next.First<v1::ScoresCounted>()->scores(0).n(), 1);
  decider::State state(nullptr);
  v1::SchoolScoresRow& school = state.Edit(kSchoolScores, "d/fall/s1");
  for (int i = 0; i < 21; ++i) CountInSchool(school, 400'000, 1, true);
  v1::ScoresCounted counted;
  AddChange({"d", "s1", "fall"}, state, counted);
  ASSERT_EQ(counted.scores_size(), 1);
  EXPECT_EQ(counted.scores(0).n(), 21);
  EXPECT_EQ(counted.scores(0).students(), 21);
  EXPECT_EQ(counted.scores(0).sum(), 21 * 400'000);
  counted.set_district("d");
  counted.set_school("s1");
  Apply(counted, state);
  v1::ScoresCounted again;
  AddChange({"d", "s1", "fall"}, state, again);
  EXPECT_TRUE(again.scores().empty());
}

}  // namespace
}  // namespace throughline::evidence
