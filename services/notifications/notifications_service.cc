#include "notifications/notifications_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/ids.h"
#include "core/key.h"
#include "disclosure/smallest_cell.h"
#include "history/history_query.h"
#include "notifications/aggregates.h"
#include "notifications/domain/audience.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/level.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/notification_policy.h"
#include "notifications/domain/shown_alert.h"
#include "notifications/domain/students_command.h"
#include "notifications/domain/subscription.h"
#include "notifications/domain/tables.h"
#include "notifications/explanation.h"
#include "notifications/translation.h"
#include "platform/grpc/pages.h"
#include "platform/http_client/standard_webhooks.h"

namespace throughline::notifications {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

// An unknown district is distinguished from one that has nothing yet: DISTRICT_UNKNOWN.
Result<common::v1::Policy> PolicyIn(const runtime::Rows& rows, const std::string& district) {
  auto known = rows.Get(district::kDistricts, district, district);
  if (!known) return core::Refuse(known.error());
  if (!*known) return core::Refuse(DistrictUnknown(district));
  return (*known)->policy();
}

// The smallest cell by the policy that holds now, which may be larger than when an alert was
// raised; of an earlier moment by the policy of that one, too.
Result<int64_t> SmallestCell(const runtime::Rows& rows, const std::string& district) {
  auto then = PolicyIn(rows, district);
  if (!then) return core::Refuse(then.error());
  auto now = PolicyIn(rows.now(), district);
  if (!now) return core::Refuse(now.error());
  return disclosure::SmallestCell(*then, *now);
}

Result<void> CheckDistrict(const runtime::Rows& rows, const std::string& district) {
  if (!core::IsId(district)) return core::Refuse(IdInvalid("district"));
  const auto known = SmallestCell(rows, district);
  if (!known) return core::Refuse(known.error());
  return {};
}

// An alert as it may be shown, to those who may hear of it; `smallest` is set to the smallest cell.
template <class Request>
Result<v1::Alert> Find(const runtime::Rows& rows, const Request& request,
                       const platform::Principal& caller, int64_t& smallest) {
  if (auto error = CheckIds({{"district", request.district()},
                             {"school", request.school(), true},
                             {"alert", request.alert()}})) {
    return core::Refuse(*error);
  }
  auto row = rows.Get(kAlerts, core::Key{request.district(), request.school()}.Text(),
                      JoinKey(request.district(), request.school(), request.alert()));
  if (!row) return core::Refuse(row.error());
  if (!*row || !Hears(AudienceOf(caller.role), **row)) {
    return core::Refuse(AlertUnknown(request.alert()));
  }
  auto cell = SmallestCell(rows, request.district());
  if (!cell) return core::Refuse(cell.error());
  smallest = *cell;
  HideSmallCells(**row, smallest);
  SayStudentsCommand(**row);
  return std::move(**row);
}

// The district, and the school unless it is left out.
template <class Request>
std::optional<core::Error> CheckPlace(const Request& request) {
  return CheckIds({{"district", request.district()}, {"school", request.school(), true}});
}

// Of one school, where it is said.
std::optional<core::Error> CheckTeam(const v1::WatchEventsRequest& request) {
  return CheckIds(
      {{"school", request.school(), request.team().empty()}, {"team", request.team(), true}});
}

template <class Request>
runtime::EventQuery QueryOf(const Request& request, std::vector<std::string> services) {
  return {std::move(services), core::Key{request.district(), request.school()}.Text(),
          !request.school().empty(), request.after(), request.only_new()};
}

// Every reader of the district who may hear of the same sees the same.
template <class Response>
platform::Watching<Response> WatchAs(const platform::Principal& caller, runtime::EventQuery query,
                                     int64_t smallest, const std::string& team = {}) {
  const View view{smallest, AudienceOf(caller.role), team};
  return {std::move(query),
          fmt::format("{} {} {}", smallest, static_cast<int>(view.audience), team),
          [view](const runtime::ReadEvent& event, Response* response) {
            return Translate(event, view, *response);
          }};
}

// What a list of alerts is asked for, and may say to whom it is.
struct Listing {
  const v1::ListAlertsRequest& request;
  Audience audience;

