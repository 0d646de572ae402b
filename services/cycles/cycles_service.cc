#include "cycles/cycles_service.h"

#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"
#include "platform/grpc/pages.h"

namespace throughline::cycles {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

Result<common::v1::Policy> PolicyIn(const runtime::Rows& rows, const std::string& district) {
  auto row = rows.Get(district::kDistricts, district, district);
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(DistrictUnknown(district));
  return (*row)->policy();
}

// Takes out what the district may not show: by the policy of that moment, and that of now.
Result<void> Hide(const runtime::Rows& rows, const std::string& district,
                  google::protobuf::Message& response) {
  auto then = PolicyIn(rows, district);
  if (!then) return core::Refuse(then.error());
  auto now = PolicyIn(rows.now(), district);
  if (!now) return core::Refuse(now.error());
  disclosure::HideSmallCells(response, disclosure::SmallestCell(*then, *now));
  return {};
}

}  // namespace

Reactor* CyclesService::GetCycle(Context* context, const v1::GetCycleRequest* request,
                                 v1::GetCycleResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        if (request->school().empty()) return core::Refuse(SchoolUnknown(""));
        auto row = rows.Get(kCycles, core::Key{request->district(), request->school()}.Text(),
                            JoinKey(request->district(), request->school(), request->cycle()));
        if (!row) return core::Refuse(row.error());
        if (!*row) return core::Refuse(CycleUnknown(request->cycle()));
        *response->mutable_cycle() = **row;
        return Hide(rows, request->district(), *response);
      });
}

Reactor* CyclesService::ListCycles(Context* context, const v1::ListCyclesRequest* request,
                                   v1::ListCyclesResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto wanted = [&](const v1::Cycle& cycle) {
          const bool team = request->team().empty() || cycle.team() == request->team();
          return team && (request->state() == v1::CYCLE_STATE_UNSPECIFIED ||
                          cycle.state() == request->state());
        };
        auto page = platform::PageOf(rows, kCycles,
                                     platform::PrefixOf(request->district(), request->school()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, cycle] : page->rows) *response->add_cycles() = std::move(cycle);
        response->set_next_page_token(page->next);
        return Hide(rows, request->district(), *response);
      });
}

Reactor* CyclesService::ListReviews(Context* context, const v1::ListReviewsRequest* request,
                                    v1::ListReviewsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto wanted = [&](const v1::Review& review) {
          const bool team = request->team().empty() || review.team() == request->team();
          const bool trigger = request->trigger() == common::v1::TRIGGER_UNSPECIFIED ||
                               review.trigger() == request->trigger();
          return team && trigger &&
                 (!request->open_only() || review.answer() == v1::REVIEW_ANSWER_UNSPECIFIED);
        };
        auto page = platform::PageOf(rows, kReviews,
                                     platform::PrefixOf(request->district(), request->school()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, review] : page->rows) *response->add_reviews() = std::move(review);
        response->set_next_page_token(page->next);
        return Hide(rows, request->district(), *response);
      });
}

}  // namespace throughline::cycles
