// Rubrics and templates as callers see them: parse, ask or submit, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/plans/v1/rubrics_service.grpc.pb.h"

namespace throughline::plans {

class RubricsService final : public v1::RubricsService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  RubricsService(runtime::Commands& commands, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::RubricsService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(UpsertRubric)
  THROUGHLINE_SUBMITS(PublishRubric)
  THROUGHLINE_SUBMITS(UpsertTemplate)
  THROUGHLINE_SUBMITS(RemoveTemplate)

  Reactor* GetRubric(Context* context, const v1::GetRubricRequest* request,
                     v1::GetRubricResponse* response) override;
  Reactor* ListRubrics(Context* context, const v1::ListRubricsRequest* request,
                       v1::ListRubricsResponse* response) override;
  Reactor* GetTemplate(Context* context, const v1::GetTemplateRequest* request,
                       v1::GetTemplateResponse* response) override;
  Reactor* ListTemplates(Context* context, const v1::ListTemplatesRequest* request,
                         v1::ListTemplatesResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
};

}  // namespace throughline::plans