  bool Has(common::v1::Trigger trigger, common::v1::Level level) const {
    const bool kind =
        request.trigger() == common::v1::TRIGGER_UNSPECIFIED || request.trigger() == trigger;
    return kind && IsOfLevels(level, request.levels()) && Hears(audience, level);
  }
};

using AlertPage = platform::Page<v1::Alert>;

Result<AlertPage> AllAlerts(const runtime::Rows& rows, const Listing& listing) {
  const v1::ListAlertsRequest& request = listing.request;
  return platform::PageOf(rows, kAlerts, platform::PrefixOf(request.district(), request.school()),
                          request, [&](const v1::Alert& alert) {
                            return listing.Has(alert.condition().trigger(),
                                               LevelOf(alert.condition()));
                          });
}

// Goes by what is unresolved, however many alerts there have been.
Result<AlertPage> UnresolvedAlerts(const runtime::Rows& rows, const Listing& listing) {
  const v1::ListAlertsRequest& request = listing.request;
  auto listed = platform::PageOf(
      rows, kUnresolved, platform::PrefixOf(request.district(), request.school()), request,
      [&](const v1::UnresolvedRow& row) { return listing.Has(row.trigger(), row.level()); });
  if (!listed) return core::Refuse(listed.error());
  AlertPage page;
  page.next = listed->next;
  std::map<std::string, std::vector<std::string>> by_school;
  for (const auto& [key, row] : listed->rows) {
    const auto [district, school, alert] = core::SplitKey<3>(key);
    by_school[core::Key{district, school}.Text()].push_back(key);
  }
  for (const auto& [school, keys] : by_school) {
    auto alerts = rows.GetMany(kAlerts, school, keys);
    if (!alerts) return core::Refuse(alerts.error());
    for (size_t i = 0; i < keys.size(); ++i) {
      auto& alert = (*alerts)[i];
      if (!alert || alert->state() == v1::ALERT_STATE_RESOLVED) continue;  // since it was listed
      page.rows.emplace_back(keys[i], std::move(*alert));
    }
  }
  std::sort(page.rows.begin(), page.rows.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return page;
}

// What a subscription asks for that this installation does not do.
std::optional<core::Error> CheckConfigured(const v1::Subscription& subscription,
                                           const DeliverySetup& setup) {
  if (subscription.channel() == v1::CHANNEL_WEBHOOK && !setup.webhooks.plain_http &&
      !subscription.webhook().url().starts_with("https://")) {
    return WebhookUrlInvalid();
  }
  if (subscription.channel() == v1::CHANNEL_EMAIL_DIGEST && !setup.SendsMail()) {
    return MailNotSent();
  }
  return std::nullopt;
}

// The secret of the key that was made, which no log has.
template <class Response>
void ShowSecret(Response& response, const DeliveryKeys& keys) {
  if (response.new_key().empty()) return;
  const v1::Subscription& subscription = response.subscription();
  response.set_signing_secret(platform::WebhookSecretText(keys.SigningSecret(
      subscription.district(), subscription.subscription(), response.new_key())));
}

}  // namespace

Reactor* NotificationsService::UpsertSubscription(Context* context,
                                                  const v1::UpsertSubscriptionRequest* request,
                                                  v1::UpsertSubscriptionResponse* response) {
  return guard_.Submit(context, commands_, *request, response,
                       {.check = [&] { return CheckConfigured(request->subscription(), setup_); },
                        .complete = [this, response] { ShowSecret(*response, setup_.keys); }});
}

Reactor* NotificationsService::RotateWebhookSecret(Context* context,
                                                   const v1::RotateWebhookSecretRequest* request,
                                                   v1::RotateWebhookSecretResponse* response) {
  return guard_.Submit(
      context, commands_, *request, response,
      {.check = {}, .complete = [this, response] { ShowSecret(*response, setup_.keys); }});
}

Reactor* NotificationsService::ListDeadLetters(Context* context,
                                               const v1::ListDeadLettersRequest* request,
                                               v1::ListDeadLettersResponse* response) {
  return guard_.Answer(context, *request, [&]() -> Result<void> {
    if (auto known = CheckDistrict(rows_, request->district()); !known) return known;
    auto page = platform::PageOf(rows_, kDeadLetters, platform::PrefixOf(request->district()),
                                 *request, [&](const v1::DeadLetter& dead) {
                                   return request->subscription().empty() ||
                                          request->subscription() == dead.delivery().subscription();
                                 });
    if (!page) return core::Refuse(page.error());
    for (auto& [key, dead] : page->rows) *response->add_dead_letters() = std::move(dead);
    response->set_next_page_token(page->next);
    return {};
  });
}

// The token says what the caller may do, and is the idempotency key: what is ended stays so.
Reactor* NotificationsService::Unsubscribe(Context* context, const v1::UnsubscribeRequest* request,
                                           v1::UnsubscribeResponse* response) {
  return guard_.AnswerLater<v1::UnsubscribeResponse>(
      context, *request, response,
      [&](const platform::Principal&,
          const platform::CallGuard::Done<v1::UnsubscribeResponse>& done) {
        const auto reader = setup_.keys.ReadUnsubscribeToken(request->token());
        if (!reader) return done(core::Refuse(UnsubscribeTokenInvalid()));
        commands_.Submit(*reader, {}, [done](const Result<std::string>& answer) {
          if (!answer) return done(core::Refuse(answer.error()));
          done(v1::UnsubscribeResponse());
        });
      });
}

Reactor* NotificationsService::GetAlert(Context* context, const v1::GetAlertRequest* request,
                                        v1::GetAlertResponse* response) {
  return guard_.AnswerToAsOf(
      context, *request, rows_,
      [=](const runtime::Rows& rows, const platform::Principal& caller) -> Result<void> {
        int64_t smallest = 0;
        auto alert = Find(rows, *request, caller, smallest);
        if (!alert) return core::Refuse(alert.error());
        *response->mutable_alert() = std::move(*alert);
        return {};
      });
}

Reactor* NotificationsService::ExplainAlert(Context* context,
                                            const v1::ExplainAlertRequest* request,
                                            v1::ExplainAlertResponse* response) {
  return guard_.AnswerTo(context, *request, [&](const platform::Principal& caller) -> Result<void> {
    int64_t smallest = 0;
    auto alert = Find(rows_, *request, caller, smallest);
    if (!alert) return core::Refuse(alert.error());
    auto causes = Explain(log_, *alert, smallest);
    if (!causes) return core::Refuse(causes.error());
    *response->mutable_alert() = *alert;
    for (v1::Cause& cause : *causes) *response->add_causes() = std::move(cause);
    return {};
  });
}

Reactor* NotificationsService::ListAlerts(Context* context, const v1::ListAlertsRequest* request,
                                          v1::ListAlertsResponse* response) {
  return guard_.AnswerToAsOf(
      context, *request, rows_,
      [=, this](const runtime::Rows& rows, const platform::Principal& caller) -> Result<void> {
        if (auto error = CheckPlace(*request)) return core::Refuse(*error);
        if (auto error = CheckLevels(request->levels(), "levels")) return core::Refuse(*error);
        auto smallest = SmallestCell(rows, request->district());
        if (!smallest) return core::Refuse(smallest.error());
        // Read before the alerts are, so that a stream from there misses nothing.
        if (request->page_token().empty() && request->as_of_ms() == 0) {
          auto now = streams_.TokenOfNow({{"notifications"},
                                          core::Key{request->district(), request->school()}.Text(),
                                          !request->school().empty(),
                                          "",
                                          true});
          if (!now) return core::Refuse(now.error());
          response->set_watch_after(std::move(*now));
        }
        const Listing listing{*request, AudienceOf(caller.role)};
        auto page =
            request->unresolved_only() ? UnresolvedAlerts(rows, listing) : AllAlerts(rows, listing);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, alert] : page->rows) {
          HideSmallCells(alert, *smallest);
          SayStudentsCommand(alert);
          *response->add_alerts() = std::move(alert);
        }
        response->set_next_page_token(page->next);
        return {};
      });
}

