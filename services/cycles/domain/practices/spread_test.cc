#include "cycles/domain/practices/spread.h"

#include <gtest/gtest.h>

#include <string>

namespace throughline::cycles {
namespace {

v1::Adoption Begun(const std::string& school, const std::string& team, const std::string& day,
                   v1::AdoptionState state = v1::ADOPTION_STATE_ADOPTED) {
  v1::Adoption adoption;
  adoption.set_school(school);
  adoption.set_team(team);
  adoption.set_begun_on(day);
  adoption.set_state(state);
  return adoption;
}

TEST(Spread, IsTeamsAndSchoolsByDay) {
  const auto spread = SpreadOf({Begun("s", "b", "2026-09-23"), Begun("s", "a", "2026-09-02"),
                                Begun("r", "c", "2026-09-23"), Begun("r", "e", "2026-10-14")},
                               3);
  ASSERT_EQ(spread.curve_size(), 3);
  EXPECT_EQ(spread.curve(0).date(), "2026-09-02");
  EXPECT_EQ(spread.curve(0).teams(), 1);
  EXPECT_EQ(spread.curve(1).teams(), 3);
  EXPECT_EQ(spread.curve(1).schools(), 2);
  EXPECT_EQ(spread.curve(2).teams(), 4);
}

TEST(Spread, TheFirstTeamsAreItsFirstFollowers) {
  const auto spread = SpreadOf(
      {Begun("s", "b", "2026-09-23"), Begun("s", "a", "2026-09-02"), Begun("r", "c", "2026-09-23")},
      2);
  ASSERT_EQ(spread.first_followers_size(), 2);
  EXPECT_EQ(spread.first_followers(0).team(), "a");
  EXPECT_EQ(spread.first_followers(1).team(), "c") << "of the same day by school and team";
}

TEST(Spread, WhoGaveItUpHadTakenItUp) {
  const auto spread = SpreadOf(
      {Begun("s", "a", "2026-09-02", v1::ADOPTION_STATE_ABANDONED), Begun("s", "b", "2026-09-02"),
       Begun("s", "c", "2026-09-02", v1::ADOPTION_STATE_WITHDRAWN)},
      3);
  EXPECT_EQ(spread.teams(), 1);
  EXPECT_EQ(spread.schools(), 1);
  EXPECT_EQ(spread.abandoned(), 1);
  EXPECT_EQ(spread.curve(0).teams(), 2) << "what was withdrawn was never tried";
}

v1::TeamStudentsRow StudentsOf(const std::string& school, const std::string& team,
                               int64_t students) {
  v1::TeamStudentsRow row;
  row.set_school(school);
  row.set_team(team);
  row.set_students(students);
  return row;
}

TEST(Reach, IsStudentsOfTeamsThatUseItOfThoseWhoCould) {
  const std::vector<v1::Adoption> adoptions{
      Begun("s", "a", "2026-09-02"), Begun("s", "b", "2026-09-02", v1::ADOPTION_STATE_ABANDONED)};
  const std::vector<v1::TeamStudentsRow> students{
      StudentsOf("s", "a", 20), StudentsOf("s", "b", 30), StudentsOf("r", "c", 50)};
  EXPECT_DOUBLE_EQ(ReachOf(adoptions, EligibleStudents(students), 10).value_or(-1), 0.2);
  EXPECT_DOUBLE_EQ(ReachOf({}, EligibleStudents(students), 10).value_or(-1), 0);
}

TEST(Reach, CountsATeamOnceOverIndicators) {
  const std::vector<v1::TeamStudentsRow> students{
      StudentsOf("s", "a", 20), StudentsOf("s", "a", 15), StudentsOf("r", "c", 20)};
  EXPECT_DOUBLE_EQ(
      ReachOf({Begun("s", "a", "2026-09-02")}, EligibleStudents(students), 10).value_or(-1), 0.5);
}

TEST(Reach, IsNotSaidOfAPartOrARestThatIsTooSmall) {
  const std::vector<v1::Adoption> adoptions{Begun("s", "a", "2026-09-02")};
  EXPECT_FALSE(ReachOf(adoptions, EligibleStudents(std::vector<v1::TeamStudentsRow>()), 10));
  const auto of = [](int64_t a, int64_t c) {
    return EligibleStudents({StudentsOf("s", "a", a), StudentsOf("r", "c", c)});
  };
  EXPECT_FALSE(ReachOf(adoptions, of(9, 50), 10));
  EXPECT_FALSE(ReachOf(adoptions, of(50, 9), 10));
}

}  // namespace
}  // namespace throughline::cycles
