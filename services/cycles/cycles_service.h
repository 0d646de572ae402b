// The cycles service's gRPC face: parse, ask or submit, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/cycles_service.grpc.pb.h"

namespace throughline::cycles {

class CyclesService final : public v1::CyclesService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  CyclesService(runtime::Commands& commands, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::CyclesService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(ScheduleCycle)
  THROUGHLINE_SUBMITS(RecordAnalysis)
  THROUGHLINE_SUBMITS(RecordDesign)
  THROUGHLINE_SUBMITS(RecordLook)
  THROUGHLINE_SUBMITS(RecordRefinement)
  THROUGHLINE_SUBMITS(EndPhase)
  THROUGHLINE_SUBMITS(AmendArtefact)
  THROUGHLINE_SUBMITS(ReopenPhase)
  THROUGHLINE_SUBMITS(CancelCycle)
  THROUGHLINE_SUBMITS(AnswerReview)

  Reactor* GetCycle(Context* context, const v1::GetCycleRequest* request,
                    v1::GetCycleResponse* response) override;
  Reactor* ListCycles(Context* context, const v1::ListCyclesRequest* request,
                      v1::ListCyclesResponse* response) override;
  Reactor* ListMeasures(Context* context, const v1::ListMeasuresRequest* request,
                        v1::ListMeasuresResponse* response) override;
  Reactor* ListReviews(Context* context, const v1::ListReviewsRequest* request,
                       v1::ListReviewsResponse* response) override;
  Reactor* GetHistory(Context* context, const v1::GetHistoryRequest* request,
                      v1::GetHistoryResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::cycles
