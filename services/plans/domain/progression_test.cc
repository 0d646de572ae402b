#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

class ProgressionTest : public PlansFixture {
 protected:
  template <class Change>
  std::string RefusalAfter(Change change) {
    return RefusalOf(ProgressionRequest(), [&](v1::UpsertProgressionRequest& request) {
      change(*request.mutable_progression());
    });
  }
};

TEST_F(ProgressionTest, TakesItsDaysFromThePolicy) {
  FoundPlan();
  const auto first = Done(ProgressionRequest());
  const auto& progression = first.AnswerAs<v1::UpsertProgressionResponse>().progression();
  EXPECT_EQ(progression.days(), 15);
  EXPECT_EQ(progression.version(), 1);
  ExpectNothingToDecide(ProgressionRequest(), first);
}

TEST_F(ProgressionTest, IsChangedOnlyFromTheVersionThatIsCurrent) {
  FoundPlan();
  Done(ProgressionRequest());
  auto request = ProgressionRequest();
  request.mutable_progression()->set_title("Close reading");
  request.mutable_progression()->set_version(2);
  EXPECT_EQ(Refusal(request), "VERSION_STALE progression.version");
  request.mutable_progression()->set_version(1);
  EXPECT_EQ(Done(request).First<v1::ProgressionChanged>()->progression().version(), 2);
}

TEST_F(ProgressionTest, IsOfATeamThatIsKnown) {
  EXPECT_EQ(Refusal(ProgressionRequest()), "DISTRICT_UNKNOWN district");
  Done(DistrictRequest());
  EXPECT_EQ(Refusal(ProgressionRequest()), "SCHOOL_UNKNOWN school");
  Done(SchoolRequest());
  EXPECT_EQ(Refusal(ProgressionRequest()), "TEAM_UNKNOWN team");
}

TEST_F(ProgressionTest, StartsOnADayOfTheSchool) {
  FoundPlan();
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_start("09/09/2024"); }),
            "DATE_INVALID progression.start");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_start("2024-09-07"); }),
            "NOT_INSTRUCTIONAL progression.start")
      << "a Saturday";
  auto school = SchoolRequest();
  school.mutable_school()->add_closures("2024-09-09");
  Done(school);
  EXPECT_EQ(Refusal(ProgressionRequest()), "NOT_INSTRUCTIONAL progression.start")
      << "the school alone is closed";
}

TEST_F(ProgressionTest, HasTasksThatFitTheWindow) {
  FoundPlan();
  EXPECT_EQ(RefusalAfter([](auto& p) { *p.add_tasks() = p.tasks(0); }),
            "TASKS_DO_NOT_FIT progression.tasks")
      << "18 of 15 days";
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_days(14); }), "TASKS_DO_NOT_FIT progression.tasks")
      << "15 of 14 days";
  EXPECT_EQ(RefusalAfter([](auto& p) { p.mutable_tasks(1)->set_days(4); }),
            "OUT_OF_RANGE progression.tasks[1].days");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.mutable_tasks(1)->set_days(0); }),
            "OUT_OF_RANGE progression.tasks[1].days");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.mutable_tasks(0)->clear_title(); }),
            "MISSING progression.tasks[0].title");
  EXPECT_EQ(RefusalAfter([](auto& p) {
              for (int i = 0; i < 96; ++i) p.add_tasks();
            }),
            "TOO_MANY progression.tasks");
}

TEST_F(ProgressionTest, WorksOnIndicatorsOfThePublishedPlan) {
  FoundSchool();
  Done(DraftRequest());
  EXPECT_EQ(Refusal(ProgressionRequest()), "INDICATOR_NOT_IN_PLAN progression.indicators[0]")
      << "a draft is not in force";
  Done(PublishRequest());
  Done(ProgressionRequest());
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_indicators(0, "unheard-of"); }),
            "INDICATOR_NOT_IN_PLAN progression.indicators[0]");
  auto unknown = ProgressionRequest();
  unknown.mutable_progression()->set_indicators(0, "unheard-of");
  EXPECT_EQ(fixture_.Give(unknown).refusal->message,
            "progression.indicators[0] names unheard-of, which is no indicator of the school's "
            "published plan. There is only: close-reading.");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.add_indicators("close-reading"); }),
            "DOUBLE_ID progression.indicators[1]");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.clear_indicators(); }), "MISSING progression.indicators");
  EXPECT_EQ(RefusalAfter([](auto& p) {
              for (int i = 0; i < 4; ++i) p.add_indicators("close-reading");
            }),
            "TOO_MANY progression.indicators");
  Done(CloseRequest());
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_title("New"); }),
            "INDICATOR_NOT_IN_PLAN progression.indicators[0]")
      << "a closed plan is not in force either";
}

TEST_F(ProgressionTest, IsRefusedByTheFieldThatMakesNoSense) {
  FoundPlan();
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_progression(""); }),
            "ID_INVALID progression.progression");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_title(std::string(65536, 'x')); }),
            "TEXT_TOO_LONG progression");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_days(61); }), "OUT_OF_RANGE progression.days");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_days(-1); }), "OUT_OF_RANGE progression.days");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.clear_learning_targets(); }),
            "MISSING progression.learning_targets");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.clear_performance_outcomes(); }),
            "MISSING progression.performance_outcomes");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.clear_assessments(); }),
            "MISSING progression.assessments");
  EXPECT_EQ(RefusalAfter([](auto& p) { p.set_assessments(0, "a b"); }),
            "ID_INVALID progression.assessments[0]");
}

}  // namespace
}  // namespace throughline::plans
