#include "notifications/assembly.h"

#include "notifications/domain/notifications_decider.h"
#include "notifications/notifications_service.h"
#include "runtime/host/hosted_service.h"

namespace throughline::notifications {

namespace {

// The streams are made before the calls that open them.
struct Streams {
  explicit Streams(const runtime::Foundation& on) : streams(on.log, on.sizes.partitions) {}
  runtime::EventStreams streams;
};

class HostedNotifications
    : private Streams,
      public runtime::HostedService<NotificationsDecider, NotificationsService> {
 public:
  explicit HostedNotifications(const runtime::Foundation& on)
      : Streams(on), HostedService(on, on.log, streams) {}
  void EndStreams() override { streams.Close(); }
};

}  // namespace

core::Result<std::unique_ptr<runtime::Hosted>> Assemble(const runtime::Foundation& on) {
  return std::make_unique<HostedNotifications>(on);
}

}  // namespace throughline::notifications
