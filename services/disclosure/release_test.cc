#include "disclosure/release.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace throughline::disclosure {
namespace {

using Part = Place::Part;

Place Matched(uint64_t current = 1, int32_t pool = 0) { return {Part::kMatched, 0, current, pool}; }
Place Covered() { return {Part::kCovered, 0, 0}; }

std::vector<Difference> Some(int count, Place shown, Place now,
                             std::vector<std::string> groups = {}) {
  return std::vector<Difference>(static_cast<size_t>(count), {shown, now, groups});
}

std::vector<Difference> operator+(std::vector<Difference> a, const std::vector<Difference>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Release Plan(const std::vector<Difference>& differences, const ShownCell& cell = {},
             std::vector<std::string> groups = {}, int64_t rostered = 24) {
  return PlanRelease(differences, cell, groups, rostered, 10);
}

int64_t Moving(const Release& release) {
  return std::count(release.moves.begin(), release.moves.end(), true);
}

TEST(Release, NumbersWaitForASmallestCell) {
  EXPECT_FALSE(Plan(Some(9, {}, Matched())).any);
  const Release release = Plan(Some(10, {}, Matched()));
  EXPECT_EQ(Moving(release), 10);
  EXPECT_EQ(release.cell.matched, 10);
  EXPECT_EQ(release.cell.covered, 10);
}

TEST(Release, ThreeWithoutABaselineAreNotTheDifferenceOfCoverageAndGrowth) {
  const Release release = Plan(Some(21, {}, Matched()) + Some(3, {}, Covered()));
  EXPECT_EQ(Moving(release), 21);
  EXPECT_EQ(release.cell.covered, 21);
  // Nor when most of those without one get theirs.
  const Release rest =
      Plan(Some(10, Covered(), Matched()), {.covered = 33, .matched = 21, .moves = 1});
  EXPECT_FALSE(rest.any) << "two would be left";
}

TEST(Release, ThreeWhoHaveNoResultAreNotTheRestOfARosterThatWasShown) {
  EXPECT_FALSE(Plan(Some(10, {}, Matched()), {.covered = 11, .matched = 11, .rostered = 24}).any);
  EXPECT_TRUE(Plan(Some(13, {}, Matched()), {.covered = 11, .matched = 11, .rostered = 24}).any);
}

TEST(Release, ComersAndChangedDoNotMakeUpANumberTogether) {
  const ShownCell cell{.covered = 20, .matched = 20, .moves = 1};
  EXPECT_FALSE(Plan(Some(9, {}, Matched()) + Some(9, Matched(), Matched(2)), cell).any);
  EXPECT_EQ(Moving(Plan(Some(9, {}, Matched()) + Some(11, Matched(), Matched(2)), cell)), 11);
}

TEST(Release, OneWhoseBaselineChangedIsNotHiddenAmongThoseWhoseScoresDid) {
  const ShownCell cell{.covered = 20, .matched = 20, .moves = 1};
  const Place other_baseline{Part::kMatched, 7, 1};
  const Release release =
      Plan(Some(10, Matched(), Matched(2)) + Some(1, Matched(), other_baseline), cell);
  EXPECT_EQ(Moving(release), 10);
  EXPECT_FALSE(release.moves.back());
}

TEST(Release, AGroupIsGivenUpWhenFewOfItMove) {
  const auto differences = Some(4, {}, Matched(), {"g"}) + Some(8, {}, Matched(), {"h"});
  EXPECT_THAT(Plan(differences, {}, {"g", "h"}).kept_groups, testing::IsEmpty());
  EXPECT_FALSE(Plan(differences, {}, {"g", "h"}, 40).any) << "most of the team is still to come";
}

TEST(Release, WhoeverLeftStaysInWhatIsShownUntilAllHaveOneHistory) {
  const ShownCell together{.covered = 30, .matched = 30, .moves = 1, .uniform = true};
  EXPECT_EQ(Plan(Some(12, Matched(), {}), together).cell.matched, 18);
  EXPECT_FALSE(Plan(Some(9, Matched(), {}), together).any);
  EXPECT_FALSE(Plan(Some(25, Matched(), {}), together).any) << "five would be left";
  const ShownCell mixed{.covered = 30, .matched = 30, .moves = 3, .uniform = false};
  EXPECT_FALSE(Plan(Some(12, Matched(), {}), mixed).any);
}

TEST(Release, ThoseOnAnotherBasisDoNotMakeUpANumberTogether) {
  const Release release = Plan(Some(20, {}, Matched()) + Some(4, {}, Matched(1, 2)));
  EXPECT_EQ(Moving(release), 20);
  EXPECT_EQ(release.cell.covered, 20);
  const ShownCell cell{.covered = 30, .matched = 30, .moves = 1, .pools = {{0, 30}}};
  EXPECT_FALSE(Plan(Some(6, Matched(), Matched(2)) + Some(6, Matched(), Matched(2, 2)), cell).any);
}

TEST(Release, NobodyStaysBehindWhenAPoolGoesToAnother) {
  const ShownCell cell{.covered = 40, .matched = 40, .moves = 1, .pools = {{0, 12}, {2, 28}}};
  EXPECT_FALSE(Plan(Some(10, Matched(), Matched(2, 2)), cell).any) << "two would be left";
  EXPECT_FALSE(Plan(Some(20, Matched(1, 2), Matched(2)), cell).any) << "eight";
  const Release all = Plan(Some(12, Matched(), Matched(2, 2)), cell);
  EXPECT_EQ(Moving(all), 12);
  EXPECT_EQ(all.cell.pools.at(2), 40);
}

TEST(Release, OfSeveralPoolsNobodyWhoLeftIsTakenOut) {
  const Release first = Plan(Some(12, {}, Matched()) + Some(12, {}, Matched(1, 2)));
  EXPECT_EQ(Moving(first), 24);
  EXPECT_FALSE(first.cell.uniform);
}

TEST(Release, HistoriesAreOneAsLongAsEverybodyMoves) {
  const Release first = Plan(Some(24, {}, Matched()));
  EXPECT_TRUE(first.cell.uniform);
  EXPECT_TRUE(Plan(Some(24, Matched(), Matched(2)), first.cell).cell.uniform);
  EXPECT_FALSE(Plan(Some(20, Matched(), Matched(2)), first.cell).cell.uniform);
  EXPECT_FALSE(Plan(Some(10, {}, Matched()), first.cell).cell.uniform);
}

}  // namespace
}  // namespace throughline::disclosure
