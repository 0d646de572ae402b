#include "recorded_waves.h"

#include "throughline/cycles/v1/waves_service.pb.h"

namespace throughline::compatibility {

using namespace cycles::v1;

namespace {

Wave PlanWaveOf(QuietServices& services, const std::string& district) {
  PlanWaveRequest plan;
  plan.set_district(district);
  plan.set_practice("page");
  plan.set_ask_by("2025-10-31");
  plan.add_starts()->set_date("2025-11-03");
  plan.mutable_starts(0)->set_places(1);
  return services.GiveAccepted<PlanWaveResponse>(plan).wave();
}

template <class Request>
Request About(const Wave& wave) {
  Request request;
  request.set_district(wave.district());
  request.set_wave(wave.wave());
  return request;
}

}  // namespace

void DrawWaves(QuietServices& services, const std::string& district) {
  const Wave wave = PlanWaveOf(services, district);
  for (const char* school : {"north", "south"}) {
    auto ask = About<AskForPlaceRequest>(wave);
    ask.set_school(school);
    ask.set_team("grade-4");
    services.GiveAccepted<AskForPlaceResponse>(ask);
  }
  auto draw = About<DrawWaveRequest>(wave);
  draw.set_seed("14-22-31");
  services.GiveAccepted<DrawWaveResponse>(draw);
  auto cancel = About<CancelWaveRequest>(PlanWaveOf(services, district));
  cancel.set_reason("The coach is ill.");
  services.GiveAccepted<CancelWaveResponse>(cancel);
}

}  // namespace throughline::compatibility
