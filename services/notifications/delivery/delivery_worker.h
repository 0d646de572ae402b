// Carries deliveries: for the partitions that this process runs it looks up what is due, sends it,
// and tells the service how that ended. What is due stands in the service's rows until it has been
// recorded, so that nothing is forgotten by a restart; what was sent and not recorded is sent
// again, under the same id.
//
// It looks when events were recorded, when an attempt has ended, and now and then. At most so many
// attempts are under way at once, and at most a few to one endpoint, so that a slow receiver holds
// up no other. One thread of its own; thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "notifications/delivery/delivery_setup.h"
#include "notifications/delivery/delivery_telemetry.h"
#include "runtime/clock.h"
#include "runtime/service.h"
#include "throughline/notifications/v1/delivery.pb.h"
#include "throughline/notifications/v1/subscription.pb.h"

namespace throughline::notifications {

class DeliveryWorker {
 public:
  // The parts must outlive this; it does nothing while the service runs no partition.
  DeliveryWorker(runtime::Service& service, runtime::Log& log, const runtime::Clock& clock,
                 const DeliverySetup& setup, DeliveryTelemetry& telemetry);
  ~DeliveryWorker();

  // Begins nothing more, and leaves what is under way as it is; before the service stops.
  void Stop();

 private:
  // An attempt that is under way, or was made and is not recorded yet; by `district/delivery`.
  struct Attempt {
    int32_t partition = 0;
    std::string endpoint;
    v1::RecordAttempt ended;
    DeliveryTelemetry::Attempt observed;
  };
  // What other threads leave for the worker's own; it outlives the worker while they need it.
  struct Post;

  void Run();
  void GoRound();
  // False: the worker stops.
  bool Wait();
  void TakeWhatEnded();
  void LookAt(int32_t partition);
  bool HasRoom(const std::string& endpoint) const;
  void Begin(int32_t partition, const v1::Delivery& delivery, const v1::Subscription* subscription,
             const std::string& endpoint);
  void Carry(int32_t partition, const v1::Delivery& delivery, const v1::Subscription* subscription,
             const std::string& endpoint);
  void Send(const std::string& key, const v1::Delivery& delivery,
            const v1::Subscription& subscription, const Attempt& attempt);
  void Record(const std::string& key);
  void RecordOrLater(const std::string& key);
  void Forget(const std::string& key);

  runtime::Service& service_;
  runtime::Log& log_;
  const runtime::Clock& clock_;
  const runtime::Rows rows_;
  const DeliverySetup setup_;
  DeliveryTelemetry& telemetry_;
  const std::shared_ptr<Post> post_;
  std::unique_ptr<platform::Transfers> transfers_;
  const platform::HttpClient webhooks_;
  const platform::MailClient mails_;
  int listener_ = -1;
  // Of the worker's own thread.
  std::chrono::steady_clock::time_point looked_, reported_;
  std::map<std::string, Attempt> attempts_;
  std::map<std::string, size_t> by_endpoint_;
  std::set<int32_t> waiting_;         // partitions to be looked at
  std::set<std::string> unreported_;  // attempts to be recorded again
  std::thread thread_;
};

}  // namespace throughline::notifications
