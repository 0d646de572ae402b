#include <spdlog/spdlog.h>

#include <iostream>

#include "audit/opening.h"
#include "evidence/kafka_identities.h"
#include "gateway/gateway.h"
#include "gateway/sign_in/sign_in.h"
#include "gateway/sources/source_options.h"
#include "plans/kafka_survey_keys.h"
#include "platform/host/log_level.h"
#include "platform/host/logs.h"
#include "platform/host/service_program.h"
#include "platform/host/started.h"
#include "platform/host/stop_signal.h"
#include "platform/metrics/metrics_endpoint.h"
#include "runtime/moved_records.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/embedded_host.h"
#include "throughline/serve_options.h"

namespace throughline {

namespace {

using core::Result;

core::Error NothingToServe() {
  return {core::Code::kInvalidArgument, "NOTHING_TO_SERVE",
          "Give --data DIR for a journal of its own, or --kafka and --redis; not both.", "data"};
}

void SayWhatToDoNext(const ServeOptions& options, const std::string& address,
                     const std::string& http) {
  const std::string what =
      options.data.empty() ? "what is on " + options.serving.kafka : "the data in " + options.data;
  std::cout << "Throughline serves " << what << " at " << address << ", and to the public at "
            << http << ". Ctrl-C stops it.\n\n"
            << "In another terminal:\n"
            << "  throughline import PATH --district ID --connect " << address << "\n"
            << "  throughline push results.csv --district ID --connect " << address << "\n"
            << "  throughline watch alerts --district ID --connect " << address << "\n"
            << "  throughline show reviews --district ID --connect " << address << "\n"
            << "  curl -N '" << http << "/v1/alerts:watch?district=ID'" << std::endl;
}

Result<std::unique_ptr<runtime::Journal>> OpenJournal(const ServeOptions& options) {
  if (!options.data.empty()) return OpenJournalIn(options.data);
  auto wanted = platform::KafkaRedisOptionsOf(options.serving, kServices, platform::EndProcess);
  if (!wanted) return core::Refuse(wanted.error());
  auto journal = runtime::KafkaRedisJournal::Open(*std::move(wanted));
  if (!journal) return core::Refuse(journal.error());
  return std::unique_ptr<runtime::Journal>(std::move(*journal));
}

// Null when nobody signs in.
Result<std::unique_ptr<gateway::sign_in::SignIn>> OpenSignIn(
    const ServeOptions& serve, const gateway::oauth::TokenIssuer* issuer,
    const runtime::Clock& clock, platform::Host& host) {
  if (!serve.sign_in.on()) return nullptr;
  const gateway::sign_in::Served served{.public_url = serve.admission.public_url,
                                        .tls = !serve.serving.tls_cert.empty(),
                                        .jwt_issuers = serve.serving.jwt_issuer,
                                        .jwt_audience = serve.serving.jwt_audience};
  return gateway::sign_in::SignIn::Open(serve.sign_in, served, *issuer, host.log(), clock);
}

Result<std::unique_ptr<gateway::Gateway>> OpenGateway(const ServeOptions& serve,
                                                      const gateway::oauth::TokenIssuer* issuer,
                                                      gateway::sign_in::SignIn* sign_in,
                                                      const runtime::Clock& clock,
                                                      platform::Host& host) {
  const platform::ServingOptions& serving = serve.serving;
  gateway::GatewayOptions options;
  options.tracer = host.tracer();
  options.http.listen = platform::HttpAddressOf(serving);
  if (auto may = platform::AccessAt(serving, options.http.listen); !may) {
    return core::Refuse(may.error());
  }
  auto sources = gateway::ReadSourcesFile(serve.sources);
  if (!sources) return core::Refuse(sources.error());
  options.sources = *std::move(sources);
  options.http.tls_cert = serving.tls_cert;
  options.http.tls_key = serving.tls_key;
  options.http.tls_client_ca = serving.tls_client_ca;
  options.http.connections_per_address_at_most = serving.connections_per_address;
  options.http.trusted_proxies = serving.trusted_proxies;
  options.admission = serve.admission;
  options.issuer = issuer;
  options.sign_in = sign_in;
  options.clock = &clock;
  options.health_issues = [&host] { return host.HealthIssues(); };
  auto documents = gateway::edfi::KafkaIntakeOf(serve.documents, host.access(), issuer, clock,
                                                platform::EndProcess);
  if (!documents) return core::Refuse(documents.error());
  options.documents = *std::move(documents);
  gateway::Channels channels;
  for (const std::string& service : kServices) channels[service] = host.Channel();
  return gateway::Gateway::Start(options, host.access(), channels);
}

// Null when nobody is to read any.
Result<std::unique_ptr<platform::MetricsEndpoint>> OpenMetrics(
    const platform::ServingOptions& serving, platform::Host& host, const gateway::Gateway& gateway,
    const platform::Traces* traces) {
  if (serving.metrics.empty()) return nullptr;
  const auto readings = [&host, &gateway, traces] {
    auto all = host.Readings();
    for (const auto& one : gateway.Readings()) all.push_back(one);
    if (traces != nullptr) traces->AppendTo(all);
    return all;
  };
  platform::Probes probes = platform::ProbesOf(host);
  probes.liveness = [&host, &gateway] {
    auto issues = host.LivenessIssues();
    for (std::string& one : gateway.LivenessIssues()) issues.push_back(std::move(one));
    return issues;
  };
  auto metrics = platform::MetricsEndpoint::Start(serving.metrics, host.services(), readings,
                                                  std::move(probes));
  if (!metrics) return core::Refuse(metrics.error());
  spdlog::info("metrics at {}/metrics", platform::AddressOf(serving.metrics, (*metrics)->port()));
  return metrics;
}

// One directory on one machine: whoever is on it may call, and nobody else can, unless credentials
// are asked for. Its secrets are in it.
void SettleIn(ServeOptions& options) {
  const std::filesystem::path data = options.data;
  std::error_code refused;  // the journal says why
  if (std::filesystem::create_directories(data, refused)) {
    std::filesystem::permissions(data, std::filesystem::perms::owner_all, refused);
  }
  if (options.serving.jwks.empty() && options.issuing.clients.empty() && !options.sign_in.on()) {
    options.serving.open_access = true;
  }
  if (options.serving.jwt_audience.empty()) options.serving.jwt_audience = "throughline";
  options.serving.workers = 1;  // every partition writes to the one file, in turn
  options.deliveries.key = data / kDeliveriesKey;
  options.issuing.signing_key = data / kTokenKey;
  options.serving.audit_key = data / kAuditKey;
  options.audit_head = data / kAuditHead;
}

int Serve(ServeOptions options, const CommandLine& line) {
  if (options.data.empty() == options.serving.kafka.empty()) return Fail(NothingToServe());
  if (!options.data.empty()) SettleIn(options);
  platform::SetUpLogs(
      {.json = options.serving.log_json, .level = options.serving.log_level.c_str()});
  platform::StopSignal stop(platform::HangUpOf(options.serving));
  platform::LogLevel log_level(line.Serving(), line.words(), options.serving.config);
  stop.OnHangUp([&] { log_level.ReadAgain(); });
  const runtime::SystemClock clock;
  auto issuer = gateway::oauth::OpenIssuer(options.issuing, options.serving.jwt_audience,
                                           options.sign_in.on());
  if (!issuer) return Fail(issuer.error());
  auto host_options =
      platform::HostOptionsOf(options.serving, clock, gateway::oauth::TrustIn(issuer->get()));
  if (!host_options) return Fail(host_options.error());
  auto traces = platform::OpenTraces(options.serving, "throughline");
  if (!traces) return Fail(traces.error());
  if (*traces) host_options->tracer = &(*traces)->tracer();
  host_options->journal_name = options.data.empty() ? "kafka" : "sqlite";
  auto journal = OpenJournal(options);
  if (!journal) return Fail(journal.error());
  const auto partitions = runtime::PartitionsOf((*journal)->log(), kServices);
  if (!partitions) return Fail(partitions.error());
  if (*partitions) host_options->sizes.partitions = **partitions;
  auto deliveries = notifications::DeliverySetupOf(options.deliveries, &(*journal)->log());
  if (!deliveries) return Fail(deliveries.error());
  host_options->audit =
      audit::OpenTrailWithHead("throughline", options.serving.audit_key, options.audit_head);
  const evidence::IdentitySetup identities =
      options.data.empty() ? evidence::IdentitiesOn(options.serving, options.key)
                           : IdentitiesIn(options.data);
  const plans::SurveySetup surveys =
      options.data.empty() ? plans::SurveysOn(options.serving) : SurveysIn(options.data);
  auto host = platform::Host::Start(
      std::move(*journal), AllServices(surveys, identities, *deliveries), *std::move(host_options));
  if (!host) return Fail(host.error());
  const std::string address = platform::AddressOf(options.serving.listen, (*host)->port());
  auto sign_in = OpenSignIn(options, issuer->get(), clock, **host);
  auto gateway = sign_in ? OpenGateway(options, issuer->get(), sign_in->get(), clock, **host)
                         : core::Refuse(sign_in.error());
  // The sentence that says why is to be read, and not among lines of what stops.
  const auto stop_for = [&](const core::Error& why) {
    spdlog::set_level(spdlog::level::warn);
    if (gateway) gateway->reset();
    if (sign_in) sign_in->reset();
    host->reset();
    return Fail(why);
  };
  if (!gateway) return stop_for(gateway.error());
  auto metrics = OpenMetrics(options.serving, **host, **gateway, traces->get());
  if (!metrics) return stop_for(metrics.error());
  (*host)->audit().Note(platform::StartedRecord(line.Serving()));
  const std::string http =
      (options.serving.tls_cert.empty() ? "http://" : "https://") +
      platform::AddressOf(platform::HttpAddressOf(options.serving), (*gateway)->port());
  SayWhatToDoNext(options, address, http);
  spdlog::info("serving at {}", address);
  stop.Wait();
  platform::Drain(stop, **host, options.serving.drain_s);
  spdlog::info("stopping: finishing what is in hand");
  metrics->reset();
  gateway->reset();
  sign_in->reset();
  host->reset();
  spdlog::info("stopped");
  return kDone;
}

}  // namespace

void AddServe(CommandLine& line) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App& command =
      line.Add("serve", "Serves a data directory, or Kafka and Redis, over gRPC until Ctrl-C",
               "  throughline serve --data ./data\n"
               "  throughline serve --data ./data --listen 127.0.0.1:0 --log-json\n"
               "  throughline serve --kafka 127.0.0.1:9092 --redis 127.0.0.1:6379 --open-access",
               [options, &line] { return Serve(*options, line); });
  AddServeOptions(command, *options);
  line.AddServing(command);
}

}  // namespace throughline
