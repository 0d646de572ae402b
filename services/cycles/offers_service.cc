#include "cycles/offers_service.h"

#include <algorithm>

#include "core/date.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "platform/grpc/pages.h"

namespace throughline::cycles {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

bool IsAny(const std::string& wanted, const std::string& id) {
  return wanted.empty() || wanted == id;
}

}  // namespace

Reactor* OffersService::ListCommonChallenges(Context* context,
                                             const v1::ListCommonChallengesRequest* request,
                                             v1::ListCommonChallengesResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto has_part = [&](const v1::CommonChallenge::Sharing& one) {
          return IsAny(request->school(), one.school()) && IsAny(request->team(), one.team());
        };
        const auto wanted = [&](const v1::CommonChallenge& challenge) {
          const auto& teams = challenge.teams();
          return challenge.shared_since_ms() != 0 &&
                 std::any_of(teams.begin(), teams.end(), has_part);
        };
        auto page = platform::PageOf(rows, kChallenges, platform::PrefixOf(request->district()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, challenge] : page->rows) {
          *response->add_challenges() = std::move(challenge);
        }
        response->set_next_page_token(page->next);
        return {};
      });
}

Reactor* OffersService::ListOffers(Context* context, const v1::ListOffersRequest* request,
                                   v1::ListOffersResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const std::string& before = request->due_before();
        if (!before.empty() && !core::ParseDate(before)) {
          return core::Refuse(DateInvalid("due_before"));
        }
        const auto wanted = [&](const v1::Offer& offer) {
          const bool state =
              request->state() == v1::OFFER_STATE_UNSPECIFIED || offer.state() == request->state();
          return state && IsAny(request->school(), offer.school()) &&
                 IsAny(request->team(), offer.team()) && (before.empty() || offer.due() < before);
        };
        auto page = platform::PageOf(
            rows, kOffers,
            platform::PrefixOf(request->district(), request->school(), request->team()), *request,
            wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, offer] : page->rows) *response->add_offers() = std::move(offer);
        response->set_next_page_token(page->next);
        return {};
      });
}

}  // namespace throughline::cycles
