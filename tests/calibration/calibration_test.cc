// How often teams, schools and districts are alerted wrongly, and how often rightly: of which the
// truth is known, run through the rules themselves. It prints a table.
//
// THROUGHLINE_TEAMS is how many teams a cell has (40), with six looks; from 1000 on with thirty
// looks, too. deploy/calibrate runs the long one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "team.h"
#include "two_tests.h"

namespace throughline::calibration {
namespace {

int TeamsACell() {
  const char* teams = std::getenv("THROUGHLINE_TEAMS");
  return teams == nullptr ? 40 : std::max(1, std::atoi(teams));
}

// More than so many of `teams` come once in a million when the true share is `share`.
int AtMost(int teams, double share) {
  const boost::math::binomial_distribution<> count(teams, share);
  return static_cast<int>(boost::math::quantile(boost::math::complement(count, 1e-6)));
}

// Fewer than so many of `units` come once in a million when the true share is `share`.
int AtLeast(int units, double share) {
  const boost::math::binomial_distribution<> count(units, share);
  return static_cast<int>(boost::math::quantile(count, 1e-6));
}

struct Count {
  int teams = 0;
  int off_track = 0;
  int gap = 0;
  int either = 0;
  int learners = 0;
};

Count Measure(const std::string& what, const Truth& truth, uint64_t seed) {
  Count count;
  for (int i = 0; i < TeamsACell(); ++i) {
    const Said said = LiveThrough(truth, seed * 1'000'003 + static_cast<uint64_t>(i));
    ++count.teams;
    count.off_track += said.off_track ? 1 : 0;
    count.gap += said.team.any ? 1 : 0;
    count.either += said.off_track || said.team.any ? 1 : 0;
    count.learners += said.team.learners ? 1 : 0;
  }
  const auto share = [&](int one) { return 100.0 * one / count.teams; };
  // Of 95 %, by Clopper and Pearson.
  using Binomial = boost::math::binomial_distribution<>;
  const double low = Binomial::find_lower_bound_on_p(count.teams, count.either, 0.025);
  const double high = Binomial::find_upper_bound_on_p(count.teams, count.either, 0.025);
  std::cout << fmt::format(
      "{:<34} {:>4} {:<6} {:>3} {:>6} {:>8.1f} {:>6.1f} {:>6.1f} ({:.1f}-{:.1f}) {:>8.1f}\n", what,
      truth.students, truth.heavy_tails ? "heavy" : "normal", truth.looks, count.teams,
      share(count.off_track), share(count.gap), share(count.either), 100 * low, 100 * high,
      share(count.learners));
  return count;
}

void PrintHead() {
  std::cout << fmt::format("{:<34} {:>4} {:<6} {:>3} {:>6} {:>8} {:>6} {:>6} {:>15}\n", "", "size",
                           "scores", "lks", "teams", "off tr %", "gap %", "any %",
                           "learners' gap %");
}

TEST(Calibration, TeamsInWhichNothingHappensAreSeldomAlerted) {
  PrintHead();
  int teams = 0, alerted = 0;
  uint64_t seed = 1;
  for (const int looks : {6, 30}) {
    if (looks == 30 && TeamsACell() < 1000) continue;
    for (const int students : {12, 30, 90}) {
      for (const bool heavy : {false, true}) {
        const Count count = Measure("nothing happens", {students, heavy, looks, 0, 0}, seed++);
        EXPECT_LE(count.either, AtMost(count.teams, 0.05)) << students << (heavy ? " heavy" : "");
        teams += count.teams;
        alerted += count.either;
      }
    }
  }
  EXPECT_LE(alerted, AtMost(teams, 0.05)) << "of " << teams;
}

TEST(Calibration, TeamsThatFallBehindAreFound) {
  PrintHead();
  const Count half = Measure("the team by 1 SD of change", {30, false, 6, 1, 0}, 101);
  EXPECT_GE(half.off_track, 0.9 * half.teams);
  const Count heavy = Measure("the team by 1 SD of change", {30, true, 6, 1, 0}, 102);
  EXPECT_GE(heavy.off_track, 0.8 * heavy.teams);
  const Count large = Measure("the team by 0.5 SD of change", {90, false, 6, 0.5, 0}, 103);
  EXPECT_GE(large.off_track, 0.8 * large.teams);
  const Count learners = Measure("its learners by 1.2 SD of change", {90, false, 6, 0, 1.2}, 104);
  EXPECT_GE(learners.learners, 0.8 * learners.teams);
}

// How many teams were ever found behind for the year.
int MeasureYear(const std::string& what, Truth truth, uint64_t seed) {
  truth.since_first_day = true;
  int behind = 0;
  for (int i = 0; i < TeamsACell(); ++i) {
    const Said said = LiveThrough(truth, seed * 1'000'003 + static_cast<uint64_t>(i));
    behind += said.behind_for_year ? 1 : 0;
  }
  std::cout << fmt::format("{:<34} {:>4} {:<6} {:>3} {:>6} {:>8.1f}\n", what, truth.students,
                           truth.heavy_tails ? "heavy" : "normal", truth.looks, TeamsACell(),
                           100.0 * behind / TeamsACell());
  return behind;
}

TEST(Calibration, TeamsThatGrowAsDesiredAreSeldomBehindForTheYear) {
  std::cout << "                                   size scores lks  teams   year %\n";
  for (const int looks : {6, 30}) {
    if (looks == 30 && TeamsACell() < 1000) continue;
    for (const int students : {12, 30, 90}) {
      if (students == 90 && TeamsACell() < 1000) continue;
      const auto seed = static_cast<uint64_t>(200 + looks + students);
      EXPECT_LE(MeasureYear("nothing happens in the year", {students, false, looks}, seed),
                AtMost(TeamsACell(), 0.05));
      EXPECT_LE(MeasureYear("nothing happens in the year", {students, true, looks}, seed + 1),
                AtMost(TeamsACell(), 0.05));
    }
  }
  EXPECT_GE(MeasureYear("behind by 1 SD of change", {30, false, 6, 1}, 400), 0.9 * TeamsACell());
}

// Of schools, or of districts, one a row of the table.
struct PooledCount {
  int units = 0;
  int any = 0;
  int learners = 0;

