#include "throughline/house.h"

#include <thread>

#include "cycles/cycles_service.h"
#include "cycles/domain/cycles_decider.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/evidence_service.h"
#include "notifications/domain/notifications_decider.h"
#include "notifications/notifications_service.h"
#include "plans/domain/plans_decider.h"
#include "plans/plans_service.h"
#include "runtime/access/access.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/grpc/event_stream.h"
#include "runtime/grpc/server.h"
#include "runtime/service.h"

namespace throughline {

namespace {

constexpr std::chrono::seconds kGrace(5);
constexpr int32_t kPartitions = 24;

}  // namespace

// Leaves first; what is declared later is destroyed earlier.
struct House::Parts {
  runtime::SystemClock system_clock;
  std::unique_ptr<runtime::Access> access = runtime::Access::Open();
  std::unique_ptr<runtime::SqliteJournal> journal;
  plans::PlansDecider plans_rules;
  evidence::EvidenceDecider evidence_rules;
  cycles::CyclesDecider cycles_rules;
  notifications::NotificationsDecider notifications_rules;
  std::unique_ptr<runtime::Service> plans, evidence, cycles, notifications;
  std::vector<runtime::Service*> services;
  runtime::SoleOwner owner{kPartitions};
  std::unique_ptr<runtime::EventStreams> streams;
  std::unique_ptr<plans::PlansService> plans_calls;
  std::unique_ptr<evidence::EvidenceService> evidence_calls;
  std::unique_ptr<cycles::CyclesService> cycles_calls;
  std::unique_ptr<notifications::NotificationsService> notifications_calls;
  std::unique_ptr<runtime::GrpcServer> server;
};

House::House(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

core::Result<std::unique_ptr<House>> House::Open(const HouseOptions& options) {
  auto journal = runtime::SqliteJournal::Open({options.data.string()});
  if (!journal) return core::Refuse(journal.error());
  auto pseudonyms = evidence::Pseudonyms::FromFile(options.data / "pseudonyms.key");
  if (!pseudonyms) return core::Refuse(pseudonyms.error());
  auto parts = std::make_unique<Parts>();
  parts->journal = std::move(*journal);
  runtime::Log& log = parts->journal->log();
  runtime::Store& store = parts->journal->store();
  const runtime::Clock& clock = options.clock == nullptr ? parts->system_clock : *options.clock;
  const runtime::ServiceOptions sizes{.partitions = kPartitions, .workers = 1};
  const auto make = [&](const decider::Decider& rules) {
    return std::make_unique<runtime::Service>(log, store, rules, clock, sizes);
  };
  parts->plans = make(parts->plans_rules);
  parts->evidence = make(parts->evidence_rules);
  parts->cycles = make(parts->cycles_rules);
  parts->notifications = make(parts->notifications_rules);
  parts->services = {parts->plans.get(), parts->evidence.get(), parts->cycles.get(),
                     parts->notifications.get()};
  parts->streams = std::make_unique<runtime::EventStreams>(log, sizes.partitions);
  parts->plans_calls =
      std::make_unique<plans::PlansService>(*parts->plans, parts->plans->rows(), *parts->access);
  parts->evidence_calls = std::make_unique<evidence::EvidenceService>(
      *parts->evidence, parts->evidence->rows(), *pseudonyms, *parts->access);
  parts->cycles_calls = std::make_unique<cycles::CyclesService>(
      *parts->cycles, parts->cycles->rows(), *parts->access);
  parts->notifications_calls = std::make_unique<notifications::NotificationsService>(
      *parts->notifications, parts->notifications->rows(), log, *parts->streams, *parts->access);
  for (runtime::Service* service : parts->services) service->Start(parts->owner);
  auto server = runtime::GrpcServer::Start(
      options.listen, {parts->plans_calls.get(), parts->evidence_calls.get(),
                       parts->cycles_calls.get(), parts->notifications_calls.get()});
  if (!server) return core::Refuse(server.error());
  parts->server = std::move(*server);
  return std::unique_ptr<House>(new House(std::move(parts)));
}

House::~House() {
  parts_->streams->Close();
  parts_->server->Stop(kGrace);
  for (runtime::Service* service : parts_->services) service->Stop();
}

std::shared_ptr<grpc::Channel> House::Channel() { return parts_->server->InProcessChannel(); }

int House::port() const { return parts_->server->port(); }

runtime::Log& House::log() { return parts_->journal->log(); }

const std::vector<runtime::Service*>& House::services() const { return parts_->services; }

std::vector<std::string> House::Troubles() const {
  std::vector<std::string> all;
  for (const runtime::Service* service : parts_->services) {
    for (std::string& trouble : service->Troubles()) all.push_back(std::move(trouble));
  }
  return all;
}

bool House::WaitUntilIdle(std::chrono::milliseconds patience) {
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

std::optional<core::Instant> House::NextDue() const {
  std::optional<core::Instant> next;
  for (const runtime::Service* service : parts_->services) {
    auto due = service->NextDue();
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

void House::ClockMoved() {
  for (runtime::Service* service : parts_->services) service->Wake();
}

}  // namespace throughline
