// The way to the services for a command: into an embedded host of its own (--data), or to running
// services
// (--connect).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "importing/services.h"
#include "throughline/audit/v1/audit_service.grpc.pb.h"
#include "throughline/cycles/v1/cycles_service.grpc.pb.h"
#include "throughline/cycles/v1/offers_service.grpc.pb.h"
#include "throughline/cycles/v1/practices_service.grpc.pb.h"
#include "throughline/cycles/v1/questions_service.grpc.pb.h"
#include "throughline/cycles/v1/visits_service.grpc.pb.h"
#include "throughline/cycles/v1/waves_service.grpc.pb.h"
#include "throughline/embedded_host.h"
#include "throughline/evidence/v1/evidence_service.grpc.pb.h"
#include "throughline/notifications/v1/notifications_service.grpc.pb.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"
#include "throughline/plans/v1/rubrics_service.grpc.pb.h"
#include "throughline/plans/v1/surveys_service.grpc.pb.h"

namespace throughline {

struct ConnectionOptions {
  std::string data = "";  // a directory; empty: `connect` is given
  // host:port; or of services apart: plans=host:port,evidence=…,cycles=…,notifications=…
  std::string connect = "";
  bool must_exist = false;  // a journal in the directory; otherwise it is made
  bool only_reads = false;
  bool accept_clock = false;  // with `data`: however long after the last event
  // With `connect`; all may be empty. PEM files for TLS, and a file with a bearer token.
  std::string tls_ca = "";
  std::string tls_cert = "";
  std::string tls_key = "";
  std::string token_file = "";
};

class Connection {
 public:
  // NOT_CONNECTED when running services do not answer within a few seconds; the errors of
  // platform::OpenChannel when a file cannot be used. An embedded host of its own is settled first,
  // so that what is read from it is what follows from all that is in it.
  static core::Result<Connection> Open(const ConnectionOptions& options);
  // Stubs on a channel of an embedded host, which must outlive this.
  explicit Connection(const std::shared_ptr<grpc::Channel>& channel);

  // With an embedded host of its own: waits until the services have drawn their conclusions from
  // all that they were told, for a minute at most. Running services do that by themselves.
  void Settle();
  // With an embedded host of its own, the districts that are in it. Running services list them to
  // nobody: then there is nothing here.
  core::Result<std::set<std::string>> KnownDistricts() const;
  // What an import calls, as long as this lives.
  importing::Services ForImport() const { return {*plans, *evidence}; }
  // One for each process that is connected to.
  const std::vector<std::shared_ptr<grpc::Channel>>& channels() const { return channels_; }

  std::unique_ptr<audit::v1::AuditService::Stub> audit;  // where the vault is
  std::unique_ptr<plans::v1::PlansService::Stub> plans;
  std::unique_ptr<plans::v1::RubricsService::Stub> rubrics;
  std::unique_ptr<plans::v1::SurveysService::Stub> surveys;
  std::unique_ptr<evidence::v1::EvidenceService::Stub> evidence;
  std::unique_ptr<cycles::v1::CyclesService::Stub> cycles;
  std::unique_ptr<cycles::v1::VisitsService::Stub> visits;        // where the cycles are
  std::unique_ptr<cycles::v1::PracticesService::Stub> practices;  // where the cycles are
  std::unique_ptr<cycles::v1::OffersService::Stub> offers;        // where the cycles are
  std::unique_ptr<cycles::v1::WavesService::Stub> waves;          // where the cycles are
  std::unique_ptr<cycles::v1::QuestionsService::Stub> questions;  // where the cycles are
  std::unique_ptr<notifications::v1::NotificationsService::Stub> notifications;

 private:
  using Channels = std::map<std::string, std::shared_ptr<grpc::Channel>>;  // by service
  explicit Connection(const Channels& channels);
  static core::Result<Connection> OpenRemote(const ConnectionOptions& options);

  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::unique_ptr<platform::Host> host_;  // null with --connect
};

// How a command calls a method.
using platform::Call;
using platform::CallPages;

}  // namespace throughline
