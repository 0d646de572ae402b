// How a program that serves is configured: by flags, by the environment, by a file, in that order.
// README.md beside this is the one table of them; a test holds it to what is here.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "platform/host/host.h"
#include "platform/tracing/tracing.h"
#include "runtime/kafka_redis/kafka_redis_journal.h"

namespace throughline::platform {

struct ServingOptions {
  std::string kafka;
  std::vector<std::string> kafka_settings;
  std::vector<std::string> redis;
  std::string redis_sentinel_master;
  std::string redis_user;
  std::string redis_password, redis_password_file;
  std::string replica;
  int32_t partitions = 24;
  int workers = 4;
  std::string listen = "127.0.0.1:7400";
  std::string http;
  std::string metrics;
  int drain_s = 0;
  std::string traces;
  double trace_ratio = 0.01;
  int trace_slow_ms = 1000;
  std::string tls_cert, tls_key, tls_client_ca;
  std::vector<std::string> jwks, jwt_issuer;  // of one issuer after the other
  std::string jwt_audience;
  bool open_access = false;
  std::string audit_key;
  bool simulated_clock = false;
  size_t connections_per_address = 1000;
  std::vector<std::string> trusted_proxies = {"127.0.0.0/8", "::1"};
  bool accept_clock = false;
  int longest_downtime_days = 14;
  bool grpc_reflection = false;
  bool log_json = false;
  std::string log_level = "info";
  std::string config;
};

// Adds the options to a command, in groups.
void AddServingOptions(CLI::App& command, ServingOptions& options);

// Only those that say who may call, for what serves without a journal.
void AddAccessOptions(CLI::App& command, ServingOptions& options);

// --metrics and --drain, for what serves without a journal.
void AddMetrics(CLI::App& command, ServingOptions& options);

// --traces and what of them is sent, for the same.
void AddTraces(CLI::App& command, ServingOptions& options);
// The traces of a program of that name; null when nothing is traced.
core::Result<std::unique_ptr<Traces>> OpenTraces(const ServingOptions& options,
                                                 const std::string& program);

// --http and what bounds its connections, for a program that opens the public API.
void AddHttp(CLI::App& command, ServingOptions& options);
// Where HTTP is served: as --http says; without it at port 7480 of loopback, or at a free one when
// --listen asks for that.
std::string HttpAddressOf(const ServingOptions& options);

// --log-json, --log-level and --config.
void AddLogs(CLI::App& command, ServingOptions& options);

// All of them but --help and --version, those of its groups too.
std::vector<const CLI::Option*> OptionsOf(const CLI::App& command);

// The words of a command line, followed by what the environment and then the file of --config say
// of options that are not there yet: option --redis-user is THROUGHLINE_REDIS_USER. (CLI11 has a
// file win over the environment.) Throws CLI::Error when the file cannot be read or has a line that
// is no option.
std::vector<std::string> Completed(const CLI::App& command, std::vector<std::string> words);

// The value that these words give the option, the first if several do; empty: none does.
std::string GivenValue(const std::vector<std::string>& words, const std::string& name);

// Who may call at `listen`. Credentials are required except with --open-access, which is allowed on
// loopback only.
// `also` are issuers that the program itself trusts, and that are enough by themselves.
core::Result<std::unique_ptr<Access>> AccessOf(const ServingOptions& options,
                                               const std::string& listen,
                                               const runtime::Clock& clock,
                                               std::vector<AccessOptions> also = {});
// OPEN_ACCESS_REFUSED when everybody may call and `listen` is not on loopback.
core::Result<void> AccessAt(const ServingOptions& options, const std::string& listen);
// What the options say, or a sentence about the one that is wrong.
core::Result<HostOptions> HostOptionsOf(const ServingOptions& options, const runtime::Clock& clock,
                                        std::vector<AccessOptions> also = {});
// How Kafka is reached; a sentence when that is not said, or a setting is none.
core::Result<runtime::kafka::Settings> KafkaSettingsOf(const ServingOptions& options);
// `fatal` ends the process.
core::Result<runtime::KafkaRedisOptions> KafkaRedisOptionsOf(
    const ServingOptions& options, const std::vector<std::string>& services,
    runtime::kafka::FatalHandler fatal);
// 127.0.0.1:PORT of a listen address whose port may have been 0.
std::string AddressOf(const std::string& listen, int port);

}  // namespace throughline::platform
