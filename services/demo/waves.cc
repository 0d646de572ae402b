#include "demo/waves.h"

#include <algorithm>

#include "demo/calls.h"
#include "demo/lines.h"

namespace throughline::demo {

using core::Result;
using cycles::v1::WavesService;

Result<void> DemoWaves::Live(core::Date day) {
  for (const DemoWave& wave : script_.waves) {
    if (day == wave.planned_on) {
      if (auto done = Plan(wave); !done) return done;
    }
    for (const DemoWaveTeam& team : wave.teams) {
      if (day != team.asked_on) continue;
      if (auto done = Ask(wave, team); !done) return done;
    }
  }
  return {};
}

Result<void> DemoWaves::Plan(const DemoWave& wave) {
  cycles::v1::PlanWaveRequest request;
  request.set_request_id(fmt::format("demo/wave/{}/{}", wave.wave.practice(), wave.wave.ask_by()));
  request.set_district(script_.district);
  request.set_practice(wave.wave.practice());
  *request.mutable_starts() = wave.wave.starts();
  request.set_ask_by(wave.wave.ask_by());
  PrintLine(wave.planned_on, "wave",
            fmt::format("teams may ask for a place to begin with {}", wave.wave.practice()));
  return Do(wave.place, *connection_.waves, &WavesService::Stub::PlanWave, request);
}

Result<cycles::v1::ListWavesResponse> DemoWaves::List() {
  cycles::v1::ListWavesRequest list;
  list.set_district(script_.district);
  return CallPages(*connection_.waves, &WavesService::Stub::ListWaves, list);
}

Result<void> DemoWaves::Ask(const DemoWave& wave, const DemoWaveTeam& team) {
  auto waves = List();
  if (!waves) return core::Refuse(waves.error());
  for (const cycles::v1::Wave& one : waves->waves()) {
    if (one.practice() != wave.wave.practice() || one.ask_by() != wave.wave.ask_by()) continue;
    cycles::v1::AskForPlaceRequest request;
    request.set_request_id(fmt::format("demo/ask/{}/{}/{}", one.wave(), team.school, team.team));
    request.set_district(script_.district);
    request.set_school(team.school);
    request.set_team(team.team);
    request.set_wave(one.wave());
    return Do(team.place, *connection_.waves, &WavesService::Stub::AskForPlace, request);
  }
  return {};
}

Result<bool> DemoWaves::MayBegin(const DemoTeam& team, const std::string& practice,
                                 core::Date day) {
  auto waves = List();
  if (!waves) return core::Refuse(waves.error());
  const std::string date = core::FormatDate(day);
  return std::any_of(waves->waves().begin(), waves->waves().end(), [&](const auto& wave) {
    return wave.practice() == practice &&
           std::any_of(wave.teams().begin(), wave.teams().end(), [&](const auto& one) {
             return one.school() == team.school && one.team() == team.team &&
                    !one.begins_on().empty() && one.begins_on() <= date;
           });
  });
}

}  // namespace throughline::demo
