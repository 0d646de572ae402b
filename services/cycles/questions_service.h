// The gRPC face of the four questions: parse, ask, map. Thread-safe.
#pragma once

#include "platform/grpc/call_guard.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/questions_service.grpc.pb.h"

namespace throughline::cycles {

class QuestionsService final : public v1::QuestionsService::CallbackService {
 public:
  // `access` must outlive this. There are no commands.
  QuestionsService(runtime::Commands&, runtime::Rows rows, const platform::Access& access)
      : guard_(access, v1::QuestionsService::service_full_name()), rows_(std::move(rows)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* GetQuestions(Context* context, const v1::GetQuestionsRequest* request,
                        v1::GetQuestionsResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Rows rows_;
};

}  // namespace throughline::cycles
