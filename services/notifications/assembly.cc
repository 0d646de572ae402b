#include "notifications/assembly.h"

#include <optional>

#include "notifications/delivery/delivery_worker.h"
#include "notifications/domain/notifications_decider.h"
#include "notifications/notifications_service.h"
#include "platform/host/hosted_service.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

namespace {

// The streams are made before the calls that open them.
struct Streams {
  explicit Streams(const platform::ServiceContext& on)
      : streams(on.log, on.sizes.partitions, {.clock = &on.clock}),
        telemetry(on.sizes.tracing.tracer) {}
  platform::EventStreams streams;
  DeliveryTelemetry telemetry;
};

// Decisions that raise alerts are always exported, and deliveries go on in their traces.
platform::ServiceContext Traced(const platform::ServiceContext& on, DeliveryTelemetry& telemetry) {
  runtime::ServiceOptions sizes = on.sizes;
  if (sizes.tracing.tracer != nullptr) {
    sizes.tracing.is_notable = [](const std::string& type) {
      return type == v1::AlertRaised::descriptor()->full_name();
    };
    sizes.tracing.traced = [&telemetry](const runtime::v1::Packed& event) {
      telemetry.Follow(event);
    };
  }
  return {on.log, on.store, on.clock, on.access, sizes, on.audit};
}

class HostedNotifications
    : private Streams,
      public platform::HostedService<NotificationsDecider, NotificationsService> {
 public:
  HostedNotifications(const platform::ServiceContext& on, const DeliverySetup& setup)
      : Streams(on), HostedService(Traced(on, telemetry), on.log, streams, setup) {
    if (setup.carries) {
      delivery_worker_.emplace(service(), on.log, on.clock, setup, telemetry);
    }
  }
  void EndStreams() override {
    streams.Close();
    if (delivery_worker_) delivery_worker_->Stop();
  }
  void AppendReadings(std::vector<platform::Reading>& readings) override {
    using platform::MetricNamed;
    const auto add = [&](const platform::Metric* metric, auto value) {
      readings.push_back({metric, {}, static_cast<double>(value)});
    };
    add(MetricNamed("throughline_streams_open"), streams.open());
    add(MetricNamed("throughline_stream_messages_total"), streams.written());
    add(MetricNamed("throughline_streams_ended_slow_total"), streams.too_slow());
    for (auto& [origin, histogram] : streams.received_to_written().Read()) {
      readings.push_back({MetricNamed("throughline_received_to_streamed_seconds"),
                          {origin},
                          0,
                          std::move(histogram)});
    }
    telemetry.AppendTo(readings);
  }

 private:
  std::optional<DeliveryWorker> delivery_worker_;
};

}  // namespace

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const DeliverySetup& setup) {
  return std::make_unique<HostedNotifications>(on, setup);
}

}  // namespace throughline::notifications
