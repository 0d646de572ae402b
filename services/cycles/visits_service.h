// The cycles service's gRPC face for visits: parse, ask or submit, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/visits_service.grpc.pb.h"

namespace throughline::cycles {

class VisitsService final : public v1::VisitsService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  VisitsService(runtime::Commands& commands, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::VisitsService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(PrepareVisit)
  THROUGHLINE_SUBMITS(RecordRoom)
  THROUGHLINE_SUBMITS(RecordDebrief)
  THROUGHLINE_SUBMITS(EndVisitStep)
  THROUGHLINE_SUBMITS(AnswerCommitment)
  THROUGHLINE_SUBMITS(CancelVisit)

  Reactor* PlanVisit(Context* context, const v1::PlanVisitRequest* request,
                     v1::PlanVisitResponse* response) override;
  Reactor* GetVisit(Context* context, const v1::GetVisitRequest* request,
                    v1::GetVisitResponse* response) override;
  Reactor* ListVisits(Context* context, const v1::ListVisitsRequest* request,
                      v1::ListVisitsResponse* response) override;
  Reactor* GetVisitPacket(Context* context, const v1::GetVisitPacketRequest* request,
                          v1::GetVisitPacketResponse* response) override;
  Reactor* ListVisitNotes(Context* context, const v1::ListVisitNotesRequest* request,
                          v1::ListVisitNotesResponse* response) override;
  Reactor* ListCommitments(Context* context, const v1::ListCommitmentsRequest* request,
                           v1::ListCommitmentsResponse* response) override;
  Reactor* GetVisitFindings(Context* context, const v1::GetVisitFindingsRequest* request,
                            v1::GetVisitFindingsResponse* response) override;
  Reactor* ProposeVisits(Context* context, const v1::ProposeVisitsRequest* request,
                         v1::ProposeVisitsResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::cycles
