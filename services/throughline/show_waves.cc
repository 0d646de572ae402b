#include <fmt/format.h>

#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

// "4 on 2026-10-05, 4 on 2026-11-02".
std::string StartsOf(const cycles::v1::Wave& wave) {
  std::string text;
  for (const auto& start : wave.starts()) {
    text += fmt::format("{}{} on {}", text.empty() ? "" : ", ", start.places(), start.date());
  }
  return text;
}

}  // namespace

Shown ShowWaves(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListWavesRequest request;
  request.set_district(options.district);
  request.set_as_of_ms(options.as_of_ms);
  request.set_state(static_cast<cycles::v1::WaveState>(
      ValueOf(*cycles::v1::WaveState_descriptor(), options.state)));
  const auto answer =
      CallPages(*connection.waves, &cycles::v1::WavesService::Stub::ListWaves, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"PRACTICE"},
                 {"PLACES"},
                 {"ASK BY"},
                 {"STATE"},
                 {"TEAMS", Side::kRight},
                 {"SEED"},
                 {"WAVE"}});
    for (const auto& wave : shown.waves()) {
      table.Add({wave.name(), StartsOf(wave), wave.ask_by(), WordOf(wave.state()),
                 std::to_string(wave.teams_size()), wave.seed(), wave.wave()});
    }
    table.Print(out, "There are no such waves.");
  });
}

}  // namespace throughline
