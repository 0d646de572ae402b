#include "platform/host/serving_options.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "platform/host/errors.h"
#include "platform/host/log_level.h"

namespace throughline::platform {

using core::Result;

namespace {

std::string VariableOf(const std::string& option) {
  std::string name = "THROUGHLINE_";
  for (const char c : option) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

// Why it is no host and port; empty when it is.
std::string WrongAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  const bool digits = port.find_first_not_of("0123456789") == std::string::npos;
  if (colon != 0 && !port.empty() && port.size() <= 5 && digits && std::stoi(port) <= 65535) {
    return "";
  }
  return address + " is no host and port such as 127.0.0.1:7400";
}

bool IsLoopback(const std::string& listen) {
  const std::string host = listen.substr(0, listen.rfind(':'));
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

bool IsGiven(const std::vector<std::string>& words, const std::string& name) {
  const std::string flag = "--" + name;
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return word == flag || word.starts_with(flag + "=");
  });
}

void AddJournalOptions(CLI::App& command, ServingOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Kafka and Redis");
  group.add_option("--kafka", options.kafka, "Kafka's brokers: host:port, more after commas")
      ->type_name("ADDRESSES");
  group
      .add_option("--kafka-setting", options.kafka_settings,
                  "A property of librdkafka, such as security.protocol=SASL_SSL; may be repeated")
      ->type_name("NAME=VALUE")
      ->delimiter(';');
  group
      .add_option("--redis", options.redis,
                  "Redis: host:port; of several, after commas, each keeps a share of the "
                  "partitions. With --redis-sentinel-master: the Sentinels")
      ->type_name("ADDRESSES")
      ->delimiter(',');
  group
      .add_option("--redis-sentinel-master", options.redis_sentinel_master,
                  "Name of the master that Sentinels are asked for")
      ->type_name("NAME");
  group.add_option("--redis-user", options.redis_user, "User of Redis's ACL")->type_name("NAME");
  group
      .add_option("--redis-password", options.redis_password,
                  "Its password; better in the environment than on a command line")
      ->type_name("PASSWORD");
  group
      .add_option("--redis-password-file", options.redis_password_file,
                  "File with that password instead, read again at every connect")
      ->type_name("FILE")
      ->excludes("--redis-password");
  group
      .add_option("--replica", options.replica,
                  "Name of this replica, the same after a restart and unique among the replicas of "
                  "a service: it has its partitions back at once. Without it any name will do")
      ->type_name("NAME");
  group.add_option("--partitions", options.partitions, "Partitions of every topic; never changed")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  group.add_option("--workers", options.workers, "Threads of each service that run its partitions")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
}

void AddAudit(CLI::App& command, ServingOptions& options) {
  command
      .add_option(
          "--audit-key", options.audit_key,
          "File with the secret that heads of the audit trail are signed with; made when it "
          "does not exist. Without it other processes sign them")
      ->type_name("FILE");
}

void AddHttpLimits(CLI::App& command, ServingOptions& options) {
  command
      .add_option("--connections-per-address", options.connections_per_address,
                  "HTTP connections that one address may have open, an IPv6 /64 counting as one")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  command
      .add_option("--trusted-proxies", options.trusted_proxies,
                  "Addresses or networks of the proxies in front, after commas: of theirs it does "
                  "not count, and what they say in X-Forwarded-For is believed")
      ->capture_default_str()
      ->delimiter(',')
      ->type_name("NETWORKS");
}

}  // namespace

void AddAccessOptions(CLI::App& command, ServingOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Who may call");
  group.add_option("--tls-cert", options.tls_cert, "Certificate of this server, PEM")
      ->type_name("FILE");
  group.add_option("--tls-key", options.tls_key, "Its key, PEM")->type_name("FILE");
  group
      .add_option("--tls-client-ca", options.tls_client_ca,
                  "Authority of the certificates that clients must show, PEM")
      ->type_name("FILE");
  group
      .add_option("--jwks", options.jwks,
                  "Keys that credentials (JWT) are signed with: a file, or an http(s) address; of "
                  "several issuers, after commas")
      ->type_name("FILE|URL")
      ->delimiter(',');
  group
      .add_option("--jwt-issuer", options.jwt_issuer,
                  "Issuer of the credentials; of several, in the order of --jwks")
      ->type_name("ISSUER")
      ->delimiter(',');
  group.add_option("--jwt-audience", options.jwt_audience, "Audience of the credentials")
      ->type_name("AUDIENCE");
  group.add_flag("--open-access", options.open_access,
                 "Nobody needs credentials; on loopback only");
}

