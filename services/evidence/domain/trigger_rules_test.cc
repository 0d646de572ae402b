// Which rules the evidence of a team meets, as scripts in time on one school.
#include <gtest/gtest.h>

#include <cmath>

#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

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

TEST(Triggers, AtMidCycleALookIsDueOnceOfWhatHasResults) {
  School school;
  school.PushAll(kClassSize, "2024-07-20", 50, 50);
  school.Schedule("c1", "2024-09-09", "2024-09-27", 2);
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-18T12:00:00Z"));
  // Hardly any growth, and so spread that nothing can be said of it.
  std::vector<v1::Result> results;
  for (int i = 0; i < 16; ++i) {
    results.push_back(School::Of(i, "2024-09-18", 50 + i % 5 + (i % 2 == 0 ? 30 : -30)));
  }
  EXPECT_TRUE(Met(school.Push(results)).empty());
  const auto half = school.fixture.AdvanceTo(*core::ParseInstant("2024-09-19T00:00:00Z"));
  EXPECT_EQ(Met(half), std::vector{common::v1::TRIGGER_MID_CYCLE});
  EXPECT_EQ(half.First<v1::EvidenceMoved>()->indicator(), "reading");
  EXPECT_EQ(half.First<v1::EvidenceMoved>()->evidence().matched(), 16);
  ExpectFolded(school);
  cycles::v1::ArtefactsRecorded recorded;  // the cycle is watched anew
  recorded.set_district("d");
  recorded.set_school("s");
  recorded.set_team("t");
  recorded.set_cycle("c1");
  recorded.add_indicators()->set_indicator("reading");
  school.fixture.Give(recorded);
  EXPECT_TRUE(Met(school.fixture.AdvanceTo(*core::ParseInstant("2024-09-26T00:00:00Z"))).empty());
  EXPECT_EQ(school.Row()->met_size(), 1) << "it holds from then on";
}

TEST(Triggers, ACycleThatIsReopenedIsWatchedAgainAndItsAlertsAreMetAnew) {
  School school;
  school.PushAll(kClassSize, "2024-07-20", 50, 50);
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-12T12:00:00Z"));
  ASSERT_EQ(Met(school.PushAll(20, "2024-09-10", 40, 40)),
            (std::vector{common::v1::TRIGGER_EVIDENCE_COMPLETE, common::v1::TRIGGER_OFF_TRACK}));
  const cycles::v1::Cycle cycle = School::CycleOf("c1", "2024-09-09", "2024-09-27");
  cycles::v1::CycleClosed closed;
  *closed.mutable_cycle() = cycle;
  closed.mutable_cycle()->set_state(cycles::v1::CYCLE_STATE_CLOSED);
  school.fixture.Give(closed);
  EXPECT_TRUE(Met(school.PushAll(20, "2024-09-11", 90, 90), false).empty()) << "nobody watches it";

  school.PushAll(20, "2024-09-11", 40, 40);
  cycles::v1::PhaseReopened reopened;
  *reopened.mutable_cycle() = cycle;
  reopened.mutable_cycle()->set_state(cycles::v1::CYCLE_STATE_REFINE);
  EXPECT_EQ(Met(school.fixture.Give(reopened)), std::vector{common::v1::TRIGGER_OFF_TRACK})
      << "its alert was cleared at closing, its review of complete evidence was not";
  EXPECT_EQ(Met(school.PushAll(20, "2024-09-11", 90, 90), false),
            std::vector{common::v1::TRIGGER_OFF_TRACK});
  EXPECT_TRUE(school.fixture.Give(reopened).events.empty()) << "it is watched already";
  ExpectFolded(school);
}

TEST(Triggers, AtMidCycleNothingIsDueWithoutAResult) {
  School school;
  school.PushAll(kClassSize, "2024-07-20", 50, 50);
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  EXPECT_TRUE(Met(school.fixture.AdvanceTo(*core::ParseInstant("2024-09-19T00:00:00Z"))).empty());
}

// 0.9 on the second day of 180, of a mean of 56.75.
constexpr double kDesiredAYearOfCycle = 0.9 / 56.75 * 180 / 2;

