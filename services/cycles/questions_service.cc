#include "cycles/questions_service.h"

#include "cycles/questions_queries.h"

namespace throughline::cycles {

grpc::ServerUnaryReactor* QuestionsService::GetQuestions(grpc::CallbackServerContext* context,
                                                         const v1::GetQuestionsRequest* request,
                                                         v1::GetQuestionsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

}  // namespace throughline::cycles
