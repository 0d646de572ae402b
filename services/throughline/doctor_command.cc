#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>

#include "audit/opening.h"
#include "cycles/domain/cycles_decider.h"
#include "evidence/domain/evidence_decider.h"
#include "identities/kafka/kafka_store.h"
#include "notifications/domain/notifications_decider.h"
#include "plans/domain/plans_decider.h"
#include "platform/host/errors.h"
#include "platform/host/version.h"
#include "runtime/known_secret.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/doctor/data_findings.h"
#include "throughline/doctor/kafka_findings.h"
#include "throughline/doctor/machine_findings.h"
#include "throughline/doctor/redis_findings.h"
#include "throughline/embedded_host.h"
#include "throughline/history.h"
#include "throughline/serve_options.h"

namespace throughline {

namespace {

using doctor::Fault;
using doctor::Findings;
using doctor::Ok;

struct DoctorOptions {
  ServeOptions serve;
  std::string service;  // empty: all
  bool json = false;
};

core::Error NothingToLookAt() {
  return {core::Code::kInvalidArgument, "NOTHING_TO_LOOK_AT",
          "Give --data DIR, or the options of the program that is to be looked at: --kafka and "
          "--redis, or its --config.",
          "data"};
}

std::vector<std::string> ServicesOf(const DoctorOptions& options) {
  if (options.service.empty()) return kServices;
  return {options.service};
}

bool Has(const DoctorOptions& options, std::string_view service) {
  return options.service.empty() || options.service == service;
}

std::vector<runtime::kafka::Topic> TopicsOf(const DoctorOptions& options) {
  auto topics = runtime::kafka::TopicsOf(ServicesOf(options), options.serve.serving.partitions);
  const auto add = [&](const std::string& prefix) {
    for (auto& topic : identities::IdentityTopics(prefix)) topics.push_back(std::move(topic));
  };
  if (Has(options, "evidence")) add("");
  if (Has(options, "plans")) add("surveys.");
  return topics;
}

Findings ConfigurationFindings(const DoctorOptions& options) {
  const platform::ServingOptions& serving = options.serve.serving;
  if (!options.serve.data.empty()) return {};
  if (serving.open_access) {
    if (const auto may = platform::AccessAt(serving, serving.listen); !may) {
      return {Fault("Configuration", may.error().message, "")};
    }
    return {Ok("Configuration", "Nobody needs credentials; only this machine can call.")};
  }
  const bool has_issuer =
      !serving.jwks.empty() || !options.serve.issuing.clients.empty() || options.serve.sign_in.on();
  if (!has_issuer) return {Fault("Configuration", platform::AccessMissing().message, "")};
  if (!serving.jwks.empty() && serving.jwt_issuer.size() != serving.jwks.size()) {
    return {Fault("Configuration", "Each of --jwks needs its --jwt-issuer.",
                  "Give as many of the one as of the other, in the same order.")};
  }
  return {Ok("Configuration", "It can be read, and says who may call.")};
}

// Files that programs make at their first start, and files that others put there.
Findings SecretFindings(const DoctorOptions& options) {
  const ServeOptions& serve = options.serve;
  Findings found;
  const auto look = [&](const char* what, const std::string& file, bool is_made) {
    if (!file.empty()) doctor::Append(found, doctor::SecretFileFindings(what, file, is_made));
  };
  if (Has(options, "evidence")) look("Pseudonyms' key", serve.key, true);
  if (Has(options, "notifications")) look("Deliveries' key", serve.deliveries.key, true);
  look("Audit trail's key", serve.serving.audit_key, true);
  if (!serve.issuing.clients.empty() || serve.sign_in.on()) {
    look("Tokens' signing key", serve.issuing.signing_key, true);
  }
  look("Redis's password", serve.serving.redis_password_file, false);
  look("Mail server's password", serve.deliveries.smtp_password_file, false);
  look("Sign-in's secret", serve.sign_in.secret_file, false);
  look("Clients", serve.issuing.clients, false);
  return found;
}

Findings MachineFindings(const DoctorOptions& options) {
  const platform::ServingOptions& serving = options.serve.serving;
  const core::Instant now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  Findings found = doctor::CertificateFindings(
      "Certificate", {serving.tls_cert, serving.tls_key, serving.tls_client_ca}, now);
  for (const std::string& ca :
       {options.serve.deliveries.webhook_ca, options.serve.deliveries.smtp_ca}) {
    doctor::Append(found, doctor::CertificateFindings("Authority", {.authority = ca}, now));
  }
  for (const std::string& source : serving.jwks) {
    doctor::Append(found, doctor::IssuerKeyFindings(source));
  }
  doctor::Append(found, SecretFindings(options));
  return found;
}

// What the log knows of the secrets of this program.
Findings LogFindings(const DoctorOptions& options) {
  auto history = OpenHistory(options.serve.data, options.serve.serving);
  if (!history) return {Fault("Log", history.error().message, "")};
  std::vector<std::pair<std::string, std::filesystem::path>> files;
  if (Has(options, "evidence")) files.emplace_back("pseudonyms", options.serve.key);
  if (Has(options, "notifications")) files.emplace_back("deliveries", options.serve.deliveries.key);
  files.emplace_back(audit::kAuditPurpose, options.serve.serving.audit_key);
  return doctor::KnownSecretFindings(**history, files);
}

Findings StateFindings(const DoctorOptions& options, const runtime::RedisOptions& redis) {
  auto store = runtime::RedisStore::Open(redis);
  if (!store) return {};  // what is wrong with it is said already
  static const plans::PlansDecider plans;
  static const evidence::EvidenceDecider evidence;
  static const cycles::CyclesDecider cycles;
  static const notifications::NotificationsDecider notifications;
  std::vector<const decider::Decider*> services;
  for (const decider::Decider* one :
       std::initializer_list<const decider::Decider*>{&plans, &evidence, &cycles, &notifications}) {
    if (Has(options, one->service())) services.push_back(one);
  }
  return doctor::StateVersionFindings(**store, services, options.serve.serving.partitions);
}

Findings JournalFindings(const DoctorOptions& options) {
  const platform::ServingOptions& serving = options.serve.serving;
  auto journal = platform::KafkaRedisOptionsOf(serving, ServicesOf(options), nullptr);
  if (!journal) return {Fault("Configuration", journal.error().message, "")};
  doctor::KafkaLook kafka = doctor::LookAtKafka(journal->kafka, TopicsOf(options));
  Findings found = std::move(kafka.found);
  doctor::Append(found, doctor::RedisFindings(journal->redis));
  doctor::Append(found, StateFindings(options, journal->redis));
  const auto& there = kafka.topics_there;
  if (std::find(there.begin(), there.end(), runtime::kFingerprintsTopic) != there.end()) {
    doctor::Append(found, LogFindings(options));
  }
  return found;
}

Findings DirectoryFindings(const DoctorOptions& options) {
  const std::filesystem::path data = options.serve.data;
  std::error_code error;
  const auto status = std::filesystem::status(data, error);
  if (status.type() != std::filesystem::file_type::directory) {
    return {Fault("Data directory", data.string() + " is no directory.",
                  "`throughline serve` makes it; check --data.")};
  }
  Findings found;
  using std::filesystem::perms;
  if ((status.permissions() & (perms::group_all | perms::others_all)) != perms::none) {
    found.push_back(doctor::Warning("Data directory", "Others on this machine may open it.",
                                    "chmod 700 " + data.string() + "."));
  }
  doctor::Append(found, doctor::DiskFindings(data));
  doctor::Append(found, LogFindings(options));
  if (!doctor::HasFault(found)) {
    found.push_back(Ok("Data directory",
                       "It can be read. `throughline check` reads all of it, once nothing serves "
                       "it."));
  }
  return found;
}

// The secrets are in the directory.
void SettleIn(ServeOptions& options) {
  const std::filesystem::path data = options.data;
  options.key = data / kPseudonymsKey;
  options.deliveries.key = data / kDeliveriesKey;
  options.serving.audit_key = data / kAuditKey;
  options.issuing.signing_key = data / kTokenKey;
}

int Look(DoctorOptions options) {
  ServeOptions& serve = options.serve;
  if (serve.data.empty() == serve.serving.kafka.empty()) return Fail(NothingToLookAt());
  if (!serve.data.empty()) SettleIn(serve);
  spdlog::set_level(spdlog::level::off);  // what the clients would say is among the findings
  Findings found = {Ok("Program", platform::VersionOf("throughline") + ".")};
  doctor::Append(found, ConfigurationFindings(options));
  doctor::Append(found, MachineFindings(options));
  doctor::Append(found, serve.data.empty() ? JournalFindings(options) : DirectoryFindings(options));
  std::cout << (options.json ? doctor::JsonLinesOf(found) : doctor::TextOf(found));
  return doctor::HasFault(found) ? kFailed : kDone;
}

}  // namespace

void AddDoctor(CommandLine& line) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App& command = line.Add(
      "doctor", "Looks whether everything that a program needs is as it should be",
      "  throughline doctor --data ./data\n"
      "  throughline doctor --config /etc/throughline/evidence.conf --service evidence\n"
      "  throughline doctor --kafka 10.0.0.1:9092 --redis 10.0.0.2:6379 --open-access --json\n"
      "\n"
      "It takes the options of the program, reads the same variables and the same file, and "
      "changes\n"
      "nothing. Each line says `ok`, `warning` or `fault`, how it is, and what to do. Run it as "
      "the "
      "user\n"
      "of the program, where the program runs. Exit code 1: there is a fault.",
      [options] { return Look(*options); });
  AddServeOptions(command, options->serve);
  command
      .add_option("--service", options->service, "Only what this service needs; without it, all")
      ->check(CLI::IsMember(kServices))
      ->type_name("NAME");
  command.add_flag("--json", options->json, "Prints each line as an object of JSON");
  line.AddServing(command);
}

}  // namespace throughline
