#include "evidence/domain/proficiency.h"

#include <gtest/gtest.h>

#include "evidence/domain/funnel.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

// A school of one team of 24, on a Friday of September, and a check from 0 to 100.
class Proficiency : public testing::Test {
 protected:
  Proficiency() { school_.fixture.AdvanceTo(*core::ParseInstant("2024-09-20T12:00:00Z")); }

  void SetCut(std::optional<double> cut) {
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("check");
    assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(100);
    assessment.add_indicators("reading");
    if (cut) assessment.set_proficiency_cut(*cut);
    school_.fixture.Give(define);
  }
  // Of these students, one score each.
  static std::vector<v1::Result> Scores(int from, int to, const std::string& date, double score) {
    std::vector<v1::Result> results;
    for (int i = from; i < to; ++i) results.push_back(School::Of(i, date, score));
    return results;
  }
  const v1::ProficiencyRow* Row(int year = 2024) const {
    return school_.fixture.state().Find(kProficiency,
                                        JoinKey("d", std::to_string(year), "check", "s"));
  }
  // Students who are shown, and those of them who are proficient.
  std::pair<int64_t, int64_t> Shown(int year = 2024) const {
    const v1::ProficiencyRow* row = Row(year);
    if (row == nullptr) return {0, 0};
    const core::Moments scores = MomentsOf(row->scores().scores());
    return {scores.n(), scores.sum()};
  }
  int Results() const {
    int rows = 0;
    school_.fixture.state().ForEach(kCutScores, "d/", [&](const auto&, const auto&) { ++rows; });
    return rows;
  }

  School school_;
};

TEST_F(Proficiency, IsByTheLatestScoreOfEachStudentInTheSchoolYear) {
  SetCut(60);
  school_.Push(Scores(0, 24, "2024-06-20", 90));  // of the year before
  school_.Push(Scores(0, 24, "2024-09-16", 60));
  EXPECT_EQ(Shown(), std::pair(int64_t{24}, int64_t{24})) << "from the cut on";
  EXPECT_EQ(Shown(2023), std::pair(int64_t{24}, int64_t{24}));
  school_.Push(Scores(0, 12, "2024-09-18", 59));
  school_.Push(Scores(0, 12, "2024-09-17", 95));  // not the latest
  EXPECT_EQ(Shown(), std::pair(int64_t{24}, int64_t{12}));
  ExpectFolded(school_);
}

TEST_F(Proficiency, IsNotShownOfFewerStudentsThanACell) {
  SetCut(60);
  school_.Push(Scores(0, 9, "2024-09-16", 70));
  EXPECT_EQ(Shown().first, 0);
  school_.Push(Scores(9, 20, "2024-09-16", 50));
  EXPECT_EQ(Shown(), std::pair(int64_t{20}, int64_t{9}));
  school_.Push(Scores(0, 9, "2024-09-18", 50));
  EXPECT_EQ(Shown(), std::pair(int64_t{20}, int64_t{9})) << "nine who fell under the cut";
  ExpectFolded(school_);
}

TEST_F(Proficiency, FollowsACorrectionAndARetraction) {
  SetCut(60);
  school_.Push(Scores(0, 20, "2024-09-16", 70));
  std::vector<v1::Result> later = Scores(0, 20, "2024-09-18", 40);
  school_.Push(later);
  EXPECT_EQ(Shown().second, 0);
  for (v1::Result& result : later) {
    result.set_retracted(true);
    result.set_modified_at_ms(2);
  }
  school_.Push(later);
  EXPECT_EQ(Shown(), std::pair(int64_t{20}, int64_t{20}));
  ExpectFolded(school_);
}

TEST_F(Proficiency, IsCountedWithWhatHadComeBeforeTheCut) {
  school_.Push(Scores(0, 20, "2024-06-20", 70));
  school_.Push(Scores(0, 20, "2024-09-16", 70));
  EXPECT_EQ(Results(), 0) << "without a cut nothing is kept";
  SetCut(60);
  EXPECT_EQ(Shown(), std::pair(int64_t{20}, int64_t{20}));
  ExpectFolded(school_);
}

