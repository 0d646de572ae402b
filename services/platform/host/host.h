// Some services in one process: on a journal, behind one gRPC server, until they are stopped.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "platform/access/access.h"
#include "platform/grpc/server.h"
#include "platform/metrics/metric.h"
#include "runtime/clock.h"
#include "runtime/journal.h"
#include "runtime/service.h"
#include "runtime/tracer.h"

namespace throughline::platform {

// What a service is built on; it outlives the service.
struct ServiceContext {
  runtime::Log& log;
  runtime::Store& store;
  const runtime::Clock& clock;
  const Access& access;
  runtime::ServiceOptions sizes;
  Audit& audit = NoAudit();
};

// A service as it is hosted: what runs its rules, and what answers calls.
class Hosted {
 public:
  virtual ~Hosted() = default;
  virtual runtime::Service& service() = 0;
  virtual std::vector<grpc::Service*> calls() = 0;
  // Ends open streams, before the server stops.
  virtual void EndStreams() {}
  // What it says of itself besides what every service does, for metrics; from any thread.
  virtual void AppendReadings(std::vector<Reading>& readings) {}
};
using Assemble = std::function<core::Result<std::unique_ptr<Hosted>>(const ServiceContext&)>;

struct HostOptions {
  std::string listen = {};  // host:port; empty: this process only
  runtime::ServiceOptions sizes = {};
  ServerCredentials credentials = {};
  GrpcOptions grpc = {};
  // Who may call; null: everybody.
  std::unique_ptr<Access> access = nullptr;
  // Null: nothing is on record.
  OpenAudit audit = nullptr;
  // Time; it must outlive the host. Null: the machine's clock, as far as it is plausible.
  const runtime::Clock* clock = nullptr;
  // The machine's clock is right, however long after the log's last event.
  bool accept_clock = false;
  // How long after that it may start without a word; see clock_guard.h.
  int longest_downtime_days = 14;
  // The opener only reads, so that doubts about the clock do not matter.
  bool only_reads = false;
  // Set: time is this one and moves only when a caller moves it. For an open host
  // only: SIMULATED_CLOCK_REFUSED otherwise.
  std::shared_ptr<runtime::ManualClock> simulated_clock = nullptr;
  // Where spans go, and what the journal is called in them; it outlives the host. Null: nowhere.
  runtime::Tracer* tracer = nullptr;
  std::string journal_name = "throughline";
};

// Thread-safe.
class Host {
 public:
  // Takes over this process's share of the partitions and serves. The error is a sentence for
  // people.
  static core::Result<std::unique_ptr<Host>> Start(std::unique_ptr<runtime::Journal> journal,
                                                   const std::vector<Assemble>& services,
                                                   HostOptions options);
  // Stops in less than five seconds, whatever hangs: no new calls, batches in hand finished,
  // partitions released.
  ~Host();

  std::shared_ptr<grpc::Channel> Channel();
  int port() const;
  const Access& access() const;
  Audit& audit();
  runtime::Log& log();
  const std::vector<runtime::Service*>& services() const;
  // Why something does not run, a sentence each; empty when all is well.
  std::vector<std::string> HealthIssues() const;
  // Why the machine's clock is not believed; empty when it is, or is not asked.
  std::string ClockIssue() const;
  bool JournalHasIssues() const;
  // Why no calls should be sent here, and why the process should be started anew: a sentence each;
  // empty when all is well. See readiness.h and health_watch.h.
  std::vector<std::string> ReadinessIssues();
  std::vector<std::string> LivenessIssues() const;
  // No calls should be sent here any more; those that come all the same are answered.
  void Drain();
  // Null: nothing is traced.
  runtime::Tracer* tracer() const;
  // For metrics, but for those of every service.
  std::vector<Reading> Readings() const;

  // Waits until every service has done all that there is to do now; false when that takes longer.
  bool WaitUntilIdle(std::chrono::milliseconds patience = std::chrono::hours(24 * 365));
  // When time alone will give a service something to do; exact after WaitUntilIdle.
  std::optional<core::Instant> NextDue() const;
  void ClockMoved();

 private:
  struct Parts;
  explicit Host(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::platform