// Half of the class fell behind.
decider::Fixture::Outcome FallBehind(School& school, int indicators = 1) {
  school.Push(School::OfEach("2024-07-20", kTwelveBefore));
  school.Schedule("c1", "2024-09-09", "2024-09-27", indicators, kDesiredAYearOfCycle);
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-13T12:00:00Z"));
  return school.Push(School::OfEach("2024-09-10", kTwelveNow));
}

TEST(Triggers, OffTrackSaysTheTestItWasDecidedOn) {
  School school;
  const auto outcome = FallBehind(school);
  ASSERT_EQ(Met(outcome), std::vector{common::v1::TRIGGER_OFF_TRACK});
  const common::v1::TriggerTest& test = outcome.First<v1::EvidenceMoved>()->test();
  EXPECT_NEAR(test.t(), -5.510138, 1e-6);
  EXPECT_EQ(test.degrees_of_freedom(), 11);
  EXPECT_EQ(test.information(), 12);
  EXPECT_NEAR(test.log_evidence(), 4.105100, 1e-6);
  EXPECT_NEAR(test.log_threshold(), std::log(10), 1e-9);
  EXPECT_EQ(test.questions(), 1);
  EXPECT_EQ(test.students(), 12);
  ExpectFolded(school);
}

TEST(Triggers, OffTrackIsHeldToHowOftenItMayBeWrongOverAllIndicators) {
  School of_four;  // log(4 / 0.1) = 3.7
  EXPECT_EQ(Met(FallBehind(of_four, 4)), std::vector{common::v1::TRIGGER_OFF_TRACK});
  School of_seven;  // log(7 / 0.1) = 4.2
  EXPECT_TRUE(Met(FallBehind(of_seven, 7)).empty());
  School strict([](auto& policy) { policy.set_false_alarm_rate(0.005); });  // log(1 / 0.01) = 4.6
  EXPECT_TRUE(Met(FallBehind(strict)).empty());
  School less_strict([](auto& policy) { policy.set_false_alarm_rate(0.01); });  // 3.9
  EXPECT_EQ(Met(FallBehind(less_strict)), std::vector{common::v1::TRIGGER_OFF_TRACK});
}

TEST(Triggers, OffTrackHoldsUntilTheEvidenceIsGone) {
  School school;
  FallBehind(school);
  std::vector<double> better = kTwelveNow;  // behind by less: neither found nor gone
  for (size_t i = 0; i < better.size(); ++i) better[i] += i % 2 == 0 ? 1 : 3;
  const auto open = school.Push(School::OfEach("2024-09-11", better));
  EXPECT_TRUE(open.All<v1::EvidenceMoved>().empty());
  EXPECT_NE(open.First<v1::EvidenceSummarized>(), nullptr);
  for (double& score : better) score += 3;
  const auto gone = school.Push(School::OfEach("2024-09-12", better));
  EXPECT_EQ(Met(gone, false), std::vector{common::v1::TRIGGER_OFF_TRACK});
  EXPECT_LT(gone.First<v1::EvidenceMoved>()->test().log_evidence(), 0);
  EXPECT_TRUE(school.Push(School::OfEach("2024-09-13", better)).All<v1::EvidenceMoved>().empty());
  ExpectFolded(school);
}

TEST(Triggers, OffTrackIsClearedWhenTooFewAreCovered) {
  School school;
  FallBehind(school);
  v1::UpdateRosterRequest more;
  more.set_district("d");
  more.set_school("s");
  auto& student = *more.add_students();  // 12 of 25
  student.set_student("new");
  student.add_class_ids("c");
  const auto outcome = school.fixture.Give(more);
  EXPECT_EQ(Met(outcome, false), std::vector{common::v1::TRIGGER_OFF_TRACK});
  EXPECT_FALSE(outcome.First<v1::EvidenceMoved>()->has_test());
}

// Gap tests: the even students are income:low, behind by ten; everybody's score spreads by 0 to 4.
decider::Fixture::Outcome WidenGap(School& school, double low, double other) {
  school.PushAll(kClassSize, "2024-07-20", 40, 50);
  school.Schedule("c1", "2024-09-09", "2024-09-27", 1, 0);
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-13T12:00:00Z"));
  std::vector<v1::Result> results;  // changes spread by 3 on either side
  for (int i = 0; i < kClassSize; ++i) {
    results.push_back(
        School::Of(i, "2024-09-10", (i % 2 == 0 ? 40 + low : 50 + other) + i % 5 + i % 7 - 3));
  }
  return school.Push(results);
}

