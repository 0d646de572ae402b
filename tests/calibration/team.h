// A team, or a district of schools with teams, of which the truth is known, lived through one cycle
// by the evidence service's own rules: scores of before and of the window, four dimensions of
// groups, results in many pushes.
#pragma once

#include <cstdint>
#include <vector>

namespace throughline::calibration {

struct Truth {
  int students = 30;         // of a team
  bool heavy_tails = false;  // scores spread by Student's t with 3 degrees of freedom
  int looks = 6;             // pushes, on as many days or more than one a day
  // By how much the team, and the learners of the language in it, grew less than was desired, in
  // standard deviations of a student's change. 0: nothing happens.
  double behind = 0;
  double learners_behind = 0;
  int schools = 1;
  int teams = 1;           // of a school
  double learners = 0.35;  // share of them
  // Growth is since the first day of the school year, and desired since then.
  bool since_first_day = false;
};

// What was ever said of gaps of a team, a school, or the district.
struct SaidOfGaps {
  bool any = false;       // of any group
  bool learners = false;  // of the learners
};

// What was ever said of it; of any of the teams.
struct Said {
  bool off_track = false;
  bool behind_for_year = false;
  SaidOfGaps team;
  std::vector<SaidOfGaps> schools;
  SaidOfGaps district;
};

Said LiveThrough(const Truth& truth, uint64_t seed);

}  // namespace throughline::calibration