TEST_F(Proficiency, FollowsTheCutAndEndsWithIt) {
  SetCut(60);
  school_.Push(Scores(0, 12, "2024-09-16", 70));
  school_.Push(Scores(12, 24, "2024-09-16", 90));
  SetCut(80);
  EXPECT_EQ(Shown(), std::pair(int64_t{24}, int64_t{12}));
  SetCut(std::nullopt);
  EXPECT_EQ(Row(), nullptr);
  EXPECT_EQ(Results(), 0);
  school_.Push(Scores(0, 12, "2024-09-18", 10));
  EXPECT_EQ(Results(), 0);
  ExpectFolded(school_);
}

TEST_F(Proficiency, BeginsAnewInJuly) {
  const auto year_of = [](const char* day) {
    return ProficiencyYearOf(core::ToDays(*core::ParseDate(day)));
  };
  EXPECT_EQ(year_of("2024-07-01"), 2024);
  EXPECT_EQ(year_of("2025-06-30"), 2024);
  EXPECT_EQ(year_of("2025-07-01"), 2025);
}

// A school of so many students of whom so many are proficient.
v1::ProficiencyRow SchoolOf(int students, int proficient) {
  core::Moments scores;
  for (int i = 0; i < students; ++i) scores.Add(i < proficient ? 1 : 0);
  v1::ProficiencyRow row;
  Store(scores, *row.mutable_scores()->mutable_scores());
  row.set_as_of_ms(5);
  return row;
}

v1::Funnel FunnelOfCheck(const std::map<std::string, v1::ProficiencyRow>& schools) {
  v1::Assessment check;
  check.set_assessment("check");
  check.set_title("Reading check");
  check.set_proficiency_cut(60);
  return ProficiencyFunnel(check, schools, 10);
}

TEST(FunnelOfProficiency, ComparesSchoolsInWholeCellsOfStudents) {
  const v1::Funnel funnel = FunnelOfCheck(
      {{"a", SchoolOf(407, 245)}, {"b", SchoolOf(203, 60)}, {"c", SchoolOf(118, 71)}});
  EXPECT_EQ(funnel.assessment(), "check");
  EXPECT_EQ(funnel.title(), "Reading check");
  EXPECT_EQ(funnel.proficiency_cut(), 60);
  EXPECT_EQ(funnel.schools(0).students(), 400);
  EXPECT_FALSE(funnel.schools(0).has_covered());
  EXPECT_EQ(funnel.schools(0).share(), 0.6) << "rounded to what ten students add";
  EXPECT_EQ(funnel.schools(1).position(), v1::FUNNEL_POSITION_FAR_BELOW);
  EXPECT_EQ(funnel.sentence(),
            "Of 3 schools, 2 differ from the district's 51.5 % of proficient students by more than "
            "chance: 1 above, 1 below.");
  EXPECT_EQ(funnel.as_of_ms(), 5);
}

TEST(FunnelOfProficiency, HidesWhereTheProficientOrTheOthersAreFew) {
  const v1::Funnel funnel = FunnelOfCheck({{"a", SchoolOf(60, 9)},
                                           {"b", SchoolOf(60, 51)},
                                           {"c", SchoolOf(9, 0)},
                                           {"d", SchoolOf(60, 60)},
                                           {"e", SchoolOf(60, 30)}});
  for (const int hidden : {0, 1, 2}) {
    EXPECT_FALSE(funnel.schools(hidden).has_share()) << hidden;
    EXPECT_FALSE(funnel.schools(hidden).has_students()) << hidden;
    EXPECT_EQ(funnel.schools(hidden).absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
  }
  EXPECT_EQ(funnel.schools(3).share(), 1);
  EXPECT_EQ(funnel.schools(4).share(), 0.5);
  EXPECT_TRUE(funnel.sentence().ends_with(" 3 more schools are not shown: too few students."));
}

}  // namespace
}  // namespace throughline::evidence
