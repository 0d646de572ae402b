// The plans service's gRPC face: parse, ask or submit, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"

namespace throughline::plans {

class PlansService final : public v1::PlansService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  PlansService(runtime::Commands& commands, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::PlansService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(CreateDistrict)
  THROUGHLINE_SUBMITS(UpdateDistrict)
  THROUGHLINE_SUBMITS(AddTerms)
  THROUGHLINE_SUBMITS(UpsertSchool)
  THROUGHLINE_SUBMITS(UpsertTeams)
  THROUGHLINE_SUBMITS(DraftSitePlan)
  THROUGHLINE_SUBMITS(PublishSitePlan)
  THROUGHLINE_SUBMITS(DiscardSitePlanDraft)
  THROUGHLINE_SUBMITS(CloseSitePlan)
  THROUGHLINE_SUBMITS(ReopenSitePlan)
  THROUGHLINE_SUBMITS(AnswerPlanReview)
  THROUGHLINE_SUBMITS(UpsertProgression)
  THROUGHLINE_SUBMITS(TakeEmergencyAccess)
  THROUGHLINE_SUBMITS(EndEmergencyAccess)

  Reactor* GetDistrict(Context* context, const v1::GetDistrictRequest* request,
                       v1::GetDistrictResponse* response) override;
  Reactor* ListSchools(Context* context, const v1::ListSchoolsRequest* request,
                       v1::ListSchoolsResponse* response) override;
  Reactor* ListTeams(Context* context, const v1::ListTeamsRequest* request,
                     v1::ListTeamsResponse* response) override;
  Reactor* GetSitePlan(Context* context, const v1::GetSitePlanRequest* request,
                       v1::GetSitePlanResponse* response) override;
  Reactor* ListSitePlans(Context* context, const v1::ListSitePlansRequest* request,
                         v1::ListSitePlansResponse* response) override;
  Reactor* ListFramings(Context* context, const v1::ListFramingsRequest* request,
                        v1::ListFramingsResponse* response) override;
  Reactor* ListProgressions(Context* context, const v1::ListProgressionsRequest* request,
                            v1::ListProgressionsResponse* response) override;
  Reactor* ListEmergencyAccess(Context* context, const v1::ListEmergencyAccessRequest* request,
                               v1::ListEmergencyAccessResponse* response) override;
  Reactor* GetHistory(Context* context, const v1::GetHistoryRequest* request,
                      v1::GetHistoryResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::plans
