#include "cycles/cycles_service.h"

#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"
#include "runtime/pages.h"

namespace throughline::cycles {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

Reactor* CyclesService::ScheduleCycle(Context* context, const v1::ScheduleCycleRequest* request,
                                      v1::ScheduleCycleResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

Reactor* CyclesService::RecordAnalysis(Context* context, const v1::RecordAnalysisRequest* request,
                                       v1::RecordAnalysisResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

Reactor* CyclesService::RecordDesign(Context* context, const v1::RecordDesignRequest* request,
                                     v1::RecordDesignResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

Reactor* CyclesService::RecordLook(Context* context, const v1::RecordLookRequest* request,
                                   v1::RecordLookResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

Reactor* CyclesService::RecordRefinement(Context* context,
                                         const v1::RecordRefinementRequest* request,
                                         v1::RecordRefinementResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

Reactor* CyclesService::EndPhase(Context* context, const v1::EndPhaseRequest* request,
                                 v1::EndPhaseResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

Reactor* CyclesService::CancelCycle(Context* context, const v1::CancelCycleRequest* request,
                                    v1::CancelCycleResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

Reactor* CyclesService::AnswerReview(Context* context, const v1::AnswerReviewRequest* request,
                                     v1::AnswerReviewResponse* response) {
  return guard_.Submit(context, commands_, *request, response);
}

core::Result<void> CyclesService::Hide(const std::string& district,
                                       google::protobuf::Message& response) const {
  auto row = rows_.Get(district::kDistricts, district, district);
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(DistrictUnknown(district));
  disclosure::HideSmallCells(response, disclosure::SmallestCell((*row)->policy()));
  return {};
}

Reactor* CyclesService::GetCycle(Context* context, const v1::GetCycleRequest* request,
                                 v1::GetCycleResponse* response) {
  return guard_.Answer(context, *request, [&]() -> Result<void> {
    if (request->school().empty()) return core::Refuse(SchoolUnknown(""));
    auto row = rows_.Get(kCycles, Key(request->district(), request->school()),
                         Key(request->district(), request->school(), request->cycle()));
    if (!row) return core::Refuse(row.error());
    if (!*row) return core::Refuse(CycleUnknown(request->cycle()));
    *response->mutable_cycle() = **row;
    return Hide(request->district(), *response);
  });
}

Reactor* CyclesService::ListCycles(Context* context, const v1::ListCyclesRequest* request,
                                   v1::ListCyclesResponse* response) {
  return guard_.Answer(context, *request, [&]() -> Result<void> {
    const auto wanted = [&](const v1::Cycle& cycle) {
      const bool team = request->team().empty() || cycle.team() == request->team();
      return team &&
             (request->state() == v1::CYCLE_STATE_UNSPECIFIED || cycle.state() == request->state());
    };
    auto page =
        runtime::PageOf(rows_, kCycles, runtime::PrefixOf(request->district(), request->school()),
                        *request, wanted);
    if (!page) return core::Refuse(page.error());
    for (auto& [key, cycle] : page->rows) *response->add_cycles() = std::move(cycle);
    response->set_next_page_token(page->next);
    return Hide(request->district(), *response);
  });
}

Reactor* CyclesService::ListReviews(Context* context, const v1::ListReviewsRequest* request,
                                    v1::ListReviewsResponse* response) {
  return guard_.Answer(context, *request, [&]() -> Result<void> {
    const auto wanted = [&](const v1::Review& review) {
      const bool team = request->team().empty() || review.team() == request->team();
      const bool trigger = request->trigger() == common::v1::TRIGGER_UNSPECIFIED ||
                           review.trigger() == request->trigger();
      return team && trigger &&
             (!request->open_only() || review.answer() == v1::REVIEW_ANSWER_UNSPECIFIED);
    };
    auto page =
        runtime::PageOf(rows_, kReviews, runtime::PrefixOf(request->district(), request->school()),
                        *request, wanted);
    if (!page) return core::Refuse(page.error());
    for (auto& [key, review] : page->rows) *response->add_reviews() = std::move(review);
    response->set_next_page_token(page->next);
    return Hide(request->district(), *response);
  });
}

}  // namespace throughline::cycles
