#include "platform/host/host.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <thread>

#include "platform/host/call_telemetry.h"
#include "platform/host/errors.h"
#include "platform/host/health_watch.h"
#include "platform/host/readiness.h"
#include "platform/host/simulation_service.h"
#include "runtime/clock_guard.h"
#include "runtime/partition_tables.h"

namespace throughline::platform {

namespace {

// Calls under way may finish for so long; then their callers get an error that asks them to try
// again.
constexpr std::chrono::milliseconds kGrace(2000);
// And so much later whatever still waits for the journal is interrupted.
constexpr std::chrono::milliseconds kInterruptAfter(1000);

}  // namespace

// Leaves first; what is declared later is destroyed earlier.
struct Host::Parts {
  runtime::SystemClock system_clock;
  runtime::ClockGuard guarded_clock{system_clock};
  bool guards = false;  // whether the services go by it
  runtime::Tracer* tracer = nullptr;
  std::unique_ptr<CallTelemetry> calls;
  std::unique_ptr<Access> access;
  std::shared_ptr<runtime::ManualClock> simulated_clock;
  std::unique_ptr<runtime::Journal> journal;
  std::unique_ptr<NotedLog> noted_log;  // with a simulated clock
  std::unique_ptr<Audit> audit;         // null: nothing is on record
  std::vector<std::unique_ptr<runtime::Ownership>> shares;
  std::vector<std::unique_ptr<Hosted>> hosted;
  std::vector<runtime::Service*> services;
  std::unique_ptr<SimulationService> simulation;
  std::unique_ptr<GrpcServer> server;
  Readiness readiness{[this] { return Unsettled(); }};
  std::unique_ptr<HealthWatch> health;

  // Why calls are better answered elsewhere.
  std::vector<std::string> Unsettled() const {
    std::vector<std::string> all;
    for (const runtime::Service* service : services) {
      if (!service->Settled()) {
        all.push_back(fmt::format(
            "{}: it is not known which partitions are this replica's; it is not in its group.",
            service->name()));
      } else if (const int32_t missing = service->NotTakenOver(); missing > 0) {
        all.push_back(fmt::format("{}: {} of its {} partitions are not taken over.",
                                  service->name(), missing, service->Owned()));
      }
    }
    return all;
  }

