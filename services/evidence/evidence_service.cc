#include "evidence/evidence_service.h"

#include "core/ids.h"
#include "evidence/aggregates.h"
#include "evidence/domain/erasures.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"
#include "evidence/erasure_queries.h"
#include "evidence/evidence_queries.h"
#include "evidence/funnel_query.h"
#include "evidence/gap_trend_query.h"
#include "evidence/kept_originals.h"
#include "evidence/quarantine_release.h"
#include "evidence/quarantine_reveal.h"
#include "evidence/result_routing.h"
#include "evidence/result_stream.h"
#include "evidence/roster_privacy.h"
#include "evidence/run_chart_query.h"
#include "evidence/struggling_report.h"
#include "evidence/student_erasure.h"
#include "evidence/student_export.h"
#include "evidence/variance_query.h"
#include "history/history_query.h"
#include "platform/access/on_record.h"

namespace throughline::evidence {

using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

Reactor* EvidenceService::UpdateRoster(Context* context, const v1::UpdateRosterRequest* request,
                                       v1::UpdateRosterResponse* response) {
  v1::UpdateRosterRequest hidden = *request;
  HiddenRosters rosters(privacy_, commands_);
  return guard_.Submit(context, rosters, hidden, response,
                       {.check = [&] { return rosters.Hide(hidden); }});
}

Reactor* EvidenceService::EndMissingEnrolments(Context* context,
                                               const v1::EndMissingEnrolmentsRequest* request,
                                               v1::EndMissingEnrolmentsResponse* response) {
  v1::EndMissingEnrolmentsRequest hidden = *request;
  return guard_.Submit(context, commands_, hidden, response,
                       {.check = [&] { return HideLists(privacy_, rows_, hidden); }});
}

Reactor* EvidenceService::IngestResults(Context* context, const v1::IngestResultsRequest* request,
                                        v1::IngestResultsResponse* response) {
  return guard_.AnswerLater<v1::IngestResultsResponse>(
      context, *request, response, [&](const platform::Principal& caller, IngestCallback done) {
        Ingest(*request, platform::CallGuard::KeyOf(caller, request->request_id()), caller.subject,
               privacy_, routing_, std::move(done));
      });
}

grpc::ServerBidiReactor<v1::StreamResultsRequest, v1::StreamResultsResponse>*
EvidenceService::StreamResults(Context* context) {
  return new ResultStream(*context, guard_, privacy_, routing_);
}

Reactor* EvidenceService::ReleaseQuarantine(Context* context,
                                            const v1::ReleaseQuarantineRequest* request,
                                            v1::ReleaseQuarantineResponse* response) {
  if (!request->school().empty()) return guard_.Submit(context, commands_, *request, response);
  return guard_.AnswerLater<v1::ReleaseQuarantineResponse>(
      context, *request, response, [&](const platform::Principal& caller, ReleaseCallback done) {
        ReleaseWithoutSchool(*request, platform::CallGuard::KeyOf(caller, request->request_id()),
                             routing_, std::move(done));
      });
}

Reactor* EvidenceService::ListAssessments(Context* context,
                                          const v1::ListAssessmentsRequest* request,
                                          v1::ListAssessmentsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetAssessment(Context* context, const v1::GetAssessmentRequest* request,
                                        v1::GetAssessmentResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::ListLineItems(Context* context, const v1::ListLineItemsRequest* request,
                                        v1::ListLineItemsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetLineItem(Context* context, const v1::GetLineItemRequest* request,
                                      v1::GetLineItemResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::ListQuarantine(Context* context, const v1::ListQuarantineRequest* request,
                                         v1::ListQuarantineResponse* response) {
  return guard_.AnswerOnRecord(
      context, *request,
      [&](const platform::Principal& caller, audit::v1::AuditRecord& record) -> core::Result<void> {
        auto answered = Query(rows_, *request, *response);
        if (!answered) return answered;
        const auto erased_nobody = ErasedNobody(request->district(), rows_);
        if (!erased_nobody) return core::Refuse(erased_nobody.error());
        int64_t originals = 0;
        for (v1::QuarantinedResult& entry : *response->mutable_results()) {
          Reveal(caller, privacy_, *erased_nobody, entry);
          if (!entry.result().student().empty()) ++originals;
        }
        if (originals == 0) return answered;
        record.set_action(audit::v1::ACTION_ORIGINAL_READ);
        record.set_count(originals);
        return answered;
      });
}

Reactor* EvidenceService::ListStudents(Context* context, const v1::ListStudentsRequest* request,
                                       v1::ListStudentsResponse* response) {
  return guard_.AnswerOnRecord(
      context, *request,
      [&](const platform::Principal& caller, audit::v1::AuditRecord& record) -> core::Result<void> {
        auto listed = students_.List(caller, *request, record);
        if (!listed) return core::Refuse(listed.error());
        *response = *std::move(listed);
        return {};
      });
}

Reactor* EvidenceService::GetStudent(Context* context, const v1::GetStudentRequest* request,
                                     v1::GetStudentResponse* response) {
  return guard_.AnswerOnRecord(
      context, *request,
      [&](const platform::Principal& caller, audit::v1::AuditRecord& record) -> core::Result<void> {
        auto found = students_.Get(caller, *request, record);
        if (!found) return core::Refuse(found.error());
        *response = *std::move(found);
        return {};
      });
}

Reactor* EvidenceService::ExportStudent(Context* context, const v1::ExportStudentRequest* request,
                                        v1::ExportStudentResponse* response) {
  using Done = platform::CallGuard::Done<v1::ExportStudentResponse>;
  return guard_.AnswerLater<v1::ExportStudentResponse>(
      context, *request, response, [&](const platform::Principal& caller, Done done) {
        slow_.Post([this, request, done = std::move(done),
                    record = guard_.RecordOf(context, caller, *request)] {
          core::Result<v1::ExportStudentResponse> answer = core::Refuse(runtime::Unexpected());
          runtime::Guarded("evidence: an export", [&] {
            answer = evidence::ExportStudent(*request, privacy_, rows_, audit_, record);
          });
          done(std::move(answer));
        });
      });
}

Reactor* EvidenceService::EraseStudents(Context* context, const v1::EraseStudentsRequest* request,
                                        v1::EraseStudentsResponse* response) {
  using Done = platform::CallGuard::Done<v1::EraseStudentsResponse>;
  return guard_.AnswerLater<v1::EraseStudentsResponse>(
      context, *request, response, [&](const platform::Principal& caller, Done done) {
        slow_.Post([this, request, done = std::move(done), subject = caller.subject,
                    key = platform::CallGuard::KeyOf(caller, request->request_id()),
                    record = guard_.RecordOf(context, caller, *request)] {
          core::Result<v1::EraseStudentsResponse> answer = core::Refuse(runtime::Unexpected());
          runtime::Guarded("evidence: an erasure", [&] {
            answer = evidence::EraseStudents(*request, key, subject,
                                             {privacy_, commands_, rows_, audit_, record});
          });
          done(std::move(answer));
        });
      });
}

Reactor* EvidenceService::ListErasures(Context* context, const v1::ListErasuresRequest* request,
                                       v1::ListErasuresResponse* response) {
  return guard_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::GetResultCounts(Context* context,
                                          const v1::GetResultCountsRequest* request,
                                          v1::GetResultCountsResponse* response) {
  return guard_.AnswerTo(context, *request, [&](const platform::Principal& caller) {
    const bool rounded =
        caller.role == common::v1::ROLE_DISTRICT_LEADER || caller.role == common::v1::ROLE_OBSERVER;
    return Query(rows_, *request, *response, rounded);
  });
}

Reactor* EvidenceService::GetVariance(Context* context, const v1::GetVarianceRequest* request,
                                      v1::GetVarianceResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetStrugglingReport(Context* context,
                                              const v1::GetStrugglingReportRequest* request,
                                              v1::GetStrugglingReportResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetGrowth(Context* context, const v1::GetGrowthRequest* request,
                                    v1::GetGrowthResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetGaps(Context* context, const v1::GetGapsRequest* request,
                                  v1::GetGapsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetCoverage(Context* context, const v1::GetCoverageRequest* request,
                                      v1::GetCoverageResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetRunChart(Context* context, const v1::GetRunChartRequest* request,
                                      v1::GetRunChartResponse* response) {
  const core::Instant now = MomentOf(request->as_of_ms());
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, now, *response);
  });
}

Reactor* EvidenceService::ListClassRunCharts(Context* context,
                                             const v1::ListClassRunChartsRequest* request,
                                             v1::ListClassRunChartsResponse* response) {
  const core::Instant now = MomentOf(request->as_of_ms());
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, now, *response);
  });
}

Reactor* EvidenceService::ListGapTrends(Context* context, const v1::ListGapTrendsRequest* request,
                                        v1::ListGapTrendsResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, *response);
  });
}

Reactor* EvidenceService::GetFunnel(Context* context, const v1::GetFunnelRequest* request,
                                    v1::GetFunnelResponse* response) {
  const core::Instant now = MomentOf(request->as_of_ms());
  return guard_.AnswerAsOf(context, *request, rows_, [=](const runtime::Rows& rows) {
    return Query(rows, *request, now, *response);
  });
}

Reactor* EvidenceService::GetHistory(Context* context, const v1::GetHistoryRequest* request,
                                     v1::GetHistoryResponse* response) {
  return history::AnswerHistory(guard_, context, *request, response, rows_, KeptAggregates());
}

}  // namespace throughline::evidence