Reactor* NotificationsService::ListSilences(Context* context,
                                            const v1::ListSilencesRequest* request,
                                            v1::ListSilencesResponse* response) {
  return guard_.Answer(context, *request, [&]() -> Result<void> {
    if (auto error = CheckPlace(*request)) return core::Refuse(*error);
    if (auto known = CheckDistrict(rows_, request->district()); !known) return known;
    auto page = platform::PageOf(rows_, kOwnSilences, platform::PrefixOf(request->district()),
                                 *request, [&](const v1::Silence& one) {
                                   return request->school().empty() ||
                                          one.matcher().school() == request->school();
                                 });
    if (!page) return core::Refuse(page.error());
    for (auto& [key, silence] : page->rows) *response->add_silences() = std::move(silence);
    response->set_next_page_token(page->next);
    return {};
  });
}

Reactor* NotificationsService::ListSubscriptions(Context* context,
                                                 const v1::ListSubscriptionsRequest* request,
                                                 v1::ListSubscriptionsResponse* response) {
  const auto query = [&](const platform::Principal& principal) -> Result<void> {
    if (auto known = CheckDistrict(rows_, request->district()); !known) return known;
    const common::v1::Caller caller = platform::ToCaller(principal);
    auto page = platform::PageOf(
        rows_, kOwnSubscriptions, platform::PrefixOf(request->district()), *request,
        [&](const v1::Subscription& one) { return MayChange(caller, one); });
    if (!page) return core::Refuse(page.error());
    for (auto& [key, row] : page->rows) *response->add_subscriptions() = std::move(row);
    response->set_next_page_token(page->next);
    return {};
  };
  return guard_.AnswerTo(context, *request, query);
}

