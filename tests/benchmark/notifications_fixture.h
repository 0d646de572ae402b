// A notifications service that alerts are told to directly, on a log in memory: what is measured is
// the way from there to its readers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "notifications/notification_script.h"
#include "notifications/notifications_service.h"
#include "platform/access/access.h"
#include "platform/grpc/server.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::bench {

inline constexpr int32_t kPartitions = 24;

// Messages that all readers together took.
class Taken {
 public:
  void Add(int64_t messages = 1);
  // From now on, this many.
  void Want(int64_t more);
  // Until they are there; throws when they do not come in a minute.
  void Wait();

 private:
  std::atomic<int64_t> count_{0}, wanted_{0};
  std::mutex mutex_;
  std::condition_variable reached_;
};

class NoCommands : public runtime::Commands {
 public:
  void Submit(const google::protobuf::Message&, const runtime::RequestKey&,
              runtime::AnswerCallback done) override {
    done(std::string());
  }
};

// On a free port. Throws when it cannot.
std::unique_ptr<platform::GrpcServer> Serve(grpc::Service& service);

class NotificationsFixture {
 public:
  // The district is there.
  NotificationsFixture();
  int port() const { return server_->port(); }
  const platform::Access& access() const { return *access_; }
  // Events of district `d`, of about 200 bytes each.
  void Notify(int events) { script_.Notify("school", events, std::string(200, '0')); }
  // Ends the streams; before the readers go.
  void Close() { streams_.Close(); }

 private:
  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  notifications::NotificationScript script_{log_, kPartitions};
  NoCommands commands_;
  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  platform::EventStreams streams_{log_, kPartitions, {.stalled_after = std::chrono::hours(1)}};
  notifications::NotificationsService calls_{commands_,
                                             runtime::Rows(store_, "notifications", kPartitions),
                                             log_,
                                             streams_,
                                             notifications::DeliverySetup(),
                                             *access_};
  std::unique_ptr<platform::GrpcServer> server_ = Serve(calls_);
};

}  // namespace throughline::bench
