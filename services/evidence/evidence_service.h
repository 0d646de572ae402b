// The evidence service's gRPC face: parse, ask or submit, map. Thread-safe.
#pragma once

#include "evidence/result_routing.h"
#include "evidence/student_privacy.h"
#include "evidence/student_queries.h"
#include "platform/grpc/arena_messages.h"
#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "platform/grpc/task_queue.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.grpc.pb.h"

namespace throughline::evidence {

class EvidenceService final : public v1::EvidenceService::CallbackService {
 public:
  // `commands` and `access` must outlive this.
  EvidenceService(runtime::Commands& commands, runtime::Rows rows, StudentPrivacy privacy,
                  const platform::Access& access)
      : guard_(access, v1::EvidenceService::service_full_name()),
        audit_(access.audit()),
        commands_(commands),
        rows_(std::move(rows)),
        privacy_(std::move(privacy)),
        students_(rows_, *privacy_.vault, *privacy_.clock) {
    SetMessageAllocatorFor_IngestResults(&batches_);
  }

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(DefineAssessments)
  THROUGHLINE_SUBMITS(RemoveAssessments)
  THROUGHLINE_SUBMITS(DiscardQuarantine)
  THROUGHLINE_SUBMITS(SetRunChartBaseline)

  Reactor* ListAssessments(Context* context, const v1::ListAssessmentsRequest* request,
                           v1::ListAssessmentsResponse* response) override;
  Reactor* GetAssessment(Context* context, const v1::GetAssessmentRequest* request,
                         v1::GetAssessmentResponse* response) override;
  Reactor* ListLineItems(Context* context, const v1::ListLineItemsRequest* request,
                         v1::ListLineItemsResponse* response) override;
  Reactor* GetLineItem(Context* context, const v1::GetLineItemRequest* request,
                       v1::GetLineItemResponse* response) override;
  Reactor* UpdateRoster(Context* context, const v1::UpdateRosterRequest* request,
                        v1::UpdateRosterResponse* response) override;
  Reactor* EndMissingEnrolments(Context* context, const v1::EndMissingEnrolmentsRequest* request,
                                v1::EndMissingEnrolmentsResponse* response) override;
  Reactor* IngestResults(Context* context, const v1::IngestResultsRequest* request,
                         v1::IngestResultsResponse* response) override;
  grpc::ServerBidiReactor<v1::StreamResultsRequest, v1::StreamResultsResponse>* StreamResults(
      Context* context) override;
  Reactor* ListQuarantine(Context* context, const v1::ListQuarantineRequest* request,
                          v1::ListQuarantineResponse* response) override;
  Reactor* ReleaseQuarantine(Context* context, const v1::ReleaseQuarantineRequest* request,
                             v1::ReleaseQuarantineResponse* response) override;
  Reactor* ListStudents(Context* context, const v1::ListStudentsRequest* request,
                        v1::ListStudentsResponse* response) override;
  Reactor* GetStudent(Context* context, const v1::GetStudentRequest* request,
                      v1::GetStudentResponse* response) override;
  Reactor* ExportStudent(Context* context, const v1::ExportStudentRequest* request,
                         v1::ExportStudentResponse* response) override;
  Reactor* EraseStudents(Context* context, const v1::EraseStudentsRequest* request,
                         v1::EraseStudentsResponse* response) override;
  Reactor* ListErasures(Context* context, const v1::ListErasuresRequest* request,
                        v1::ListErasuresResponse* response) override;
  Reactor* GetResultCounts(Context* context, const v1::GetResultCountsRequest* request,
                           v1::GetResultCountsResponse* response) override;
  Reactor* GetVariance(Context* context, const v1::GetVarianceRequest* request,
                       v1::GetVarianceResponse* response) override;
  Reactor* GetStrugglingReport(Context* context, const v1::GetStrugglingReportRequest* request,
                               v1::GetStrugglingReportResponse* response) override;
  Reactor* GetGrowth(Context* context, const v1::GetGrowthRequest* request,
                     v1::GetGrowthResponse* response) override;
  Reactor* GetGaps(Context* context, const v1::GetGapsRequest* request,
                   v1::GetGapsResponse* response) override;
  Reactor* GetCoverage(Context* context, const v1::GetCoverageRequest* request,
                       v1::GetCoverageResponse* response) override;
  Reactor* GetRunChart(Context* context, const v1::GetRunChartRequest* request,
                       v1::GetRunChartResponse* response) override;
  Reactor* ListClassRunCharts(Context* context, const v1::ListClassRunChartsRequest* request,
                              v1::ListClassRunChartsResponse* response) override;
  Reactor* ListGapTrends(Context* context, const v1::ListGapTrendsRequest* request,
                         v1::ListGapTrendsResponse* response) override;
  Reactor* GetFunnel(Context* context, const v1::GetFunnelRequest* request,
                     v1::GetFunnelResponse* response) override;
  Reactor* GetHistory(Context* context, const v1::GetHistoryRequest* request,
                      v1::GetHistoryResponse* response) override;

 private:
  // The moment that a request asks about; 0: now.
  core::Instant MomentOf(int64_t as_of_ms) const {
    return as_of_ms == 0 ? privacy_.clock->Now() : core::FromMillis(as_of_ms);
  }

  platform::CallGuard guard_;
  platform::Audit& audit_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
  const StudentPrivacy privacy_;
  const StudentQueries students_;
  platform::ArenaMessages<v1::IngestResultsRequest, v1::IngestResultsResponse> batches_;
  platform::TaskQueue tasks_{2};
  platform::TaskQueue slow_{1};  // for what takes seconds
  const RoutingContext routing_{
      rows_, commands_, [this](std::function<void()> work) { tasks_.Post(std::move(work)); }};
};

}  // namespace throughline::evidence
