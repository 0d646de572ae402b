// The gRPC face of the library of practices: parse, ask or submit, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/practices_service.grpc.pb.h"

namespace throughline::cycles {

class PracticesService final : public v1::PracticesService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  PracticesService(runtime::Commands& commands, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::PracticesService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(UpsertPractice)
  THROUGHLINE_SUBMITS(PublishPractice)
  THROUGHLINE_SUBMITS(MergePractice)
  THROUGHLINE_SUBMITS(RetirePractice)

  Reactor* GetPractice(Context* context, const v1::GetPracticeRequest* request,
                       v1::GetPracticeResponse* response) override;
  Reactor* ListPractices(Context* context, const v1::ListPracticesRequest* request,
                         v1::ListPracticesResponse* response) override;
  Reactor* ListAdoptions(Context* context, const v1::ListAdoptionsRequest* request,
                         v1::ListAdoptionsResponse* response) override;
  Reactor* ListNetEffects(Context* context, const v1::ListNetEffectsRequest* request,
                          v1::ListNetEffectsResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::cycles
