#include "gateway/gateway_program.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>

#include "gateway/sign_in/errors.h"
#include "gateway/sources/source_options.h"
#include "gateway/upstreams.h"
#include "platform/grpc/channel.h"
#include "platform/grpc/event_stream.h"
#include "platform/host/core_dumps.h"
#include "platform/host/log_level.h"
#include "platform/host/logs.h"
#include "platform/host/readiness.h"
#include "platform/host/service_program.h"
#include "platform/host/started.h"
#include "platform/host/stop_signal.h"
#include "platform/host/version.h"

namespace throughline::gateway {

namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
const std::vector<std::string> kServices = {"plans", "evidence", "cycles", "notifications"};

int Fail(const core::Error& error) {
  std::cerr << error.message << " (" << error.reason << ")" << std::endl;
  return kFailed;
}

}  // namespace

GatewayProgram::GatewayProgram()
    : command_("The public API: HTTP in, gRPC inside.", "throughline-gateway") {
  serving_.http = "127.0.0.1:7480";
  platform::AddHttp(command_, serving_);
  platform::AddAccessOptions(command_, serving_);
  oauth::AddIssuingOptions(command_, issuing_);
  sign_in::AddSignInOptions(command_, sign_in_);
  AddSourcesOption(command_, sources_);
  edfi::AddKafkaOptions(command_, documents_);
  platform::AddMetrics(command_, serving_);
  platform::AddTraces(command_, serving_);
  AddAdmissionOptions(command_, admission_);
  AddTrailOptions(command_, serving_);
  CLI::Option_group& group = *command_.add_option_group("The services");
  group
      .add_option("--connect", connect_,
                  "host:port, or of services apart: plans=host:port,evidence=…,cycles=…,"
                  "notifications=…")
      ->required()
      ->type_name("ADDRESSES");
  group
      .add_option("--services-ca", services_ca_,
                  "Authority of the services' certificates, PEM; without it there is no TLS")
      ->type_name("FILE");
  group.add_option("--client-cert", client_cert_, "Certificate to show to the services, PEM")
      ->type_name("FILE");
  group.add_option("--client-key", client_key_, "Its key, PEM")->type_name("FILE");
  platform::AddLogs(command_, serving_);
  command_.set_version_flag("--version", platform::VersionOf("throughline-gateway"));
  command_.footer(
      "Every option can be given as a variable, too: --services-ca as THROUGHLINE_SERVICES_CA.\n"
      "Flags come before variables, and variables before the --config file.");
}

int GatewayProgram::Run(int argc, char** argv) {
  platform::ForbidCoreDumps();
  words_.assign(argv + 1, argv + argc);
  try {
    auto words = platform::Completed(command_, words_);
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    command_.parse(words);
  } catch (const CLI::Error& error) {
    return command_.exit(error) == 0 ? 0 : kWrongUsage;
  }
  platform::SetUpLogs({.json = serving_.log_json, .level = serving_.log_level.c_str()});
  return Serve();
}

core::Result<Channels> GatewayProgram::OpenChannels() const {
  auto addresses = platform::AddressesOf(connect_, kServices);
  if (!addresses) return core::Refuse(addresses.error());
  grpc::ChannelArguments arguments;
  // Services that are started again are found again in a second, not in gRPC's two minutes.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, platform::kLongestMetadata);
  Channels channels;
  for (const auto& [service, address] : *addresses) {
    auto channel = platform::OpenChannel({.address = address,
                                          .authority_file = services_ca_,
                                          .certificate_file = client_cert_,
                                          .key_file = client_key_},
                                         arguments);
    if (!channel) return core::Refuse(channel.error());
    channels[service] = std::move(*channel);
  }
  return channels;
}

core::Result<std::unique_ptr<sign_in::SignIn>> GatewayProgram::OpenSignIn(
    const oauth::TokenIssuer* issuer, KafkaTrail* trail, const runtime::Clock& clock) const {
  if (!sign_in_.on()) return nullptr;
  if (trail == nullptr) return core::Refuse(sign_in::SignInNeedsTrail());
  const sign_in::Served served{.public_url = admission_.public_url,
                               .tls = !serving_.tls_cert.empty(),
                               .jwt_issuers = serving_.jwt_issuer,
                               .jwt_audience = serving_.jwt_audience};
  return sign_in::SignIn::Open(sign_in_, served, *issuer, trail->log(), clock);
}

