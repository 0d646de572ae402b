#include "notifications/notifications_service.h"

#include "core/ids.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/tables.h"
#include "notifications/explanation.h"
#include "notifications/translation.h"
#include "runtime/grpc/calls.h"
#include "runtime/pages.h"

namespace throughline::notifications {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

template <class Request>
Result<v1::Alert> Find(const runtime::Rows& rows, const Request& request) {
  auto row = rows.Get(kAlerts, Key(request.district(), request.school()),
                      Key(request.district(), request.school(), request.alert()));
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return core::Refuse(AlertUnknown(request.alert()));
  return **row;
}

}  // namespace

Reactor* NotificationsService::AcknowledgeAlert(Context* context,
                                                const v1::AcknowledgeAlertRequest* request,
                                                v1::AcknowledgeAlertResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* NotificationsService::SnoozeAlert(Context* context, const v1::SnoozeAlertRequest* request,
                                           v1::SnoozeAlertResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* NotificationsService::CreateSilence(Context* context,
                                             const v1::CreateSilenceRequest* request,
                                             v1::CreateSilenceResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* NotificationsService::EndSilence(Context* context, const v1::EndSilenceRequest* request,
                                          v1::EndSilenceResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* NotificationsService::UpsertSubscription(Context* context,
                                                  const v1::UpsertSubscriptionRequest* request,
                                                  v1::UpsertSubscriptionResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* NotificationsService::DeleteSubscription(Context* context,
                                                  const v1::DeleteSubscriptionRequest* request,
                                                  v1::DeleteSubscriptionResponse* response) {
  return runtime::Submit(context, commands_, *request, response);
}

Reactor* NotificationsService::GetAlert(Context* context, const v1::GetAlertRequest* request,
                                        v1::GetAlertResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    auto alert = Find(rows_, *request);
    if (!alert) return tl::make_unexpected(alert.error());
    *response->mutable_alert() = *alert;
    return true;
  });
}

Reactor* NotificationsService::ExplainAlert(Context* context,
                                            const v1::ExplainAlertRequest* request,
                                            v1::ExplainAlertResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    auto alert = Find(rows_, *request);
    if (!alert) return tl::make_unexpected(alert.error());
    auto causes = Explain(log_, *alert);
    if (!causes) return tl::make_unexpected(causes.error());
    *response->mutable_alert() = *alert;
    for (v1::Cause& cause : *causes) *response->add_causes() = std::move(cause);
    return true;
  });
}

Reactor* NotificationsService::ListAlerts(Context* context, const v1::ListAlertsRequest* request,
                                          v1::ListAlertsResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    const auto wanted = [&](const v1::Alert& alert) {
      const bool kind = request->trigger() == common::v1::TRIGGER_UNSPECIFIED ||
                        alert.condition().trigger() == request->trigger();
      return kind && (!request->unresolved_only() || alert.state() != v1::ALERT_STATE_RESOLVED);
    };
    auto page =
        runtime::PageOf(rows_, kAlerts, runtime::PrefixOf(request->district(), request->school()),
                        *request, wanted);
    if (!page) return tl::make_unexpected(page.error());
    for (auto& [key, alert] : page->rows) *response->add_alerts() = std::move(alert);
    response->set_next_page_token(page->next);
    return true;
  });
}

Reactor* NotificationsService::ListSilences(Context* context,
                                            const v1::ListSilencesRequest* request,
                                            v1::ListSilencesResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    auto page =
        runtime::PageOf(rows_, kOwnSilences, runtime::PrefixOf(request->district()), *request);
    if (!page) return tl::make_unexpected(page.error());
    for (auto& [key, silence] : page->rows) *response->add_silences() = std::move(silence);
    response->set_next_page_token(page->next);
    return true;
  });
}

Reactor* NotificationsService::ListSubscriptions(Context* context,
                                                 const v1::ListSubscriptionsRequest* request,
                                                 v1::ListSubscriptionsResponse* response) {
  return runtime::Answer(context, [&]() -> Result<bool> {
    auto page =
        runtime::PageOf(rows_, kOwnSubscriptions, runtime::PrefixOf(request->district()), *request);
    if (!page) return tl::make_unexpected(page.error());
    for (auto& [key, row] : page->rows) *response->add_subscriptions() = std::move(row);
    response->set_next_page_token(page->next);
    return true;
  });
}

grpc::ServerWriteReactor<v1::WatchAlertsResponse>* NotificationsService::WatchAlerts(
    Context* context, const v1::WatchAlertsRequest* request) {
  if (!core::IsId(request->district())) {
    return new runtime::RefusedStream<v1::WatchAlertsResponse>(
        runtime::ToStatus(IdInvalid("district")));
  }
  return streams_.Open<v1::WatchAlertsResponse>(
      context,
      {{"notifications"},
       request->district(),
       request->school(),
       request->after(),
       request->only_new()},
      [](const runtime::ReadEvent& event, v1::WatchAlertsResponse* response) {
        return Translate(event, *response);
      });
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* NotificationsService::WatchEvents(
    Context* context, const v1::WatchEventsRequest* request) {
  using Refused = runtime::RefusedStream<v1::WatchEventsResponse>;
  if (!core::IsId(request->district())) {
    return new Refused(runtime::ToStatus(IdInvalid("district")));
  }
  auto district = rows_.Get(district::kDistricts, request->district(), request->district());
  if (!district) return new Refused(runtime::ToStatus(district.error()));
  if (!*district) return new Refused(runtime::ToStatus(DistrictUnknown(request->district())));
  const int64_t smallest = (*district)->policy().smallest_cell();
  return streams_.Open<v1::WatchEventsResponse>(
      context,
      {{"plans", "evidence", "cycles", "notifications"},
       request->district(),
       request->school(),
       request->after(),
       request->only_new()},
      [smallest](const runtime::ReadEvent& event, v1::WatchEventsResponse* response) {
        return Translate(event, smallest, *response);
      });
}

}  // namespace throughline::notifications
