#include "cycles/waves_service.h"

#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "cycles/domain/waves/errors.h"
#include "platform/grpc/pages.h"

namespace throughline::cycles {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

// The team is on the key of its school, and the wave on the district's.
std::optional<core::Error> CheckTeam(const runtime::Rows& rows,
                                     const v1::AskForPlaceRequest& request) {
  if (request.school().empty() || request.team().empty()) return std::nullopt;  // refused later
  const std::string school = core::Key{request.district(), request.school()}.Text();
  auto team = rows.Get(district::kTeams, school, JoinKey(school, request.team()));
  if (!team) return team.error();
  if (!*team) return TeamUnknown(request.team(), {});
  if (!(*team)->active()) return TeamInactive(request.team());
  return std::nullopt;
}

}  // namespace

Reactor* WavesService::AskForPlace(Context* context, const v1::AskForPlaceRequest* request,
                                   v1::AskForPlaceResponse* response) {
  return guard_.Submit(context, commands_, *request, response,
                       {.check = [&] { return CheckTeam(rows_, *request); }});
}

Reactor* WavesService::GetWave(Context* context, const v1::GetWaveRequest* request,
                               v1::GetWaveResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        auto wave =
            rows.Get(kWaves, request->district(), JoinKey(request->district(), request->wave()));
        if (!wave) return core::Refuse(wave.error());
        if (!*wave) return core::Refuse(WaveUnknown(request->wave()));
        *response->mutable_wave() = *std::move(*wave);
        return {};
      });
}

Reactor* WavesService::ListWaves(Context* context, const v1::ListWavesRequest* request,
                                 v1::ListWavesResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto wanted = [&](const v1::Wave& wave) {
          const bool state =
              request->state() == v1::WAVE_STATE_UNSPECIFIED || wave.state() == request->state();
          return state && (request->practice().empty() || wave.practice() == request->practice());
        };
        auto page = platform::PageOf(rows, kWaves, platform::PrefixOf(request->district()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, wave] : page->rows) *response->add_waves() = std::move(wave);
        response->set_next_page_token(page->next);
        return {};
      });
}

}  // namespace throughline::cycles
