#include "evidence/domain/struggling_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace throughline::evidence {
namespace {

using common::v1::StrugglingCounts;

constexpr int kSmallest = 10;

StrugglingCell Cell(int64_t students, int64_t anew, int64_t persisting = 0, int64_t recovered = 0) {
  return {students, anew, persisting, recovered, 1};
}

TEST(StrugglingCounts, AreInWholeSmallestCellsRoundedDown) {
  const StrugglingCounts counts = CountsOf(Cell(147, 19, 28, 33), kSmallest);
  EXPECT_EQ(counts.students_at_least(), 140);
  EXPECT_EQ(counts.struggling_at_least(), 40);
  EXPECT_EQ(counts.new_at_least(), 10);
  EXPECT_EQ(counts.persisting_at_least(), 20);
  EXPECT_EQ(counts.recovered_at_least(), 30);
  EXPECT_FALSE(counts.suppressed());
}

TEST(StrugglingCounts, OfTooFewAreAbsentAndSaidToBe) {
  EXPECT_FALSE(CountsOf(Cell(9, 0), kSmallest).has_students_at_least());
  const StrugglingCounts few = CountsOf(Cell(50, 9), kSmallest);
  EXPECT_EQ(few.students_at_least(), 50);
  EXPECT_FALSE(few.has_struggling_at_least());
  EXPECT_TRUE(few.suppressed());
  EXPECT_TRUE(CountsOf(Cell(50, 41), kSmallest).suppressed()) << "few do not struggle";
  const StrugglingCounts nobody = CountsOf(Cell(50, 0), kSmallest);
  EXPECT_EQ(nobody.struggling_at_least(), 0);
  EXPECT_FALSE(nobody.suppressed());
}

TEST(StrugglingCounts, NewAndPersistingAreHiddenTogether) {
  const StrugglingCounts counts = CountsOf(Cell(100, 9, 30), kSmallest);
  EXPECT_EQ(counts.struggling_at_least(), 30);
  EXPECT_FALSE(counts.has_new_at_least());
  EXPECT_FALSE(counts.has_persisting_at_least());
}

TEST(StrugglingCounts, OfAPartAreHiddenWhenTheRestIsOfFew) {
  EXPECT_FALSE(CountsOf(Cell(95, 30), Cell(100, 40), kSmallest).has_students_at_least());
  EXPECT_TRUE(CountsOf(Cell(50, 35), Cell(100, 40), kSmallest).suppressed());
  EXPECT_FALSE(CountsOf(Cell(50, 30), Cell(100, 40), kSmallest).suppressed());
  EXPECT_FALSE(CountsOf(Cell(50, 40), Cell(100, 40), kSmallest).suppressed()) << "nobody is left";
  EXPECT_FALSE(CountsOf(Cell(50, 30), Cell(40, 40), kSmallest).has_students_at_least())
      << "the snapshot of the whole is older";
}

TEST(StrugglingCounts, WithAPartThatIsHiddenOthersAreUntilTheyAreNotFewTogether) {
  const std::vector<StrugglingCell> schools{Cell(100, 12), Cell(100, 40), Cell(100, 4)};
  const auto shown = CountsOfParts(schools, Cell(300, 56), kSmallest);
  EXPECT_FALSE(shown[2].has_struggling_at_least());
  EXPECT_FALSE(shown[0].has_struggling_at_least()) << "4 would be 56 less 12 less 40";
  EXPECT_TRUE(shown[1].has_struggling_at_least());
}

TEST(StrugglingPlaces, AreThoseFirstOfWhomTheLargerShareStruggles) {
  const auto place = [](const std::string& group, const StrugglingCell& cell) {
    common::v1::StrugglingPlace one;
    one.set_group(group);
    *one.mutable_counts() = CountsOf(cell, kSmallest);
    return one;
  };
  std::vector<common::v1::StrugglingPlace> places{
      place("hidden", Cell(100, 5)), place("few", Cell(100, 20)), place("many", Cell(50, 30))};
  SortByShare(places);
  EXPECT_EQ(places[0].group(), "many");
  EXPECT_EQ(places[1].group(), "few");
  EXPECT_EQ(places[2].group(), "hidden");
}

// The most that a shown count may stand for.
int64_t MostOf(int64_t at_least) { return at_least + kSmallest - 1; }

// Whoever subtracts all schools that are shown from the district is left with a range that holds a
// smallest cell, or with nobody hidden.
TEST(StrugglingCounts, NothingOfFewFollowsFromADistrictLessItsSchools) {
  std::mt19937 random(11);
  const auto any = [&](int to) { return std::uniform_int_distribution<int>(0, to)(random); };
  for (int round = 0; round < 20'000; ++round) {
    std::vector<StrugglingCell> schools(static_cast<size_t>(1 + any(4)));
    StrugglingCell district;
    for (StrugglingCell& school : schools) {
      school = Cell(20 + any(60), any(12), any(3) == 0 ? any(12) : 0);
      school.students = std::max(school.students, school.struggling());
      district.Add(school);
    }
    const StrugglingCounts whole = CountsOf(district, kSmallest);
    if (!whole.has_struggling_at_least()) continue;
    int64_t most = MostOf(whole.struggling_at_least());
    int64_t hidden = 0;
    const auto shown = CountsOfParts(schools, district, kSmallest);
    for (size_t i = 0; i < schools.size(); ++i) {
      if (shown[i].has_struggling_at_least()) {
        most -= shown[i].struggling_at_least();
      } else {
        hidden += schools[i].struggling();
      }
    }
    if (hidden == 0) continue;
    EXPECT_GE(hidden, kSmallest) << "in round " << round;
    EXPECT_GE(most, kSmallest) << "in round " << round;
  }
}

}  // namespace
}  // namespace throughline::evidence