NotificationsService::Stream* NotificationsService::WatchAlerts(Context* context,
                                                                const grpc::ByteBuffer* request) {
  using Request = v1::WatchAlertsRequest;
  using Response = v1::WatchAlertsResponse;
  return guard_.Watch<Request, Response>(
      context, *request, streams_,
      [this](const Request& asked,
             const platform::Principal& caller) -> Result<platform::Watching<Response>> {
        if (auto error = CheckPlace(asked)) return core::Refuse(*error);
        auto smallest = SmallestCell(rows_, asked.district());
        if (!smallest) return core::Refuse(smallest.error());
        return WatchAs<Response>(caller, QueryOf(asked, {"notifications"}), *smallest);
      });
}

NotificationsService::Stream* NotificationsService::WatchEvents(Context* context,
                                                                const grpc::ByteBuffer* request) {
  using Request = v1::WatchEventsRequest;
  using Response = v1::WatchEventsResponse;
  return guard_.Watch<Request, Response>(
      context, *request, streams_,
      [this](const Request& asked,
             const platform::Principal& caller) -> Result<platform::Watching<Response>> {
        if (auto error = CheckPlace(asked)) return core::Refuse(*error);
        auto smallest = SmallestCell(rows_, asked.district());
        if (!smallest) return core::Refuse(smallest.error());
        if (auto error = CheckTeam(asked)) return core::Refuse(*error);
        return WatchAs<Response>(caller,
                                 QueryOf(asked, {"plans", "evidence", "cycles", "notifications"}),
                                 *smallest, asked.team());
      });
}

Reactor* NotificationsService::GetHistory(Context* context, const v1::GetHistoryRequest* request,
                                          v1::GetHistoryResponse* response) {
  return history::AnswerHistory(guard_, context, *request, response, rows_, KeptAggregates());
}

}  // namespace throughline::notifications
