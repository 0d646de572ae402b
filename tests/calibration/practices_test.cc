// How often a practice that does nothing is found promising, and one that does something is: of
// districts of which the truth is known, run through the rules themselves. It prints a table.
//
// THROUGHLINE_PRACTICES is how many practices a cell has (400).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "cycles/domain/practices/assessment.h"
#include "cycles/domain/practices/paired_sums.h"

namespace throughline::calibration {
namespace {

using cycles::Compared;
using cycles::Studied;

constexpr int64_t kSmallest = 10;
constexpr int kTeamsWithout = 40;
constexpr int kMostTeams = 8;
constexpr double kBetweenTeams = 0.15;  // standard deviation of what teams grow by, in SD of scores
constexpr double kCorrelation = 0.7;

int Practices() {
  const char* practices = std::getenv("THROUGHLINE_PRACTICES");
  return practices == nullptr ? 400 : std::max(1, std::atoi(practices));
}

// Scores in a million, with a mean of half of it and a standard deviation of a tenth.
class District {
 public:
  District(int students, bool heavy_tails, uint64_t seed)
      : students_(students), heavy_tails_(heavy_tails), random_(seed) {}

  // A team whose students grow by so many standard deviations more than others.
  core::PairedMoments Team(double effect) {
    const double own = effect + kBetweenTeams * normal_(random_);
    core::PairedMoments moments;
    for (int i = 0; i < students_; ++i) {
      const double before = Score();
      const double after =
          kCorrelation * before + std::sqrt(1 - kCorrelation * kCorrelation) * Score() + own;
      moments.Add(std::llround(500'000 + 100'000 * before),
                  std::llround(500'000 + 100'000 * after));
    }
    return moments;
  }

 private:
  // Of mean 0 and variance 1.
  double Score() { return heavy_tails_ ? heavy_(random_) / std::sqrt(2.0) : normal_(random_); }

  const int students_;
  const bool heavy_tails_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> heavy_{4};  // its variance is 2
};

cycles::v1::CycleOutcome OutcomeOf(int team, const core::PairedMoments& moments) {
  cycles::v1::CycleOutcome outcome;
  outcome.set_school(team % 2 == 0 ? "north" : "south");
  outcome.set_team(std::to_string(team));
  outcome.set_cycle(std::to_string(team));
  outcome.set_start("2026-08-31");
  outcome.set_end("2026-09-22");
  outcome.add_nominated("practice");  // whatever it does: the rule must not rest on that
  *outcome.mutable_sums() = cycles::SumsOf(moments);
  return outcome;
}

struct Found {
  int promising = 0;       // with all teams
  int ever_promising = 0;  // after any team from the third on
};

// What the teams of a district come to that do not use the practice.
Compared WithoutPractice(District& district) {
  Compared others{{}, kTeamsWithout, kTeamsWithout};
  for (int i = 0; i < kTeamsWithout; ++i) others.sums += district.Team(0);
  return others;
}

// Practices of one effect, each in a district of its own, where one team after the other takes it
// up: those of one district are compared with the same teams, and are found together.
Found Measure(const std::string& what, double effect, int students, bool heavy_tails) {
  District district(students, heavy_tails, 20260831);
  cycles::v1::Practice practice;
  practice.set_practice("practice");
  practice.set_state(cycles::v1::PRACTICE_STATE_PUBLISHED);
  Found found;
  for (int i = 0; i < Practices(); ++i) {
    const Compared others = WithoutPractice(district);
    std::vector<Studied> studied;
    bool now = false, ever = false;
    for (int team = 0; team < kMostTeams; ++team) {
      studied.push_back(cycles::Study(OutcomeOf(team, district.Team(effect)), others, kSmallest));
      const auto standing = cycles::AssessmentOf(practice, studied, {}, kSmallest).standing();
      now = standing == cycles::v1::PRACTICE_STANDING_PROMISING ||
            standing == cycles::v1::PRACTICE_STANDING_PROVEN;
      ever = ever || now;
    }
    found.promising += now ? 1 : 0;
    found.ever_promising += ever ? 1 : 0;
  }
  std::cout << fmt::format("{:<44} promising {:5.1f} %, at any time {:5.1f} %\n", what,
                           100.0 * found.promising / Practices(),
                           100.0 * found.ever_promising / Practices());
  return found;
}

// More than so many come once in a million when the true share is `share`.
int AtMost(double share) {
  const boost::math::binomial_distribution<> count(Practices(), share);
  return static_cast<int>(boost::math::quantile(boost::math::complement(count, 1e-6)));
}

TEST(Practices, ThatDoNothingAreSeldomPromising) {
  for (const int students : {12, 25, 90}) {
    for (const bool heavy_tails : {false, true}) {
      const Found found = Measure(
          fmt::format("no effect, teams of {}{}", students, heavy_tails ? ", heavy tails" : ""), 0,
          students, heavy_tails);
      EXPECT_LE(found.promising, AtMost(0.05));
    }
  }
}

TEST(Practices, ThatDoSomethingAreFound) {
  const Found found = Measure("0.4 SD, 8 teams of 25", 0.4, 25, false);
  EXPECT_GE(found.promising, Practices() * 8 / 10);
}

}  // namespace
}  // namespace throughline::calibration
