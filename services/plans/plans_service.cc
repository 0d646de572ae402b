#include "plans/plans_service.h"

#include "core/ids.h"
#include "plans/domain/completeness.h"
#include "plans/domain/errors.h"
#include "plans/domain/tables.h"
#include "runtime/grpc/calls.h"
#include "runtime/pages.h"

namespace throughline::plans {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

Reactor* PlansService::CreateDistrict(Context* context, const v1::CreateDistrictRequest* request,
                                      v1::CreateDistrictResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::UpdateDistrict(Context* context, const v1::UpdateDistrictRequest* request,
                                      v1::UpdateDistrictResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::UpsertSchool(Context* context, const v1::UpsertSchoolRequest* request,
                                    v1::UpsertSchoolResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::UpsertTeams(Context* context, const v1::UpsertTeamsRequest* request,
                                   v1::UpsertTeamsResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::DraftSitePlan(Context* context, const v1::DraftSitePlanRequest* request,
                                     v1::DraftSitePlanResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::PublishSitePlan(Context* context, const v1::PublishSitePlanRequest* request,
                                       v1::PublishSitePlanResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::CloseSitePlan(Context* context, const v1::CloseSitePlanRequest* request,
                                     v1::CloseSitePlanResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::UpsertProgression(Context* context,
                                         const v1::UpsertProgressionRequest* request,
                                         v1::UpsertProgressionResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* PlansService::GetDistrict(Context* context, const v1::GetDistrictRequest* request,
                                   v1::GetDistrictResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    auto row = rows_.Get(kDistricts, request->district(), request->district());
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return core::Refuse(DistrictUnknown(request->district()));
    *response->mutable_district() = **row;
    return true;
  });
}

Reactor* PlansService::ListSchools(Context* context, const v1::ListSchoolsRequest* request,
                                   v1::ListSchoolsResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    auto page = runtime::PageOf(rows_, kSchools, request->district() + "/", *request);
    if (!page) return tl::make_unexpected(page.error());
    for (auto& [key, school] : page->rows) *response->add_schools() = std::move(school);
    response->set_next_page_token(page->next);
    return true;
  });
}

Reactor* PlansService::ListTeams(Context* context, const v1::ListTeamsRequest* request,
                                 v1::ListTeamsResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    const std::string prefix = runtime::PrefixOf(request->district(), request->school());
    auto page = runtime::PageOf(rows_, kTeams, prefix, *request);
    if (!page) return tl::make_unexpected(page.error());
    for (auto& [key, team] : page->rows) *response->add_teams() = std::move(team);
    response->set_next_page_token(page->next);
    return true;
  });
}

Reactor* PlansService::GetSitePlan(Context* context, const v1::GetSitePlanRequest* request,
                                   v1::GetSitePlanResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    auto row = rows_.Get(kSitePlans, Key(request->district(), request->school()),
                         Key(request->district(), request->school(), request->plan()));
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return core::Refuse(PlanUnknown(request->plan()));
    if ((*row)->has_published()) *response->mutable_plan() = (*row)->published();
    if ((*row)->has_draft()) *response->mutable_draft() = (*row)->draft();
    const v1::SitePlan& checked = (*row)->has_draft() ? (*row)->draft() : (*row)->published();
    for (auto& check : CheckQuestions(checked)) *response->add_checks() = std::move(check);
    *response->mutable_pathway() = CheckPathway(checked);
    return true;
  });
}

Reactor* PlansService::ListSitePlans(Context* context, const v1::ListSitePlansRequest* request,
                                     v1::ListSitePlansResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    const std::string prefix = runtime::PrefixOf(request->district(), request->school());
    auto page = runtime::PageOf(rows_, kSitePlans, prefix, *request);
    if (!page) return tl::make_unexpected(page.error());
    for (auto& [key, row] : page->rows) {
      *response->add_plans() = row.has_published() ? row.published() : row.draft();
    }
    response->set_next_page_token(page->next);
    return true;
  });
}

Reactor* PlansService::ListProgressions(Context* context,
                                        const v1::ListProgressionsRequest* request,
                                        v1::ListProgressionsResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    const std::string prefix =
        runtime::PrefixOf(request->district(), request->school(), request->team());
    auto page = runtime::PageOf(rows_, kProgressions, prefix, *request);
    if (!page) return tl::make_unexpected(page.error());
    for (auto& [key, row] : page->rows) *response->add_progressions() = std::move(row);
    response->set_next_page_token(page->next);
    return true;
  });
}

}  // namespace throughline::plans
