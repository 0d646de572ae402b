// The waves of the demo: what the district plans, and the teams that ask for a place. The draw
// comes by itself when the last day to ask is over; who begins when is known from it alone.
#pragma once

#include "demo/script.h"
#include "throughline/connection.h"

namespace throughline::demo {

class DemoWaves {
 public:
  DemoWaves(const DemoScript& script, Connection& connection)
      : script_(script), connection_(connection) {}

  core::Result<void> Live(core::Date day);

  // Whether the team has a place that lets it begin with the practice by that day.
  core::Result<bool> MayBegin(const DemoTeam& team, const std::string& practice, core::Date day);

 private:
  core::Result<cycles::v1::ListWavesResponse> List();
  core::Result<void> Plan(const DemoWave& wave);
  core::Result<void> Ask(const DemoWave& wave, const DemoWaveTeam& team);

  const DemoScript& script_;
  Connection& connection_;
};

}  // namespace throughline::demo
