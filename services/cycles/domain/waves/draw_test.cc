#include "cycles/domain/waves/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace throughline::cycles {
namespace {

using testing::ElementsAre;

v1::Wave WaveOf(const std::string& seed, int teams, const std::vector<int>& places) {
  v1::Wave wave;
  wave.set_seed(seed);
  for (int i = 0; i < teams; ++i) {
    v1::WaveTeam& team = *wave.add_teams();
    team.set_school("north");
    team.set_team("team-" + std::to_string(i));
  }
  for (size_t i = 0; i < places.size(); ++i) {
    v1::WaveStart& start = *wave.add_starts();
    start.set_date("2026-10-0" + std::to_string(i + 1));
    start.set_places(places[i]);
  }
  return wave;
}

std::vector<std::string> InShort(const v1::Wave& wave) {
  std::vector<std::string> teams;
  for (const v1::WaveTeam& team : wave.teams()) {
    teams.push_back(team.team() + " " + team.begins_on());
  }
  return teams;
}

// python3 -c 'import hashlib; print(hashlib.sha256(b"2026/north/team-0").hexdigest())'
TEST(Draw, ATicketIsTheHashOfSeedSchoolAndTeam) {
  EXPECT_EQ(TicketOf("2026", "north", "team-0"),
            "f44eac6395366fa3daa6690018764536ef6a107157b0cec3d3e9c6e26c255a21");
}

// python3 -c 'import hashlib; print(sorted(range(6), key=lambda i:
//     hashlib.sha256(f"2026/north/team-{i}".encode()).hexdigest()))'
TEST(Draw, PlacesAreGivenInTheOrderOfTicketsAndTheOthersWait) {
  v1::Wave wave = WaveOf("2026", 6, {2, 3});
  Draw(wave);
  EXPECT_THAT(InShort(wave),
              ElementsAre("team-2 2026-10-01", "team-4 2026-10-01", "team-3 2026-10-02",
                          "team-1 2026-10-02", "team-5 2026-10-02", "team-0 "));
  EXPECT_EQ(wave.teams(5).rank(), 6);
  EXPECT_TRUE(wave.by_lot());
}

TEST(Draw, TheOrderOfAskingLeavesNoTrace) {
  v1::Wave wave = WaveOf("2026", 6, {2, 3}), other = wave;
  std::reverse(other.mutable_teams()->begin(), other.mutable_teams()->end());
  Draw(wave);
  Draw(other);
  EXPECT_EQ(wave.SerializeAsString(), other.SerializeAsString());
  const std::string drawn = wave.SerializeAsString();
  Draw(wave);
  EXPECT_EQ(wave.SerializeAsString(), drawn) << "and to draw again changes nothing";
}

TEST(Draw, WhereEverybodyBeginsOnTheFirstDayChanceDecidedNothing) {
  v1::Wave wave = WaveOf("2026", 2, {2, 3});
  Draw(wave);
  EXPECT_FALSE(wave.by_lot());
  EXPECT_EQ(wave.teams(1).begins_on(), "2026-10-01");
  v1::Wave nobody = WaveOf("2026", 0, {2});
  Draw(nobody);
  EXPECT_FALSE(nobody.by_lot());
}

// Chi-square of 6 teams over 1 first place in 6,000 draws; the 99.9 % quantile of 5 degrees of
// freedom is 20.5.
TEST(Draw, EveryTeamIsAsLikelyToBeFirst) {
  std::map<std::string, int> first;
  for (int seed = 0; seed < 6000; ++seed) {
    v1::Wave wave = WaveOf(std::to_string(seed), 6, {1});
    Draw(wave);
    ++first[wave.teams(0).team()];
  }
  double chi_square = 0;
  for (const auto& [team, times] : first) chi_square += (times - 1000.0) * (times - 1000.0) / 1000;
  EXPECT_EQ(first.size(), 6U);
  EXPECT_LT(chi_square, 20.5);
}

}  // namespace
}  // namespace throughline::cycles
