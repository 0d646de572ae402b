#include "disclosure/group_choice.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

namespace throughline::disclosure {
namespace {

using Groups = std::vector<std::string>;

std::vector<Groups> Students(std::initializer_list<std::pair<int, Groups>> kinds) {
  std::vector<Groups> students;
  for (const auto& [count, groups] : kinds) students.insert(students.end(), count, groups);
  return students;
}

Groups Shown(const std::vector<Groups>& students, const Groups& groups) {
  return GroupsToShow(students, groups, 10);
}

TEST(GroupChoice, AGroupIsShownWhenItAndItsComplementAreLargeEnough) {
  EXPECT_THAT(Shown(Students({{10, {"g"}}, {10, {}}}), {"g"}), testing::ElementsAre("g"));
  EXPECT_THAT(Shown(Students({{9, {"g"}}, {11, {}}}), {"g"}), testing::IsEmpty());
  EXPECT_THAT(Shown(Students({{11, {"g"}}, {9, {}}}), {"g"}), testing::IsEmpty());
}

TEST(GroupChoice, AllOfTheStudentsAreNoGroupOfTheirOwn) {
  EXPECT_THAT(Shown(Students({{10, {"g"}}}), {"g"}), testing::ElementsAre("g"));
}

TEST(GroupChoice, ThreeInNoGroupAreNotFoundByTakingTwoGroupsFromAll) {
  const auto students = Students({{12, {"a"}}, {12, {"b"}}, {3, {}}});
  EXPECT_THAT(Shown(students, {"a", "b"}), testing::ElementsAre("a"));
}

TEST(GroupChoice, ThreeInBothGroupsAreNotFoundEither) {
  const auto students = Students({{12, {"a"}}, {12, {"b"}}, {3, {"a", "b"}}});
  EXPECT_THAT(Shown(students, {"a", "b"}), testing::ElementsAre("a"))
      << "twelve, twelve and three: a and b less all are the three";
}

TEST(GroupChoice, GroupsOfTwoDimensionsGoTogetherWhenEveryCombinationIsLarge) {
  const auto students = Students({{7, {"low", "girl"}}, {8, {"low"}}, {7, {"girl"}}, {8, {}}});
  EXPECT_THAT(Shown(students, {"low", "girl"}), testing::ElementsAre("low", "girl"));
}

// Any integer factors from -2 to 2, tried one by one.
TEST(GroupChoice, FewestStudentsAreTheFewestOfAnyCombination) {
  rc::check([] {
    const int sums = *rc::gen::inRange(1, 4);
    const auto students =
        *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange(0U, 1U << sums));
    int64_t fewest = -1;
    for (int code = 0; code < 125; ++code) {
      int rest = code;
      std::array<int, 3> factors;
      for (int& factor : factors) {
        factor = rest % 5 - 2;
        rest /= 5;
      }
      const int64_t in = std::count_if(students.begin(), students.end(), [&](uint32_t student) {
        int sum = 0;
        for (int i = 0; i < sums; ++i)
          sum += student >> i & 1 ? factors[static_cast<size_t>(i)] : 0;
        return sum != 0;
      });
      if (in > 0 && (fewest < 0 || in < fewest)) fewest = in;
    }
    const int64_t found = FewestStudents(students);
    RC_ASSERT(found == std::max<int64_t>(fewest, 0));
  });
}

}  // namespace
}  // namespace throughline::disclosure
