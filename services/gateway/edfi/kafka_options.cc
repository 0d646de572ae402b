#include "gateway/edfi/kafka_options.h"

#include <algorithm>

#include "core/ids.h"
#include "gateway/edfi/errors.h"

namespace throughline::gateway::edfi {

using core::Result;

namespace {

// What has an option of its own, or is this reader's to say: another value would lose documents.
constexpr std::string_view kReserved[] = {"auto.offset.reset",
                                          "bootstrap.servers",
                                          "enable.auto.commit",
                                          "enable.auto.offset.store",
                                          "group.id",
                                          "group.instance.id",
                                          "metadata.broker.list",
                                          "partition.assignment.strategy"};

Result<runtime::kafka::Settings> SettingsOf(const KafkaOptions& options) {
  runtime::kafka::Settings settings = {{"bootstrap.servers", options.brokers}};
  for (const std::string& setting : options.settings) {
    const size_t equals = setting.find('=');
    const std::string name = setting.substr(0, equals);
    if (equals == std::string::npos || name.empty()) {
      return core::Refuse(OptionWrong("edfi-kafka-setting", "takes NAME=VALUE"));
    }
    if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) {
      return core::Refuse(OptionWrong("edfi-kafka-setting", "cannot change " + name));
    }
    settings[name] = setting.substr(equals + 1);
  }
  return settings;
}

// A credential that has expired is not accepted, nor is one that may do more than it is for.
Result<Credential> CheckedIn(const KafkaOptions& options, const platform::Access& access) {
  Credential credential = CredentialIn(options.token);
  auto header = credential();
  if (!header) return core::Refuse(header.error());
  if (access.open()) return credential;
  const auto caller = access.Authenticate(*header);
  if (!caller) {
    return core::Refuse(
        OptionWrong("edfi-token", "is not taken by the services: " + caller.error().message));
  }
  if ((*caller)->role != common::v1::ROLE_INTEGRATION) {
    return core::Refuse(OptionWrong("edfi-token", "has to be of the role integration"));
  }
  if ((*caller)->district != options.district) {
    return core::Refuse(OptionWrong("edfi-token", "is of another district than --edfi-district"));
  }
  return credential;
}

Result<Credential> CredentialBy(const KafkaOptions& options, const platform::Access& access,
                                const oauth::TokenIssuer* issuer, const runtime::Clock& clock) {
  if (!options.token.empty()) return CheckedIn(options, access);
  if (access.open()) return NoCredential();
  if (issuer != nullptr) return CredentialOf(issuer->signer, clock, options.district);
  return core::Refuse(
      OptionWrong("edfi-token",
                  "is missing: callers need credentials, and without --clients there are none "
                  "from here"));
}

}  // namespace

void AddKafkaOptions(CLI::App& command, KafkaOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Ed-Fi documents from Kafka");
  group
      .add_option("--edfi-kafka", options.brokers,
                  "Brokers of the Kafka on which Ed-Fi's Data Management Service puts its "
                  "documents: host:port, more after commas. Without it nothing is read")
      ->type_name("ADDRESSES");
  group
      .add_option("--edfi-kafka-setting", options.settings,
                  "A property of librdkafka, such as security.protocol=SASL_SSL; may be repeated")
      ->type_name("NAME=VALUE")
      ->delimiter(';');
  group.add_option("--edfi-topic", options.topic, "The topic of the instance")->type_name("TOPIC");
  group
      .add_option("--edfi-group", options.group,
                  "The consumer group: replicas of one installation share it, and two "
                  "installations never do")
      ->capture_default_str()
      ->type_name("GROUP");
  group.add_option("--edfi-district", options.district, "The district whose instance it is")
      ->type_name("ID");
  group
      .add_option("--edfi-token", options.token,
                  "File with the token to record them with, of the role integration; without it "
                  "the gateway signs one itself, for which it needs --clients")
      ->type_name("FILE");
}

Result<std::optional<KafkaIntake>> KafkaIntakeOf(const KafkaOptions& options,
                                                 const platform::Access& access,
                                                 const oauth::TokenIssuer* issuer,
                                                 const runtime::Clock& clock,
                                                 runtime::kafka::FatalHandler fatal) {
  if (options.brokers.empty()) {
    const bool meant = !options.settings.empty() || !options.topic.empty() ||
                       !options.district.empty() || !options.token.empty();
    if (meant) return core::Refuse(OptionWrong("edfi-kafka", "is missing: nothing is read"));
    return std::nullopt;
  }
  if (options.topic.empty()) {
    return core::Refuse(OptionWrong("edfi-topic", "is missing: say which topic is read"));
  }
  if (options.group.empty()) return core::Refuse(OptionWrong("edfi-group", "is empty"));
  if (!core::IsId(options.district)) {
    return core::Refuse(OptionWrong("edfi-district", "has to be the id of a district"));
  }
  auto settings = SettingsOf(options);
  if (!settings) return core::Refuse(settings.error());
  auto credential = CredentialBy(options, access, issuer, clock);
  if (!credential) return core::Refuse(credential.error());
  KafkaIntake intake;
  intake.documents.settings = *std::move(settings);
  intake.documents.topic = options.topic;
  intake.documents.group = options.group;
  intake.destination.district = options.district;
  intake.credential = *std::move(credential);
  intake.fatal = std::move(fatal);
  return intake;
}

}  // namespace throughline::gateway::edfi
