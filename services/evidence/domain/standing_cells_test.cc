#include "evidence/domain/standing_cells.h"

#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

constexpr char kFirst[] = "2024-09-09", kSecond[] = "2024-09-30", kThird[] = "2024-10-21";

// Three cycles in a row, and results in each of which so many students are under the cut.
class StandingCells : public ::testing::Test {
 protected:
  StandingCells() {
    school_.Schedule("c1", "2024-09-02", "2024-09-20");
    school_.Schedule("c2", "2024-09-23", "2024-10-11");
    school_.Schedule("c3", "2024-10-14", "2024-11-01");
  }
  // Whatever results come, whoever has less than 40 percent of scale is below it.
  void PublishCut(int32_t bin = 400) {
    v1::CutsPublished cuts;
    cuts.set_district("d");
    auto& cut = *cuts.add_cuts();
    cut.set_indicator("reading");
    cut.set_bin(bin);
    cut.set_count(100);
    school_.fixture.Give(cuts);
  }
  // The first `low` of the students, from `from` on, have 20, the others 60. What is pushed again
  // corrects.
  void Push(const std::string& date, int low, int from = 0, int to = kClassSize) {
    const auto afternoon = *core::ParseInstant(date + "T15:00:00Z");
    if (school_.fixture.now() < afternoon) school_.fixture.AdvanceTo(afternoon);
    PublishCut();
    std::vector<v1::Result> results;
    ++pushes_;
    for (int i = from; i < to; ++i) {
      results.push_back(School::Of(i, date, i < low ? 20 : 60, pushes_));
    }
    school_.Push(results);
  }
  const v1::StrugglingCellRow& Cell(const std::string& cell = std::string(kAllCell)) const {
    const auto* row =
        school_.fixture.state().Find(kStrugglingCells, JoinKey("d", "s", "reading", cell));
    return row == nullptr ? v1::StrugglingCellRow::default_instance() : *row;
  }

  School school_;
  int pushes_ = 0;
};

TEST_F(StandingCells, CountWhoStrugglesAnewStillAndNoLonger) {
  Push(kFirst, 16);
  EXPECT_EQ(Cell().students(), kClassSize);
  EXPECT_EQ(Cell().anew(), 0) << "one window is not two";
  Push(kSecond, 16);
  EXPECT_EQ(Cell().anew(), 16);
  Push(kThird, 4);
  EXPECT_EQ(Cell().persisting(), 4);
  EXPECT_EQ(Cell().anew(), 0);
  EXPECT_EQ(Cell().recovered(), 12);
  EXPECT_EQ(Cell().students(), kClassSize);
  ExpectFolded(school_);
}

TEST_F(StandingCells, FollowTheCutOfTheDistrictWhenItMoves) {
  Push(kFirst, 16);
  Push(kSecond, 16);
  ASSERT_EQ(Cell().anew(), 16);
  PublishCut(200);
  EXPECT_EQ(Cell().anew(), 0) << "20 is not below 20";
  PublishCut(610);
  EXPECT_EQ(Cell().anew(), kClassSize);
  ExpectFolded(school_);
}

TEST_F(StandingCells, AreOfTheSchoolOfClassesAndOfGroups) {
  Push(kFirst, 24);
  Push(kSecond, 24);
  EXPECT_EQ(Cell("class/c").anew(), 24);
  EXPECT_EQ(Cell("group/income:low").anew(), 12);
  EXPECT_EQ(Cell("group/income:other").students(), 12);
}

TEST_F(StandingCells, FollowWhenASmallestCellOfTheirStudentsStandOtherwise) {
  Push(kFirst, 24);
  Push(kSecond, 24, 0, 9);
  EXPECT_EQ(Cell().anew(), 0) << "nine stand otherwise";
  Push(kSecond, 24, 9, 10);
  EXPECT_EQ(Cell().anew(), 10);
  EXPECT_EQ(Cell("group/income:low").anew(), 0) << "of it, five";
  Push(kSecond, 24, 10, 24);
  EXPECT_EQ(Cell().anew(), 24);
  EXPECT_EQ(Cell("group/income:low").anew(), 12);
}

TEST_F(StandingCells, WhoeverStandsAsIsShownAgainIsNotWaitedFor) {
  Push(kFirst, 24);
  Push(kSecond, 24, 0, 5);
  EXPECT_EQ(Cell().pending_size(), 5);
  Push(kSecond, 0, 0, 5);
  EXPECT_EQ(Cell().pending_size(), 0);
}

TEST_F(StandingCells, WhoeverLeavesTheTeamIsCountedNoMore) {
  Push(kFirst, 24);
  Push(kSecond, 24);
  v1::UpdateRosterRequest roster;
  roster.set_district("d");
  roster.set_school("s");
  for (int i = 0; i < 12; ++i) roster.add_students()->set_student("p" + std::to_string(i));
  school_.fixture.Give(roster);
  EXPECT_EQ(Cell().students(), 12);
  EXPECT_EQ(Cell().anew(), 12);
  ExpectFolded(school_);
}

TEST_F(StandingCells, FollowWhenACycleIsCancelled) {
  Push(kFirst, 16);
  Push(kSecond, 16);
  Push(kThird, 4);
  ASSERT_EQ(Cell().recovered(), 12);
  cycles::v1::CycleCancelled cancelled;
  *cancelled.mutable_cycle() = School::CycleOf("c3", "2024-10-14", "2024-11-01");
  cancelled.mutable_cycle()->set_state(cycles::v1::CYCLE_STATE_CANCELLED);
  school_.fixture.Give(cancelled);
  EXPECT_EQ(Cell().anew(), 16) << "as they stood in the cycle before";
  EXPECT_EQ(Cell().recovered(), 0);
  EXPECT_EQ(Cell().students(), kClassSize);
  ExpectFolded(school_);
}

TEST_F(StandingCells, FollowWhenACycleWorksOnTheIndicatorNoMoreAndWhenItDoesAgain) {
  Push(kFirst, 16);
  Push(kSecond, 16);
  Push(kThird, 4);
  const auto design = [&](const std::string& indicator) {
    cycles::v1::ArtefactsRecorded recorded;
    recorded.set_district("d");
    recorded.set_school("s");
    recorded.set_team("t");
    recorded.set_cycle("c3");
    recorded.add_indicators()->set_indicator(indicator);
    school_.fixture.Give(recorded);
  };
  design("writing");
  EXPECT_EQ(Cell().anew(), 16);
  EXPECT_EQ(Cell().recovered(), 0);
  design("reading");
  EXPECT_EQ(Cell().anew(), 0);
  EXPECT_EQ(Cell().recovered(), 12);
  ExpectFolded(school_);
}

TEST_F(StandingCells, CountWhoeverHasAResultInOneOfTheLatestCycles) {
  Push(kFirst, 16);
  Push(kSecond, 16);
  const char* next[][3] = {{"c4", "2024-11-04", "2024-11-22"}, {"c5", "2024-11-25", "2024-12-13"}};
  for (const auto& [cycle, start, end] : next) school_.Schedule(cycle, start, end);
  EXPECT_EQ(Cell().anew(), 16) << "the fourth of the latest";
  school_.Schedule("c6", "2025-01-06", "2025-01-24");
  EXPECT_EQ(Cell().students(), 0);
  ExpectFolded(school_);
}

}  // namespace
}  // namespace throughline::evidence
