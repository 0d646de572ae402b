// The services on the simulated journal, behind a guard that wants credentials, or none when
// they are open; the issuer of these, and a clock to set. One channel in this process, and an
// address for others if one is given.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "platform/access/access.h"
#include "platform/access/test_tokens.h"
#include "platform/grpc/server.h"
#include "platform/host/call_telemetry.h"
#include "remembered_audit.h"
#include "runtime/clock.h"
#include "runtime/remembered_spans.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline {

constexpr auto kOk = grpc::StatusCode::OK;
constexpr auto kNotFound = grpc::StatusCode::NOT_FOUND;

class GuardedServices {
 public:
  enum class Asks { kForCredentials, kNobody };

  explicit GuardedServices(const std::string& address = "",
                           const platform::ServerCredentials& credentials = {},
                           Asks asks = Asks::kForCredentials,
                           const platform::GrpcOptions& options = {});
  ~GuardedServices();

  std::string Token(const std::string& role, const std::string& district,
                    const std::string& school = "", const std::string& team = "") const;
  // The same with more claims, or others.
  std::string TokenWith(const std::string& role, const std::string& district,
                        const nlohmann::json& claims) const;
  int port() const { return server_->port(); }
  runtime::ManualClock& clock() { return clock_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  runtime::Log& log() { return log_; }
  RememberedAudit& audit() { return audit_; }
  std::vector<runtime::Span> spans() const { return tracer_.spans(); }
  const platform::Access& access() const { return *access_; }

  struct Answer {
    grpc::Status status;
    std::string response;  // the last one
  };
  // Calls any method with one request, whatever kind it is, and reads it to its end.
  grpc::Status Call(const std::string& path, const std::string& token, const std::string& request) {
    return Begin(path, token, request)().status;
  }
  // Begins such a call; what is returned waits for its end, once.
  std::function<Answer()> Begin(const std::string& path, const std::string& token,
                                const std::string& request);

 private:
  // In a file of its own: it takes long to compile, since every method of every service is in it.
  struct Services;

  const std::string jwks_;
  platform::TestIssuer issuer_;
  runtime::ManualClock clock_{*core::ParseInstant("2026-09-01T12:00:00Z")};
  runtime::SimulatedLog log_;
  RememberedAudit audit_;
  runtime::RememberedSpans tracer_;  // every call and all that it sets off is sampled
  platform::CallTelemetry calls_{&tracer_};
  std::unique_ptr<platform::Access> access_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<platform::GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace throughline