core::Result<std::unique_ptr<platform::MetricsEndpoint>> GatewayProgram::OpenMetrics(
    const Gateway& gateway, platform::Readiness& readiness, const platform::Traces* traces) const {
  if (serving_.metrics.empty()) return nullptr;
  const auto readings = [&gateway, traces] {
    auto all = gateway.Readings();
    if (traces != nullptr) traces->AppendTo(all);
    return all;
  };
  auto metrics =
      platform::MetricsEndpoint::Start(serving_.metrics, {}, readings,
                                       {.liveness = [&gateway] { return gateway.LivenessIssues(); },
                                        .readiness = [&readiness] { return readiness.Look(); }});
  if (!metrics) return core::Refuse(metrics.error());
  spdlog::info("metrics at {}/metrics", platform::AddressOf(serving_.metrics, (*metrics)->port()));
  return metrics;
}

int GatewayProgram::Serve() {
  platform::StopSignal stop(platform::HangUpOf(serving_));
  platform::LogLevel log_level(command_, words_, serving_.config);
  stop.OnHangUp([&] { log_level.ReadAgain(); });
  const runtime::SystemClock clock;
  auto issuer = oauth::OpenIssuer(issuing_, serving_.jwt_audience, sign_in_.on());
  if (!issuer) return Fail(issuer.error());
  auto access = platform::AccessOf(serving_, serving_.http, clock, oauth::TrustIn(issuer->get()));
  if (!access) return Fail(access.error());
  auto traces = platform::OpenTraces(serving_, "throughline-gateway");
  if (!traces) return Fail(traces.error());
  auto channels = OpenChannels();
  if (!channels) return Fail(channels.error());
  auto trail = KafkaTrail::Open(serving_, **access, clock);
  if (!trail) return Fail(trail.error());
  if (*trail) (*trail)->audit().Note(platform::StartedRecord(command_));
  auto sign_in = OpenSignIn(issuer->get(), trail->get(), clock);
  if (!sign_in) return Fail(sign_in.error());
  GatewayOptions options;
  options.http.listen = serving_.http;
  options.http.tls_cert = serving_.tls_cert;
  options.http.tls_key = serving_.tls_key;
  options.http.tls_client_ca = serving_.tls_client_ca;
  options.http.connections_per_address_at_most = serving_.connections_per_address;
  options.http.trusted_proxies = serving_.trusted_proxies;
  auto sources = ReadSourcesFile(sources_);
  if (!sources) return Fail(sources.error());
  options.sources = *std::move(sources);
  options.admission = admission_;
  options.issuer = issuer->get();
  options.clock = &clock;
  options.sign_in = sign_in->get();
  if (*traces) options.tracer = &(*traces)->tracer();
  auto documents =
      edfi::KafkaIntakeOf(documents_, **access, issuer->get(), clock, platform::EndProcess);
  if (!documents) return Fail(documents.error());
  options.documents = *std::move(documents);
  auto gateway = Gateway::Start(options, **access, *channels);
  if (!gateway) return Fail(gateway.error());
  Upstreams upstreams(*channels);
  platform::Readiness readiness([&upstreams] { return upstreams.Issues(); });
  auto metrics = OpenMetrics(**gateway, readiness, traces->get());
  if (!metrics) return Fail(metrics.error());
  spdlog::info("gateway serves at {}", platform::AddressOf(serving_.http, (*gateway)->port()));
  stop.Wait();
  readiness.Drain();
  if (serving_.drain_s > 0) {
    spdlog::info("draining: not ready any more, and answering for {} s", serving_.drain_s);
    stop.WaitForSecond(std::chrono::seconds(serving_.drain_s));
  }
  spdlog::info("stopping: finishing what is in hand");
  metrics->reset();
  gateway->reset();
  sign_in->reset();
  trail->reset();
  spdlog::info("stopped");
  return 0;
}

}  // namespace throughline::gateway
