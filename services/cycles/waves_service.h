// The gRPC face of waves: parse, ask or submit, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/waves_service.grpc.pb.h"

namespace throughline::cycles {

class WavesService final : public v1::WavesService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  WavesService(runtime::Commands& commands, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::WavesService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(PlanWave)
  THROUGHLINE_SUBMITS(DrawWave)
  THROUGHLINE_SUBMITS(CancelWave)

  Reactor* AskForPlace(Context* context, const v1::AskForPlaceRequest* request,
                       v1::AskForPlaceResponse* response) override;
  Reactor* GetWave(Context* context, const v1::GetWaveRequest* request,
                   v1::GetWaveResponse* response) override;
  Reactor* ListWaves(Context* context, const v1::ListWavesRequest* request,
                     v1::ListWavesResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::cycles
