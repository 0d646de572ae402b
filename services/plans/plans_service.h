// The plans service's gRPC face: parse, ask or submit, map. Thread-safe.
#pragma once

#include "runtime/commands.h"
#include "runtime/grpc/call_guard.h"
#include "runtime/rows.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"

namespace throughline::plans {

class PlansService final : public v1::PlansService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  PlansService(runtime::Commands& commands, runtime::Rows rows, const runtime::Access& access)
      : guard_(access, v1::PlansService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;
  Reactor* CreateDistrict(Context* context, const v1::CreateDistrictRequest* request,
                          v1::CreateDistrictResponse* response) override;
  Reactor* UpdateDistrict(Context* context, const v1::UpdateDistrictRequest* request,
                          v1::UpdateDistrictResponse* response) override;
  Reactor* GetDistrict(Context* context, const v1::GetDistrictRequest* request,
                       v1::GetDistrictResponse* response) override;
  Reactor* AddTerms(Context* context, const v1::AddTermsRequest* request,
                    v1::AddTermsResponse* response) override;
  Reactor* UpsertSchool(Context* context, const v1::UpsertSchoolRequest* request,
                        v1::UpsertSchoolResponse* response) override;
  Reactor* ListSchools(Context* context, const v1::ListSchoolsRequest* request,
                       v1::ListSchoolsResponse* response) override;
  Reactor* UpsertTeams(Context* context, const v1::UpsertTeamsRequest* request,
                       v1::UpsertTeamsResponse* response) override;
  Reactor* ListTeams(Context* context, const v1::ListTeamsRequest* request,
                     v1::ListTeamsResponse* response) override;
  Reactor* DraftSitePlan(Context* context, const v1::DraftSitePlanRequest* request,
                         v1::DraftSitePlanResponse* response) override;
  Reactor* PublishSitePlan(Context* context, const v1::PublishSitePlanRequest* request,
                           v1::PublishSitePlanResponse* response) override;
  Reactor* DiscardSitePlanDraft(Context* context, const v1::DiscardSitePlanDraftRequest* request,
                                v1::DiscardSitePlanDraftResponse* response) override;
  Reactor* CloseSitePlan(Context* context, const v1::CloseSitePlanRequest* request,
                         v1::CloseSitePlanResponse* response) override;
  Reactor* GetSitePlan(Context* context, const v1::GetSitePlanRequest* request,
                       v1::GetSitePlanResponse* response) override;
  Reactor* ListSitePlans(Context* context, const v1::ListSitePlansRequest* request,
                         v1::ListSitePlansResponse* response) override;
  Reactor* UpsertProgression(Context* context, const v1::UpsertProgressionRequest* request,
                             v1::UpsertProgressionResponse* response) override;
  Reactor* ListProgressions(Context* context, const v1::ListProgressionsRequest* request,
                            v1::ListProgressionsResponse* response) override;

 private:
  runtime::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::plans