void AddServingOptions(CLI::App& command, ServingOptions& options) {
  AddJournalOptions(command, options);
  AddAccessOptions(command, options);
  CLI::Option_group& group = *command.add_option_group("Serving");
  group.add_option("--listen", options.listen, "Host and port to listen at; port 0: a free one")
      ->check(CLI::Validator(WrongAddress, ""))
      ->capture_default_str()
      ->type_name("ADDRESS");
  group.add_flag("--grpc-reflection", options.grpc_reflection,
                 "Describe the gRPC services to tools such as grpcurl; needs no credential");
  AddMetrics(group, options);
  AddTraces(group, options);
  AddAudit(group, options);
  group.add_flag("--simulated-clock", options.simulated_clock,
                 "Time stands still until a call moves it; for demonstrations and tests");
  group.add_flag("--accept-clock", options.accept_clock,
                 "The machine's clock is right although it is weeks after the last event");
  group
      .add_option("--longest-downtime", options.longest_downtime_days,
                  "How many days after the last event it may start without --accept-clock")
      ->check(CLI::Range(1, 366))
      ->capture_default_str()
      ->type_name("DAYS");
  AddLogs(group, options);
}

void AddLogs(CLI::App& command, ServingOptions& options) {
  command.add_flag("--log-json", options.log_json, "Logs (on stderr) as JSON, an object a line");
  command
      .add_option("--log-level", options.log_level,
                  "What is logged: this and worse. In the --config file it can be changed while "
                  "the program runs")
      ->check(CLI::IsMember(kLogLevels))
      ->capture_default_str()
      ->type_name("LEVEL");
  command
      .add_option("--config", options.config, "File with the same options, a line each: name=value")
      ->type_name("FILE");
}

void AddMetrics(CLI::App& command, ServingOptions& options) {
  command
      .add_option("--metrics", options.metrics,
                  "Host and port for Prometheus to read /metrics at, and for probes of /livez and "
                  "/readyz; without it, nowhere")
      ->check(CLI::Validator(WrongAddress, ""))
      ->type_name("ADDRESS");
  command
      .add_option("--drain", options.drain_s,
                  "How many seconds, once it is told to stop and is not ready any more, calls are "
                  "still answered, so that whoever sends them learns to send them elsewhere")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str()
      ->type_name("SECONDS");
}

void AddTraces(CLI::App& command, ServingOptions& options) {
  command
      .add_option("--traces", options.traces,
                  "Where traces are sent as OTLP: grpc://host:port, or "
                  "http(s)://host:port/v1/traces; without it, nowhere")
      ->type_name("ADDRESS");
  command
      .add_option("--trace-ratio", options.trace_ratio,
                  "Share of the traces that begin here which are sent; those of errors, of alerts "
                  "and of what takes long are anyway")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->type_name("SHARE");
  command
      .add_option("--trace-slow", options.trace_slow_ms,
                  "What takes so long is always sent; 0: nothing is for that reason")
      ->check(CLI::Range(0, 3'600'000))
      ->capture_default_str()
      ->type_name("MILLISECONDS");
}

Result<std::unique_ptr<Traces>> OpenTraces(const ServingOptions& options,
                                           const std::string& program) {
  return Traces::Open({.address = options.traces,
                       .sampling = {.ratio = options.trace_ratio,
                                    .slow = std::chrono::milliseconds(options.trace_slow_ms)}},
                      program);
}

void AddHttp(CLI::App& command, ServingOptions& options) {
  command
      .add_option("--http", options.http,
                  "Host and port of the public API, HTTP or with --tls-cert HTTPS; port 0: a free "
                  "one. Without it 127.0.0.1:7480, or a free port where --listen has one")
      ->check(CLI::Validator(WrongAddress, ""))
      ->type_name("ADDRESS");
  AddHttpLimits(command, options);
}

std::string HttpAddressOf(const ServingOptions& options) {
  if (!options.http.empty()) return options.http;
  return options.listen.ends_with(":0") ? "127.0.0.1:0" : "127.0.0.1:7480";
}

std::vector<const CLI::Option*> OptionsOf(const CLI::App& command) {
  std::vector<const CLI::Option*> options;
  for (const CLI::Option* option : command.get_options()) {
    if (option == command.get_help_ptr() || option == command.get_version_ptr()) continue;
    options.push_back(option);
  }
  const auto is_group = [](const CLI::App* of) { return of->get_name().empty(); };
  for (const CLI::App* group : command.get_subcommands(is_group)) {
    for (const CLI::Option* option : OptionsOf(*group)) options.push_back(option);
  }
  return options;
}

std::string GivenValue(const std::vector<std::string>& words, const std::string& name) {
  const std::string flag = "--" + name;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].starts_with(flag + "=")) return words[i].substr(flag.size() + 1);
    if (words[i] == flag && i + 1 < words.size()) return words[i + 1];
  }
  return "";
}

