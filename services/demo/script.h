// What the teams of the demo do: a file that one can read and change,
// deploy/demo/ou2013-teams.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/result.h"

namespace throughline::demo {

struct DemoTeam {
  std::string school;
  std::string team;
  std::string indicator;
  core::Date first_day;
  core::Date last_day;  // afterwards it is not active
  int phases_done = 4;  // how many phases of each cycle it ends: 0 (none) to 4 (all)
  int days_late = 0;    // instructional days after the due day on which it ends them
  bool answers_reviews = true;
  double predicted_effect = 0.2;
  std::string problem;   // its problem of practice
  std::string practice;  // what it tries
};

struct DemoScript {
  std::string district;
  std::string time_zone;
  core::Date last_day;  // how long the demo lives at most
  std::vector<DemoTeam> teams;
};

// SCRIPT_INVALID names the file and what is wrong.
core::Result<DemoScript> ReadDemoScript(const std::filesystem::path& file);

}  // namespace throughline::demo