std::vector<std::string> Groups(const decider::Fixture::Outcome& outcome, bool met = true) {
  std::vector<std::string> groups;
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    if (moved->trigger() == common::v1::TRIGGER_GAP_WIDENED && moved->met() == met) {
      groups.push_back(moved->group());
    }
  }
  return groups;
}

TEST(Triggers, AGapThatGrewSaysTheTestItWasDecidedOn) {
  School school;
  const auto outcome = WidenGap(school, 1, 6);
  ASSERT_EQ(Groups(outcome), std::vector<std::string>{"income:low"});
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    if (moved->trigger() != common::v1::TRIGGER_GAP_WIDENED) continue;
    EXPECT_LT(moved->test().t(), -3);
    EXPECT_EQ(moved->test().degrees_of_freedom(), 22);
    EXPECT_EQ(moved->test().information(), 6);
    EXPECT_EQ(moved->test().questions(), 1) << "the other group is ahead";
    EXPECT_EQ(moved->test().students(), 24);
    EXPECT_GE(moved->test().log_evidence(), moved->test().log_threshold());
  }
  ExpectFolded(school);
}

TEST(Triggers, AGapThatMayHaveGrownByChanceIsNotSaid) {
  School school;  // by 1, which is a third of a standard deviation
  EXPECT_TRUE(Groups(WidenGap(school, 3, 4)).empty());
}

TEST(Triggers, AGapThatGrewByTooLittleToMatterIsNotSaid) {
  School school([](auto& policy) { policy.set_gap_widening(2); });  // of 1.4 each
  EXPECT_TRUE(Groups(WidenGap(school, 4, 6.5)).empty());
  School other([](auto& policy) { policy.set_gap_widening(0.1); });
  EXPECT_FALSE(Groups(WidenGap(other, 1, 6.5)).empty());
}

TEST(Triggers, AGapIsNoLongerSaidWhenItsGroupIsTooSmall) {
  School school;
  ASSERT_FALSE(Groups(WidenGap(school, 1, 6)).empty());
  v1::UpdateRosterRequest leave;  // three of twelve
  leave.set_district("d");
  leave.set_school("s");
  for (int i = 0; i < 6; i += 2) {
    auto& student = *leave.add_students();
    student.set_student("p" + std::to_string(i));
    student.add_groups("income:other");
    student.add_class_ids("c");
  }
  EXPECT_EQ(Groups(school.fixture.Give(leave), false), std::vector<std::string>{"income:low"});
  ExpectFolded(school);
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

TEST(Triggers, WhoStrugglesIsEvaluatedAnewWhenTheCutMoves) {
  School school;
  const auto publish = [&](int32_t bin) {
    v1::CutsPublished cuts;
    cuts.set_district("d");
    auto& cut = *cuts.add_cuts();
    cut.set_indicator("reading");
    cut.set_bin(bin);
    cut.set_count(100);
    school.fixture.Give(cuts);
    return school.fixture.AdvanceTo(school.fixture.now() + std::chrono::seconds(1));
  };
  school.Schedule("c1", "2024-08-12", "2024-08-30");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-08-20T12:00:00Z"));
  school.PushAll(kClassSize, "2024-08-20", 50, 50);
  school.Schedule("c2", "2024-09-02", "2024-09-20");
  school.fixture.AdvanceTo(*core::ParseInstant("2024-09-05T12:00:00Z"));
  publish(100);  // in place of the percentile of these results
  school.PushAll(kClassSize, "2024-09-05", 50, 50);
  const auto higher = publish(900);
  const auto* moved = higher.First<v1::EvidenceMoved>();
  ASSERT_NE(moved, nullptr);
  EXPECT_EQ(moved->trigger(), common::v1::TRIGGER_STRUGGLING);
  EXPECT_EQ(moved->students(), kClassSize);
  EXPECT_EQ(moved->cut(), 90);
  const auto lower = publish(100);
  const auto* cleared = lower.First<v1::EvidenceMoved>();
  ASSERT_NE(cleared, nullptr);
  EXPECT_EQ(cleared->students(), 0);
  EXPECT_TRUE(publish(100).events.empty());
  ExpectFolded(school);
}

}  // namespace
}  // namespace throughline::evidence