std::vector<std::string> Completed(const CLI::App& command, std::vector<std::string> words) {
  const auto name_of = [](const CLI::Option* option) {
    return option->get_lnames().empty() ? std::string() : option->get_lnames().front();
  };
  for (const CLI::Option* option : OptionsOf(command)) {
    const std::string name = name_of(option);
    if (name.empty() || IsGiven(words, name)) continue;
    const char* value = std::getenv(VariableOf(name).c_str());
    if (value != nullptr) words.push_back("--" + name + "=" + value);
  }
  const std::string file = GivenValue(words, "config");
  if (file.empty()) return words;
  const std::vector<std::string> before = words;  // a line may be repeated
  for (const CLI::ConfigItem& line : CLI::ConfigINI().from_file(file)) {
    if (command.get_option_no_throw("--" + line.name) == nullptr || line.name == "config") {
      throw CLI::ConfigError::Extras(line.name + " in " + file);
    }
    if (IsGiven(before, line.name)) continue;
    for (const std::string& value : line.inputs) words.push_back("--" + line.name + "=" + value);
  }
  return words;
}

Result<void> AccessAt(const ServingOptions& options, const std::string& listen) {
  if (options.open_access && !IsLoopback(listen)) return core::Refuse(OpenAccessRefused(listen));
  return {};
}

Result<std::unique_ptr<Access>> AccessOf(const ServingOptions& options, const std::string& listen,
                                         const runtime::Clock& clock,
                                         std::vector<AccessOptions> also) {
  if (options.open_access) {
    if (auto may = AccessAt(options, listen); !may) return core::Refuse(may.error());
    if (!options.jwks.empty() || !also.empty()) return core::Refuse(AccessContradictory());
    return Access::Open();
  }
  if (options.jwks.empty() && also.empty()) return core::Refuse(AccessMissing());
  std::vector<AccessOptions> issuers;
  issuers.reserve(options.jwks.size());
  for (size_t i = 0; i < options.jwks.size(); ++i) {
    issuers.push_back({.jwks = options.jwks[i],
                       .issuer = i < options.jwt_issuer.size() ? options.jwt_issuer[i] : "",
                       .audience = options.jwt_audience});
  }
  std::move(also.begin(), also.end(), std::back_inserter(issuers));
  return Access::Create(issuers, clock);
}

Result<HostOptions> HostOptionsOf(const ServingOptions& options, const runtime::Clock& clock,
                                  std::vector<AccessOptions> also) {
  HostOptions host;
  host.listen = options.listen;
  host.sizes.partitions = options.partitions;
  host.sizes.workers = options.workers;
  host.credentials.certificate_file = options.tls_cert;
  host.credentials.key_file = options.tls_key;
  host.credentials.client_ca_file = options.tls_client_ca;
  host.grpc.reflection = options.grpc_reflection;
  if (options.simulated_clock) {
    host.simulated_clock = std::make_shared<runtime::ManualClock>(core::Instant{});
  }
  if (options.simulated_clock && !options.open_access && !options.jwks.empty()) {
    return core::Refuse(SimulatedClockRefused());
  }
  host.accept_clock = options.accept_clock;
  host.longest_downtime_days = options.longest_downtime_days;
  auto access = AccessOf(options, options.listen, clock, std::move(also));
  if (!access) return core::Refuse(access.error());
  host.access = std::move(*access);
  return host;
}

Result<runtime::kafka::Settings> KafkaSettingsOf(const ServingOptions& options) {
  if (options.kafka.empty()) return core::Refuse(OptionMissing("kafka"));
  runtime::kafka::Settings settings;
  settings["bootstrap.servers"] = options.kafka;
  for (const std::string& setting : options.kafka_settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos) return core::Refuse(KafkaSettingWrong(setting));
    settings[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return settings;
}

Result<runtime::KafkaRedisOptions> KafkaRedisOptionsOf(const ServingOptions& options,
                                                       const std::vector<std::string>& services,
                                                       runtime::kafka::FatalHandler fatal) {
  auto kafka = KafkaSettingsOf(options);
  if (!kafka) return core::Refuse(kafka.error());
  if (options.redis.empty()) return core::Refuse(OptionMissing("redis"));
  runtime::KafkaRedisOptions journal;
  journal.kafka = *std::move(kafka);
  journal.redis.addresses = options.redis;
  journal.redis.sentinel_master = options.redis_sentinel_master;
  journal.redis.user = options.redis_user;
  journal.redis.password = options.redis_password;
  journal.redis.password_file = options.redis_password_file;
  journal.replica = options.replica;
  journal.services = services;
  journal.partitions = options.partitions;
  journal.fatal = std::move(fatal);
  return journal;
}

std::string AddressOf(const std::string& listen, int port) {
  return listen.substr(0, listen.rfind(':')) + ":" + std::to_string(port);
}

}  // namespace throughline::platform
