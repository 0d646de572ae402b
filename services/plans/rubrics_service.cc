#include "plans/rubrics_service.h"

#include "plans/district_lists.h"
#include "plans/domain/rubric.h"
#include "plans/domain/shipped_templates.h"

namespace throughline::plans {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

Result<void> Read(const runtime::Rows& rows, const v1::GetRubricRequest& request,
                  v1::GetRubricResponse& response) {
  if (auto error =
          core::CheckIds({{"district", request.district()}, {"rubric", request.rubric()}})) {
    return core::Refuse(*error);
  }
  if (request.revision() != 0) {
    auto published =
        rows.Get(kRubricRevisions, request.district(),
                 RevisionKey(request.district(), request.rubric(), request.revision()));
    if (!published) return core::Refuse(published.error());
    if (!*published) return core::Refuse(RubricUnknown(request.rubric()));
    *response.mutable_rubric() = **std::move(published);
    return {};
  }
  auto row = rows.Get(kRubrics, request.district(), JoinKey(request.district(), request.rubric()));
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(RubricUnknown(request.rubric()));
  const bool in_use = (*row)->has_published();
  *response.mutable_rubric() = in_use ? (*row)->published() : (*row)->draft();
  if (in_use && (*row)->has_draft()) *response.mutable_draft() = (*row)->draft();
  return {};
}

Result<void> Read(const runtime::Rows& rows, const v1::GetTemplateRequest& request,
                  v1::GetTemplateResponse& response) {
  if (auto error =
          core::CheckIds({{"district", request.district()}, {"template", request.template_()}})) {
    return core::Refuse(*error);
  }
  if (const v1::Template* shipped = FindShipped(request.template_())) {
    *response.mutable_template_() = *shipped;
    return {};
  }
  auto row =
      rows.Get(kTemplates, request.district(), JoinKey(request.district(), request.template_()));
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(TemplateUnknown(request.template_()));
  *response.mutable_template_() = **std::move(row);
  return {};
}

}  // namespace

Reactor* RubricsService::GetRubric(Context* context, const v1::GetRubricRequest* request,
                                   v1::GetRubricResponse* response) {
  return guard_.Answer(context, *request, [&] { return Read(rows_, *request, *response); });
}

Reactor* RubricsService::ListRubrics(Context* context, const v1::ListRubricsRequest* request,
                                     v1::ListRubricsResponse* response) {
  return guard_.Answer(context, *request, [&] {
    return List(rows_, kRubrics, {{"district", request->district()}}, *request, *response,
                [&](v1::RubricRow row) {
                  *response->add_rubrics() =
                      row.has_published() ? std::move(row.published()) : std::move(row.draft());
                });
  });
}

Reactor* RubricsService::GetTemplate(Context* context, const v1::GetTemplateRequest* request,
                                     v1::GetTemplateResponse* response) {
  return guard_.Answer(context, *request, [&] { return Read(rows_, *request, *response); });
}

Reactor* RubricsService::ListTemplates(Context* context, const v1::ListTemplatesRequest* request,
                                       v1::ListTemplatesResponse* response) {
  return guard_.Answer(context, *request, [&] {
    if (request->page_token().empty()) {
      for (const v1::Template& one : ShippedTemplates()) *response->add_templates() = one;
    }
    return List(rows_, kTemplates, {{"district", request->district()}}, *request, *response,
                [&](v1::Template row) { *response->add_templates() = std::move(row); });
  });
}

}  // namespace throughline::plans
