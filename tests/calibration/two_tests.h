// A district whose students are tested by one test before a cycle, and by another in it that is
// harder, lived through by the evidence service's own rules. The students do not change.
#pragma once

#include <cstdint>
#include <string>

#include "throughline/common/v1/evidence.pb.h"

namespace throughline::calibration {

struct TwoTests {
  std::string scale;  // that both are said to be on; empty: each is on its own
  double harder = 1;  // the second, in standard deviations of the district
  int schools = 8;    // of one team each
  int students = 30;  // a team
  int looks = 6;      // pushes of each team, a day or more apart
};

// What is said of it when all results are in.
struct SaidOfTwoTests {
  int teams = 0;
  int off_track = 0;       // teams that ever were
  int comparable = 0;      // teams with the basis that most have
  double mean_change = 0;  // over their students
  common::v1::Basis basis = common::v1::BASIS_UNSPECIFIED;
};

SaidOfTwoTests LiveThrough(const TwoTests& truth, uint64_t seed);

}  // namespace throughline::calibration
