// Driver surveys as callers see them: parse, ask or submit, map. Thread-safe.
//
// An answer is checked and sealed here, on the way in. Who gives it becomes a pseudonym of the
// round, and it is submitted without a request id, for that would be kept under the name of the
// caller.
#pragma once

#include "plans/survey_keys.h"
#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "platform/grpc/task_queue.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/plans/v1/surveys_service.grpc.pb.h"

namespace throughline::plans {

class SurveysService final : public v1::SurveysService::CallbackService {
 public:
  // `commands`, `keys` and `access` must outlive this.
  SurveysService(runtime::Commands& commands, runtime::Rows rows, SurveyKeys& keys,
                 const platform::Access& access)
      : guard_(access, v1::SurveysService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)),
        keys_(keys) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(OpenSurveyRound)
  THROUGHLINE_SUBMITS(CancelSurveyRound)

  Reactor* AnswerSurvey(Context* context, const v1::AnswerSurveyRequest* request,
                        v1::AnswerSurveyResponse* response) override;
  Reactor* GetSurveyRound(Context* context, const v1::GetSurveyRoundRequest* request,
                          v1::GetSurveyRoundResponse* response) override;
  Reactor* ListSurveyRounds(Context* context, const v1::ListSurveyRoundsRequest* request,
                            v1::ListSurveyRoundsResponse* response) override;
  Reactor* ListSurveyResults(Context* context, const v1::ListSurveyResultsRequest* request,
                             v1::ListSurveyResultsResponse* response) override;
  Reactor* GetCoherence(Context* context, const v1::GetCoherenceRequest* request,
                        v1::GetCoherenceResponse* response) override;

 private:
  // Who answers, and as whom.
  struct Rater {
    std::string name;
    v1::RaterGroup group = v1::RATER_GROUP_UNSPECIFIED;
  };
  static Rater RaterOf(const platform::Principal& caller, const v1::AnswerSurveyRequest& request);
  core::Result<v1::CastSurveyBallotRequest> Sealed(const v1::AnswerSurveyRequest& request,
                                                   const Rater& rater) const;

  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
  SurveyKeys& keys_;
  platform::TaskQueue sealing_{1};  // keys may be on another machine
};

}  // namespace throughline::plans
