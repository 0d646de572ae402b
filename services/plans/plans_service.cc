#include "plans/plans_service.h"

#include "history/history_query.h"
#include "plans/aggregates.h"
#include "plans/district_lists.h"
#include "plans/domain/completeness.h"
#include "plans/domain/errors.h"
#include "plans/domain/pathway.h"
#include "plans/domain/tables.h"
#include "plans/framing_queries.h"

namespace throughline::plans {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

// What people mean by the plan: the one in force, or its draft when nothing is published yet.
const v1::SitePlan& PlanOf(const v1::SitePlanRow& row) {
  return row.has_published() ? row.published() : row.draft();
}

bool IsClosed(const v1::SitePlanRow& row) {
  return row.published().state() == v1::PLAN_STATE_CLOSED;
}

// The plan asked for; the one of the latest year when none is named, and of that year the one that
// is not closed.
Result<std::optional<v1::SitePlanRow>> FindPlan(const runtime::Rows& rows,
                                                const v1::GetSitePlanRequest& request) {
  const std::string school = core::Key{request.district(), request.school()}.Text();
  if (!request.plan().empty()) return rows.Get(kSitePlans, school, JoinKey(school, request.plan()));
  std::optional<v1::SitePlanRow> latest;
  const auto rank = [](const v1::SitePlanRow& row) {
    return std::pair(PlanOf(row).year(), !IsClosed(row));
  };
  std::string after;
  while (true) {
    auto plans = rows.Scan(kSitePlans, school, JoinKey(school, ""), after, platform::kPageAtMost);
    if (!plans) return core::Refuse(plans.error());
    if (plans->empty()) return latest;
    after = plans->back().first;
    for (auto& [key, row] : *plans) {
      if (!latest || rank(*latest) < rank(row)) latest = std::move(row);
    }
  }
}

// Beside the plan in force, which may be complete where its draft is not.
void AddDraft(const v1::SitePlanRow& row, v1::GetSitePlanResponse& response) {
  if (!row.has_draft()) return;
  *response.mutable_draft() = row.draft();
  for (auto& check : CheckQuestions(row.draft())) *response.add_draft_checks() = std::move(check);
  *response.mutable_draft_pathway() = CheckPathway(row.draft());
}

Result<void> FrameSchool(const runtime::Rows& rows, const v1::GetSitePlanRequest& request,
                         v1::GetSitePlanResponse& response) {
  const std::string school = core::Key{request.district(), request.school()}.Text();
  auto framing = rows.Get(kFramings, school, school);
  if (!framing) return core::Refuse(framing.error());
  if (*framing) *response.mutable_framing() = **std::move(framing);
  return {};
}

}  // namespace

Reactor* PlansService::GetDistrict(Context* context, const v1::GetDistrictRequest* request,
                                   v1::GetDistrictResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        if (auto error = core::CheckIds({{"district", request->district()}}))
          return core::Refuse(*error);
        auto row = rows.Get(kDistricts, request->district(), request->district());
        if (!row) return core::Refuse(row.error());
        if (!*row) return core::Refuse(DistrictUnknown(request->district()));
        *response->mutable_district() = **row;
        return {};
      });
}

Reactor* PlansService::ListSchools(Context* context, const v1::ListSchoolsRequest* request,
                                   v1::ListSchoolsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return List(rows, kSchools, {{"district", request->district()}}, *request, *response,
                [&](v1::School school) { *response->add_schools() = std::move(school); });
  });
}

Reactor* PlansService::ListTeams(Context* context, const v1::ListTeamsRequest* request,
                                 v1::ListTeamsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return List(rows, kTeams,
                {{"district", request->district()}, {"school", request->school(), true}}, *request,
                *response, [&](v1::Team team) {
                  team.set_active(team.active());  // always said, also of one recorded without it
                  *response->add_teams() = std::move(team);
                });
  });
}

Reactor* PlansService::GetSitePlan(Context* context, const v1::GetSitePlanRequest* request,
                                   v1::GetSitePlanResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_,
                           [=](const runtime::Rows& rows) -> Result<void> {
                             if (auto error = core::CheckIds({{"district", request->district()},
                                                              {"school", request->school()},
                                                              {"plan", request->plan(), true}})) {
                               return core::Refuse(*error);
                             }
                             auto row = FindPlan(rows, *request);
                             if (!row) return core::Refuse(row.error());
                             if (!*row) return core::Refuse(PlanUnknown(request->plan()));
                             const v1::SitePlan& plan = PlanOf(**row);
                             *response->mutable_plan() = plan;
                             for (auto& check : CheckQuestions(plan))
                               *response->add_checks() = std::move(check);
                             *response->mutable_pathway() = CheckPathway(plan);
                             if ((*row)->has_published()) AddDraft(**row, *response);
                             return FrameSchool(rows, *request, *response);
                           });
}

Reactor* PlansService::ListSitePlans(Context* context, const v1::ListSitePlansRequest* request,
                                     v1::ListSitePlansResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return List(rows, kSitePlans,
                {{"district", request->district()}, {"school", request->school(), true}}, *request,
                *response,
                [&](const v1::SitePlanRow& row) { *response->add_plans() = PlanOf(row); });
  });
}

Reactor* PlansService::ListFramings(Context* context, const v1::ListFramingsRequest* request,
                                    v1::ListFramingsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        if (auto error = core::CheckIds(
                {{"district", request->district()}, {"school", request->school(), true}})) {
          return core::Refuse(*error);
        }
        if (auto known = CheckDistrict(rows, request->district()); !known) return known;
        return plans::ListFramings(rows, *request, *response);
      });
}

Reactor* PlansService::ListProgressions(Context* context,
                                        const v1::ListProgressionsRequest* request,
                                        v1::ListProgressionsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return List(rows, kProgressions,
                {{"district", request->district()},
                 {"school", request->school()},
                 {"team", request->team(), true}},
                *request, *response, [&](v1::LearningProgression row) {
                  *response->add_progressions() = std::move(row);
                });
  });
}

Reactor* PlansService::ListEmergencyAccess(Context* context,
                                           const v1::ListEmergencyAccessRequest* request,
                                           v1::ListEmergencyAccessResponse* response) {
  return guard_.Answer(context, *request, [&] {
    return List(rows_, kEmergencyAccess, {{"district", request->district()}}, *request, *response,
                [&](v1::EmergencyAccess row) { *response->add_access() = std::move(row); });
  });
}

Reactor* PlansService::GetHistory(Context* context, const v1::GetHistoryRequest* request,
                                  v1::GetHistoryResponse* response) {
  return history::AnswerHistory(guard_, context, *request, response, rows_, KeptAggregates());
}

}  // namespace throughline::plans
