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
  void PublishCut() {
    v1::CutsPublished cuts;
    cuts.set_district("d");
    auto& cut = *cuts.add_cuts();
    cut.set_indicator("reading");
    cut.set_bin(400);
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

}  // namespace
}  // namespace throughline::evidence