  void Add(const SaidOfGaps& said) {
    ++units;
    any += said.any ? 1 : 0;
    learners += said.learners ? 1 : 0;
  }
  void Print(const std::string& what) const {
    using Binomial = boost::math::binomial_distribution<>;
    const auto share = [&](int one) { return 100.0 * one / units; };
    std::cout << fmt::format("{:<58} {:>6} {:>6.1f} ({:.1f}-{:.1f}) {:>8.1f}\n", what, units,
                             share(any), 100 * Binomial::find_lower_bound_on_p(units, any, 0.025),
                             100 * Binomial::find_upper_bound_on_p(units, any, 0.025),
                             share(learners));
  }
};

struct Pooled {
  PooledCount schools, districts;
};

Pooled MeasurePooled(const std::string& what, const Truth& truth, int times, uint64_t seed) {
  Pooled count;
  for (int i = 0; i < times; ++i) {
    const Said said = LiveThrough(truth, seed * 1'000'003 + static_cast<uint64_t>(i));
    for (const SaidOfGaps& school : said.schools) count.schools.Add(school);
    count.districts.Add(said.district);
  }
  const std::string size =
      fmt::format("{} teams of {}, {} looks", truth.teams, truth.students, truth.looks);
  count.schools.Print(fmt::format("{}: schools, {}", what, size));
  if (truth.schools > 1) {
    count.districts.Print(fmt::format("{}: districts of {} schools", what, truth.schools));
  }
  return count;
}

// A district is some dozen teams: fewer of them are lived through.
int Units(int a_cell) { return std::max(1, TeamsACell() / a_cell); }

TEST(Calibration, SchoolsAndDistrictsInWhichNothingHappensAreSeldomAlerted) {
  std::cout << fmt::format("{:<58} {:>6} {:>6} {:>15}\n", "", "units", "gap %", "learners' gap %");
  int schools = 0, alerted = 0;
  uint64_t seed = 201;
  for (const int looks : {6, 30}) {
    if (looks == 30 && TeamsACell() < 1000) continue;
    for (const bool heavy : {false, true}) {
      const std::string what = heavy ? "nothing happens, heavy" : "nothing happens";
      const Truth truth{
          .students = 30, .heavy_tails = heavy, .looks = looks, .schools = 4, .teams = 4};
      const Pooled count = MeasurePooled(what, truth, Units(8), seed++);
      EXPECT_LE(count.schools.any, AtMost(count.schools.units, 0.05)) << what;
      EXPECT_LE(count.districts.any, AtMost(count.districts.units, 0.05)) << what;
      schools += count.schools.units;
      alerted += count.schools.any;
    }
  }
  EXPECT_LE(alerted, AtMost(schools, 0.05)) << "of " << schools;
}

TEST(Calibration, GroupsThatFallBehindInASchoolOrADistrictAreFound) {
  std::cout << fmt::format("{:<58} {:>6} {:>6} {:>15}\n", "", "units", "gap %", "learners' gap %");
  const Truth third{.students = 30, .learners_behind = 0.5, .teams = 10};
  const Truth half{.students = 30, .learners_behind = 0.5, .teams = 10, .learners = 0.5};
  MeasurePooled("35 % by 0.5 SD of change", third, Units(8), 301);
  const Pooled of_school = MeasurePooled("50 % by 0.5 SD of change", half, Units(4), 302);
  EXPECT_GE(of_school.schools.learners, AtLeast(of_school.schools.units, 0.8));
  const Truth district{
      .students = 30, .learners_behind = 0.3, .schools = 6, .teams = 5, .learners = 0.5};
  const Pooled of_district = MeasurePooled("50 % by 0.3 SD of change", district, Units(20), 303);
  EXPECT_GE(of_district.districts.learners, AtLeast(of_district.districts.units, 0.8));
}

// The second test is harder by a standard deviation of the district, and no student has changed.
TEST(Calibration, AHarderTestIsNotTakenForStudentsWhoFellBack) {
  const int districts = std::max(5, TeamsACell() / 8);
  int teams = 0, off_track = 0;
  double change = 0;
  for (int i = 0; i < districts; ++i) {
    const SaidOfTwoTests said = LiveThrough(TwoTests{}, 201 + static_cast<uint64_t>(i));
    EXPECT_EQ(said.basis, common::v1::BASIS_RELATIVE);
    EXPECT_EQ(said.comparable, said.teams);
    EXPECT_LE(std::abs(said.mean_change), 0.02) << "in standard deviations of the district";
    teams += said.teams;
    off_track += said.off_track;
    change += said.mean_change / districts;
  }
  std::cout << fmt::format("{:<34} {:>4} teams: {} off track, changed by {:+.4f} SD\n",
                           "a harder test, students the same", teams, off_track, change);
  EXPECT_LE(off_track, AtMost(teams, 0.05));
}

TEST(Calibration, OnOneScaleTheFullChangeIsSeen) {
  const SaidOfTwoTests said = LiveThrough(TwoTests{.scale = "points"}, 301);
  EXPECT_EQ(said.basis, common::v1::BASIS_ABSOLUTE);
  EXPECT_EQ(said.off_track, said.teams);
  // 110 of 1000 points; the error of the mean change of 240 students is 0.6 % of the scale.
  EXPECT_NEAR(said.mean_change, -11, 1.8);
}

}  // namespace
}  // namespace throughline::calibration
