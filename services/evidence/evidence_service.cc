#include "evidence/evidence_service.h"

#include <algorithm>

#include "core/ids.h"
#include "evidence/domain/display_names.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"
#include "evidence/evidence_queries.h"
#include "evidence/quarantine_release.h"
#include "evidence/quarantine_reveal.h"
#include "evidence/result_routing.h"
#include "evidence/result_stream.h"

namespace throughline::evidence {

using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

Reactor* EvidenceService::UpdateRoster(Context* context, const v1::UpdateRosterRequest* request,
                                       v1::UpdateRosterResponse* response) {
  v1::UpdateRosterRequest hidden = *request;
  for (v1::RosterStudent& student : *hidden.mutable_students()) {
    student.set_student(pseudonyms_.Of(request->district(), student.student()));
  }
  for (v1::RosterMove& move : *hidden.mutable_moves()) {
    move.set_student(pseudonyms_.Of(request->district(), move.student()));
  }
  for (v1::RosterStudent& student : *hidden.mutable_students()) student.clear_display_name();
  for (v1::RosterMove& move : *hidden.mutable_moves()) move.clear_display_name();
  return guard_.Submit(context, commands_, hidden, response,
                       {.check = [&] { return CheckNames(*request); }});
}

Reactor* EvidenceService::EndMissingEnrolments(Context* context,
                                               const v1::EndMissingEnrolmentsRequest* request,
                                               v1::EndMissingEnrolmentsResponse* response) {
  v1::EndMissingEnrolmentsRequest hidden = *request;
  for (v1::ClassList& list : *hidden.mutable_lists()) {
    for (std::string& student : *list.mutable_students()) {
      student = pseudonyms_.Of(request->district(), student);
    }
    // The order of the roster's would say whose pseudonym is whose.
    std::sort(list.mutable_students()->begin(), list.mutable_students()->end());
  }
  return guard_.Submit(context, commands_, hidden, response);
}

Reactor* EvidenceService::IngestResults(Context* context, const v1::IngestResultsRequest* request,
                                        v1::IngestResultsResponse* response) {
  return guard_.AnswerLater<v1::IngestResultsResponse>(
      context, *request, response, [&](const platform::Principal& caller, IngestCallback done) {
        Ingest(*request, platform::CallGuard::KeyOf(caller, request->request_id()), caller.subject,
               pseudonyms_, routing_, std::move(done));
      });
}

grpc::ServerBidiReactor<v1::StreamResultsRequest, v1::StreamResultsResponse>*
EvidenceService::StreamResults(Context* context) {
  return new ResultStream(*context, guard_, pseudonyms_, routing_);
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
  return guard_.AnswerTo(context, *request, [&](const platform::Principal& caller) {
    auto answered = Query(rows_, *request, *response);
    for (v1::QuarantinedResult& entry : *response->mutable_results()) {
      Reveal(caller, *pseudonyms_.concealment(), entry);
    }
    return answered;
  });
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

}  // namespace throughline::evidence
