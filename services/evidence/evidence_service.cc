#include "evidence/evidence_service.h"

#include "core/ids.h"
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

Reactor* EvidenceService::DefineAssessments(Context* context,
                                            const v1::DefineAssessmentsRequest* request,
                                            v1::DefineAssessmentsResponse* response) {
  return door_.Submit(context, commands_, *request, response);
}

Reactor* EvidenceService::RemoveAssessments(Context* context,
                                            const v1::RemoveAssessmentsRequest* request,
                                            v1::RemoveAssessmentsResponse* response) {
  return door_.Submit(context, commands_, *request, response);
}

Reactor* EvidenceService::UpdateRoster(Context* context, const v1::UpdateRosterRequest* request,
                                       v1::UpdateRosterResponse* response) {
  v1::UpdateRosterRequest hidden = *request;
  for (v1::RosterStudent& student : *hidden.mutable_students()) {
    student.set_student(pseudonyms_.Of(request->district(), student.student()));
  }
  for (v1::RosterMove& move : *hidden.mutable_moves()) {
    move.set_student(pseudonyms_.Of(request->district(), move.student()));
  }
  return door_.Submit(context, commands_, hidden, response);
}

Reactor* EvidenceService::IngestResults(Context* context, const v1::IngestResultsRequest* request,
                                        v1::IngestResultsResponse* response) {
  const auto caller = door_.Admit(context, *request);
  if (!caller) return runtime::Finish(context, runtime::ToStatus(caller.error()));
  runtime::RequestKey key = runtime::Door::KeyOf(**caller, request->request_id());
  Reactor* reactor = context->DefaultReactor();
  Ingest(*request, std::move(key), (*caller)->subject, pseudonyms_, rows_, commands_,
         [reactor, response](core::Result<v1::IngestResultsResponse> answer) {
           if (answer) *response = std::move(*answer);
           reactor->Finish(answer ? grpc::Status::OK : runtime::ToStatus(answer.error()));
         });
  return reactor;
}

grpc::ServerBidiReactor<v1::StreamResultsRequest, v1::StreamResultsResponse>*
EvidenceService::StreamResults(Context* context) {
  return new ResultStream(*context, door_, pseudonyms_, rows_, commands_);
}

Reactor* EvidenceService::ReleaseQuarantine(Context* context,
                                            const v1::ReleaseQuarantineRequest* request,
                                            v1::ReleaseQuarantineResponse* response) {
  if (!request->school().empty()) return door_.Submit(context, commands_, *request, response);
  const auto caller = door_.Admit(context, *request);
  if (!caller) return runtime::Finish(context, runtime::ToStatus(caller.error()));
  runtime::RequestKey key = runtime::Door::KeyOf(**caller, request->request_id());
  Reactor* reactor = context->DefaultReactor();
  ReleaseWithoutSchool(
      *request, std::move(key), rows_, commands_,
      [reactor, response](core::Result<v1::ReleaseQuarantineResponse> answer) {
        if (answer) *response = std::move(*answer);
        reactor->Finish(answer ? grpc::Status::OK : runtime::ToStatus(answer.error()));
      });
  return reactor;
}

Reactor* EvidenceService::DiscardQuarantine(Context* context,
                                            const v1::DiscardQuarantineRequest* request,
                                            v1::DiscardQuarantineResponse* response) {
  return door_.Submit(context, commands_, *request, response);
}

Reactor* EvidenceService::ListAssessments(Context* context,
                                          const v1::ListAssessmentsRequest* request,
                                          v1::ListAssessmentsResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::GetAssessment(Context* context, const v1::GetAssessmentRequest* request,
                                        v1::GetAssessmentResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::ListLineItems(Context* context, const v1::ListLineItemsRequest* request,
                                        v1::ListLineItemsResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::GetLineItem(Context* context, const v1::GetLineItemRequest* request,
                                      v1::GetLineItemResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::ListQuarantine(Context* context, const v1::ListQuarantineRequest* request,
                                         v1::ListQuarantineResponse* response) {
  const auto caller = door_.Admit(context, *request);
  if (!caller) return runtime::Finish(context, runtime::ToStatus(caller.error()));
  return door_.Answer(context, *request, [&]() -> core::Result<bool> {
    auto answered = Query(rows_, *request, *response);
    for (v1::QuarantinedResult& entry : *response->mutable_results()) {
      Reveal(**caller, *pseudonyms_.concealment(), entry);
    }
    return answered;
  });
}

Reactor* EvidenceService::GetResultCounts(Context* context,
                                          const v1::GetResultCountsRequest* request,
                                          v1::GetResultCountsResponse* response) {
  auto caller = door_.Admit(context, *request);
  if (!caller) return runtime::Finish(context, runtime::ToStatus(caller.error()));
  const bool rounded = (*caller)->role == common::v1::ROLE_DISTRICT_LEADER ||
                       (*caller)->role == common::v1::ROLE_OBSERVER;
  auto answered = Query(rows_, *request, *response, rounded);
  return runtime::Finish(context,
                         answered ? grpc::Status::OK : runtime::ToStatus(answered.error()));
}

Reactor* EvidenceService::GetVariance(Context* context, const v1::GetVarianceRequest* request,
                                      v1::GetVarianceResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::GetGrowth(Context* context, const v1::GetGrowthRequest* request,
                                    v1::GetGrowthResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::GetGaps(Context* context, const v1::GetGapsRequest* request,
                                  v1::GetGapsResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

Reactor* EvidenceService::GetCoverage(Context* context, const v1::GetCoverageRequest* request,
                                      v1::GetCoverageResponse* response) {
  return door_.Answer(context, *request, [&] { return Query(rows_, *request, *response); });
}

}  // namespace throughline::evidence