  // When anything was last recorded, as far as the store knows; nullopt: never.
  std::optional<core::Instant> LastEvent(int32_t partitions) const {
    std::optional<core::Instant> last;
    for (const runtime::Service* service : services) {
      for (int32_t p = 0; p < partitions; ++p) {
        auto row = journal->store().Load({std::string(service->name()), p},
                                         {{std::string(runtime::kTime.name), "last"}});
        runtime::v1::PartitionTime time;
        if (!row || !row->front() || !time.ParseFromString(*row->front())) continue;
        if (time.time_ms() == 0) continue;  // of a partition that never had an event
        last = std::max(last.value_or(core::Instant{}), core::FromMillis(time.time_ms()));
      }
    }
    return last;
  }
};

Host::Host(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

core::Result<std::unique_ptr<Host>> Host::Start(std::unique_ptr<runtime::Journal> journal,
                                                const std::vector<Assemble>& services,
                                                HostOptions options) {
  std::unique_ptr<Host> host(new Host(std::make_unique<Parts>()));
  Parts& parts = *host->parts_;
  parts.access = options.access ? std::move(options.access) : Access::Open();
  parts.tracer = options.tracer;
  parts.calls = std::make_unique<CallTelemetry>(options.tracer);
  parts.access->ObserveCalls(*parts.calls);
  options.sizes.tracing.tracer = options.tracer;
  options.sizes.tracing.system = options.journal_name;
  parts.simulated_clock = options.simulated_clock;
  if (parts.simulated_clock && !parts.access->open()) return core::Refuse(SimulatedClockRefused());
  parts.journal = std::move(journal);
  parts.guards = options.clock == nullptr && !parts.simulated_clock;
  const runtime::Clock* clock = options.clock == nullptr ? &parts.guarded_clock : options.clock;
  if (parts.simulated_clock) {
    clock = parts.simulated_clock.get();
    parts.noted_log = std::make_unique<NotedLog>(parts.journal->log());
  }
  runtime::Log& log = parts.noted_log ? *parts.noted_log : parts.journal->log();
  if (options.audit) {
    auto audit = options.audit(parts.journal->log(), *clock);
    if (!audit) return core::Refuse(audit.error());
    parts.audit = std::move(*audit);
    parts.access->RecordOn(*parts.audit);
  }
  std::vector<grpc::Service*> calls;
  for (const Assemble& assemble : services) {
    auto hosted = assemble(
        {log, parts.journal->store(), *clock, *parts.access, options.sizes, parts.access->audit()});
    if (!hosted) return core::Refuse(hosted.error());
    for (grpc::Service* one : (*hosted)->calls()) calls.push_back(one);
    runtime::Service& service = (*hosted)->service();
    auto share = parts.journal->Share(std::string(service.name()), options.sizes.partitions);
    if (!share) return core::Refuse(share.error());
    parts.shares.push_back(std::move(*share));
    parts.services.push_back(&service);
    parts.hosted.push_back(std::move(*hosted));
  }
  if (options.only_reads) parts.guarded_clock.SayNothing();
  if (parts.guards && !options.accept_clock) {
    if (auto last = parts.LastEvent(options.sizes.partitions))
      parts.guarded_clock.StartAfter(*last, options.longest_downtime_days);
  }
  if (parts.simulated_clock) {
    parts.simulation =
        std::make_unique<SimulationService>(*host, *parts.noted_log, *parts.simulated_clock);
    calls.push_back(parts.simulation.get());
  }
  auto server = GrpcServer::Start(options.listen, calls, options.credentials, options.grpc);
  if (!server) return core::Refuse(server.error());
  parts.server = std::move(*server);
  for (size_t i = 0; i < parts.services.size(); ++i) parts.services[i]->Start(*parts.shares[i]);
  parts.health = std::make_unique<HealthWatch>(*parts.server, parts.readiness);
  return host;
}

Host::~Host() {
  Drain();
  parts_->health.reset();
  for (auto& hosted : parts_->hosted) hosted->EndStreams();
  auto server = std::async(std::launch::async, [this] {
    if (parts_->server) parts_->server->Stop(kGrace);
  });
  server.wait_for(kGrace);
  auto services = std::async(std::launch::async, [this] {
    for (runtime::Service* service : parts_->services) service->Stop();
  });
  if (services.wait_for(kInterruptAfter) != std::future_status::ready) parts_->journal->Interrupt();
  services.wait();
  server.wait();
  // Last, so that all that was done is on record.
  parts_->server.reset();
  parts_->simulation.reset();
  auto audit = std::async(std::launch::async, [this] {
    parts_->hosted.clear();
    parts_->audit.reset();
  });
  if (audit.wait_for(kInterruptAfter) != std::future_status::ready) parts_->journal->Interrupt();
  audit.wait();
}

std::shared_ptr<grpc::Channel> Host::Channel() { return parts_->server->InProcessChannel(); }

int Host::port() const { return parts_->server->port(); }

const Access& Host::access() const { return *parts_->access; }

Audit& Host::audit() { return parts_->access->audit(); }

runtime::Log& Host::log() { return parts_->journal->log(); }

const std::vector<runtime::Service*>& Host::services() const { return parts_->services; }

std::vector<std::string> Host::HealthIssues() const {
  std::vector<std::string> all;
  for (const runtime::Service* service : parts_->services) {
    const int32_t stopped = service->FailingPartitions();
    if (stopped == 0) continue;
    all.push_back(fmt::format("{}: {} of its {} partitions do not run; the log says why.",
                              service->name(), stopped, service->partitions()));
  }
  for (std::string& issue : parts_->journal->HealthIssues()) all.push_back(std::move(issue));
  if (std::string issue = ClockIssue(); !issue.empty()) all.push_back(std::move(issue));
  return all;
}

std::vector<std::string> Host::ReadinessIssues() { return parts_->readiness.Look(); }

std::vector<std::string> Host::LivenessIssues() const { return parts_->health->LivenessIssues(); }

void Host::Drain() {
  parts_->readiness.Drain();
  if (parts_->health) parts_->health->Look();
}

std::string Host::ClockIssue() const { return parts_->guards ? parts_->guarded_clock.Issue() : ""; }

bool Host::JournalHasIssues() const { return !parts_->journal->HealthIssues().empty(); }

runtime::Tracer* Host::tracer() const { return parts_->tracer; }

std::vector<Reading> Host::Readings() const {
  std::vector<Reading> readings = {
      {MetricNamed("throughline_clock_doubtful"), {}, ClockIssue().empty() ? 0.0 : 1.0},
      {MetricNamed("throughline_journal_failing"), {}, JournalHasIssues() ? 1.0 : 0.0}};
  parts_->calls->AppendTo(readings);
  for (const auto& hosted : parts_->hosted) hosted->AppendReadings(readings);
  return readings;
}

bool Host::WaitUntilIdle(std::chrono::milliseconds patience) {
  const auto start = std::chrono::steady_clock::now();
  // A service that is idle may be given something by another that is not: all of them must be,
  // twice in a row, with nothing appended in between.
  auto ends = [&] {
    int64_t inputs = 0;
    for (const runtime::Service* service : parts_->services) {
      inputs += service->counters().inputs.load() + service->counters().events.load();
    }
    return inputs;
  };
  while (true) {
    const int64_t before = ends();
    const auto idle = [](const runtime::Service* service) { return service->Idle(); };
    const bool all = std::all_of(parts_->services.begin(), parts_->services.end(), idle) &&
                     std::all_of(parts_->services.begin(), parts_->services.end(), idle);
    if (all && ends() == before) return true;
    if (std::chrono::steady_clock::now() - start > patience) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

std::optional<core::Instant> Host::NextDue() const {
  std::optional<core::Instant> next;
  for (const runtime::Service* service : parts_->services) {
    auto due = service->NextDue();
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

void Host::ClockMoved() {
  for (runtime::Service* service : parts_->services) service->Wake();
}

}  // namespace throughline::platform
