// The public API: HTTPS in, gRPC inside. It finds out who calls, bounds what comes, translates it
// and answers; every rule is a service's. Holds no state but open connections: any number of
// gateways may stand beside each other. Thread-safe.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "gateway/admission_options.h"
#include "gateway/edfi/kafka_options.h"
#include "gateway/oauth/token_routes.h"
#include "gateway/sign_in/sign_in.h"
#include "gateway/sources/declared_sources.h"
#include "platform/access/access.h"
#include "platform/http/server.h"
#include "platform/metrics/metrics_endpoint.h"
#include "runtime/tracer.h"

namespace throughline::gateway {

struct GatewayOptions {
  platform::http::ServerOptions http;  // its pace of bodies is that of `admission`
  AdmissionOptions admission = {};
  // Gives tokens to registered clients; null: it gives none. It outlives the gateway, as does the
  // clock.
  const oauth::TokenIssuer* issuer = nullptr;
  const runtime::Clock* clock = nullptr;  // with an issuer
  // Lets people sign in with a browser; null: nobody does. It outlives the gateway.
  sign_in::SignIn* sign_in = nullptr;
  // Why the services behind it are not healthy, a sentence each; called for each health check, on a
  // thread of the server's: it must return at once. Null: nobody knows here.
  std::function<std::vector<std::string>()> health_issues = nullptr;
  // What the districts have declared of the systems that push to them.
  DeclaredSources sources = {};
  // The topic of an Ed-Fi instance whose documents come in by Kafka.
  std::optional<edfi::KafkaIntake> documents = std::nullopt;
  // Where spans go; it outlives the gateway. Null: nowhere.
  runtime::Tracer* tracer = nullptr;
};

// The ways to the services, by name: plans, evidence, cycles, notifications.
using Channels = std::map<std::string, std::shared_ptr<grpc::Channel>, std::less<>>;

class Gateway {
 public:
  // `access` must outlive it, and be that of the services. The errors of platform::http::Server and
  // of edfi::KafkaDocuments.
  static core::Result<std::unique_ptr<Gateway>> Start(const GatewayOptions& options,
                                                      const platform::Access& access,
                                                      const Channels& channels);
  // Takes nothing new, and ends in less than three seconds, whatever hangs.
  ~Gateway();

  int port() const;
  // What it serves: methods and patterns of paths.
  std::vector<std::pair<std::string, std::string>> routes() const;
  // Why the process should be started anew, a sentence each; empty when it makes progress.
  std::vector<std::string> LivenessIssues() const;
  // What it did, for Prometheus.
  std::vector<platform::Reading> Readings() const;

 private:
  struct Parts;
  explicit Gateway(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::gateway
