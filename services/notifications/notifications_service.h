// The notifications service's gRPC face: parse, ask or submit, map; and the streams. Thread-safe.
#pragma once

#include "notifications/delivery/delivery_setup.h"
#include "platform/grpc/call_guard.h"
#include "platform/grpc/submits.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/notifications/v1/notifications_service.grpc.pb.h"

namespace throughline::notifications {

// The streams' methods are raw: what is serialized once is written to many.
using NotificationsCalls = v1::NotificationsService::WithRawCallbackMethod_WatchAlerts<
    v1::NotificationsService::WithRawCallbackMethod_WatchEvents<
        v1::NotificationsService::CallbackService>>;

class NotificationsService final : public NotificationsCalls {
 public:
  // All but `rows` and `setup` must outlive this. `log` is where explanations are read from.
  NotificationsService(runtime::Commands& commands, runtime::Rows rows, runtime::Log& log,
                       platform::EventStreams& streams, DeliverySetup setup,
                       const platform::Access& access)
      : guard_(access, v1::NotificationsService::service_full_name()),
        commands_(commands),
        rows_(std::move(rows)),
        log_(log),
        streams_(streams),
        setup_(std::move(setup)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  THROUGHLINE_SUBMITS(AcknowledgeAlert)
  THROUGHLINE_SUBMITS(SnoozeAlert)
  THROUGHLINE_SUBMITS(CreateSilence)
  THROUGHLINE_SUBMITS(EndSilence)
  THROUGHLINE_SUBMITS(DeleteSubscription)
  THROUGHLINE_SUBMITS(SendTestDelivery)
  THROUGHLINE_SUBMITS(RedeliverDeadLetter)

  Reactor* UpsertSubscription(Context* context, const v1::UpsertSubscriptionRequest* request,
                              v1::UpsertSubscriptionResponse* response) override;
  Reactor* GetAlert(Context* context, const v1::GetAlertRequest* request,
                    v1::GetAlertResponse* response) override;
  Reactor* ListAlerts(Context* context, const v1::ListAlertsRequest* request,
                      v1::ListAlertsResponse* response) override;
  Reactor* ExplainAlert(Context* context, const v1::ExplainAlertRequest* request,
                        v1::ExplainAlertResponse* response) override;
  Reactor* ListSilences(Context* context, const v1::ListSilencesRequest* request,
                        v1::ListSilencesResponse* response) override;
  Reactor* ListSubscriptions(Context* context, const v1::ListSubscriptionsRequest* request,
                             v1::ListSubscriptionsResponse* response) override;
  Reactor* RotateWebhookSecret(Context* context, const v1::RotateWebhookSecretRequest* request,
                               v1::RotateWebhookSecretResponse* response) override;
  Reactor* ListDeadLetters(Context* context, const v1::ListDeadLettersRequest* request,
                           v1::ListDeadLettersResponse* response) override;
  Reactor* Unsubscribe(Context* context, const v1::UnsubscribeRequest* request,
                       v1::UnsubscribeResponse* response) override;
  using Stream = grpc::ServerWriteReactor<grpc::ByteBuffer>;
  Stream* WatchAlerts(Context* context, const grpc::ByteBuffer* request) override;
  Stream* WatchEvents(Context* context, const grpc::ByteBuffer* request) override;
  Reactor* GetHistory(Context* context, const v1::GetHistoryRequest* request,
                      v1::GetHistoryResponse* response) override;

 private:
  platform::CallGuard guard_;
  runtime::Commands& commands_;
  runtime::Rows rows_;
  runtime::Log& log_;
  platform::EventStreams& streams_;
  const DeliverySetup setup_;
};

}  // namespace throughline::notifications
