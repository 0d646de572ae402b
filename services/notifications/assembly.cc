#include "notifications/assembly.h"

#include <optional>

#include "notifications/delivery/delivery_worker.h"
#include "notifications/domain/notifications_decider.h"
#include "notifications/notifications_service.h"
#include "platform/host/hosted_service.h"

namespace throughline::notifications {

namespace {

// The streams are made before the calls that open them.
struct Streams {
  explicit Streams(const platform::ServiceContext& on) : streams(on.log, on.sizes.partitions) {}
  platform::EventStreams streams;
};

class HostedNotifications
    : private Streams,
      public platform::HostedService<NotificationsDecider, NotificationsService> {
 public:
  HostedNotifications(const platform::ServiceContext& on, const DeliverySetup& setup)
      : Streams(on), HostedService(on, on.log, streams, setup) {
    if (setup.carries) delivery_worker_.emplace(service(), on.log, on.clock, setup);
  }
  void EndStreams() override {
    streams.Close();
    if (delivery_worker_) delivery_worker_->Stop();
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
