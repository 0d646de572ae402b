#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "evidence/kafka_identities.h"
#include "evidence/secret_concealment.h"
#include "identities/district_keys.h"
#include "identities/embedded/embedded_store.h"
#include "platform/host/serving_options.h"
#include "runtime/clock.h"
#include "runtime/moved_records.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/embedded_host.h"
#include "throughline/formatting.h"
#include "throughline/history.h"
#include "throughline/policy_change.h"
#include "throughline/progress_line.h"
#include "throughline/what_if_report.h"

namespace throughline {

namespace {

using core::Result;

struct WhatIfCommand {
  std::string data;
  platform::ServingOptions kafka;
  std::string key;
  std::string district;
  std::string policy;
  std::string from, to;
  bool json = false;
};

core::Error PolicyUnreadable(const std::string& file) {
  return {core::Code::kInvalidArgument, "FILE_UNREADABLE", file + " is no file that can be read.",
          "policy"};
}

core::Error DaysReversed(const std::string& from, const std::string& to) {
  return {core::Code::kInvalidArgument, "DAYS_REVERSED",
          "--from " + from + " is after --to " + to + ", so no alert is of these days.", "from"};
}

core::Error DayInvalid(const std::string& text, const char* field) {
  return {core::Code::kInvalidArgument, "DATE_INVALID",
          "\"" + text + "\" is no day, such as 2026-10-01.", field};
}

Result<PolicyChange> ReadPolicy(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code unknown;
  if (!in || std::filesystem::is_directory(file, unknown))
    return core::Refuse(PolicyUnreadable(file));
  auto change = ReadPolicyChange(std::string(std::istreambuf_iterator<char>(in), {}));
  if (!change) change.error().message = file + ": " + change.error().message;
  return change;
}

// The wrapped keys of the district; nullopt: it has none yet.
Result<std::optional<std::string>> StoredKeysOf(const WhatIfCommand& command) {
  identities::KeyRing ring;
  if (!command.data.empty()) {
    auto read =
        identities::ReadKeyRing(std::filesystem::path(command.data) / identities::kKeyRingFile);
    if (!read) return core::Refuse(read.error());
    ring = *std::move(read);
  } else {
    auto store = evidence::IdentitiesOn(command.kafka, command.key).open_store();
    if (!store) return core::Refuse(store.error());
    auto keys = (*store)->Keys();
    if (!keys) return core::Refuse(keys.error());
    ring.insert(keys->begin(), keys->end());
  }
  const auto found = ring.find(command.district);
  return found == ring.end() ? std::nullopt : std::optional(found->second);
}

// Null where there is no key: then all that was recorded is concealed, or nothing can be.
Result<std::shared_ptr<const evidence::Concealment>> ConcealmentOf(const WhatIfCommand& command) {
  const std::filesystem::path file = command.data.empty()
                                         ? std::filesystem::path(command.key)
                                         : std::filesystem::path(command.data) / kPseudonymsKey;
  std::error_code unreadable;
  if (file.empty() || !std::filesystem::exists(file, unreadable)) return nullptr;
  auto secret = runtime::SecretFromFile(file, "pseudonyms");
  if (!secret) return core::Refuse(secret.error());
  auto stored = StoredKeysOf(command);
  if (!stored) return core::Refuse(stored.error());
  auto keys = identities::NamingKeysOf(command.district, *stored, *secret);
  if (!keys) return core::Refuse(keys.error());
  return std::make_shared<const evidence::SecretConcealment>(*keys);
}

Result<std::optional<core::Date>> DayOf(const std::string& text, const char* field) {
  if (text.empty()) return std::optional<core::Date>();
  const auto day = core::ParseDate(text);
  if (!day) return core::Refuse(DayInvalid(text, field));
  return day;
}

int RunWhatIf(const WhatIfCommand& command) {
  const auto from = DayOf(command.from, "from"), to = DayOf(command.to, "to");
  if (!from) return Fail(from.error());
  if (!to) return Fail(to.error());
  if (*from && *to && **from > **to) return Fail(DaysReversed(command.from, command.to));
  const auto policy = ReadPolicy(command.policy);
  if (!policy) return Fail(policy.error());
  auto concealment = ConcealmentOf(command);
  if (!concealment) return Fail(concealment.error());
  auto log = OpenHistory(command.data, command.kafka);
  if (!log) return Fail(log.error());
  const auto partitions = runtime::PartitionsOf(**log, kServices);
  if (!partitions) return Fail(partitions.error());
  ProgressLine line = ProgressLine::ToStderr();
  const auto answer = AnswerWhatIf(
      **log,
      {.district = command.district,
       .change = policy->policy,
       .partitions = partitions->value_or(command.kafka.partitions),
       .until = runtime::SystemClock().Now(),
       .concealment = *concealment},
      [&](int64_t events) {
        line.Show([&] { return fmt::format("Deciding again: {}", Counted(events, "event")); });
      });
  line.Clear();
  if (!answer) return Fail(policy->AsWritten(answer.error()));
  (command.json ? PrintWhatIfJson : PrintWhatIf)(*answer, {*from, *to}, std::cout);
  std::cout.flush();
  return kDone;
}

}  // namespace

void AddWhatIf(CommandLine& line) {
  auto command = std::make_shared<WhatIfCommand>();
  CLI::App& app = line.Add(
      "whatif",
      "Which alerts and reviews would come and go, and which plans be framed otherwise, under "
      "another "
      "policy: decides the past again",
      "  echo '{\"falseAlarmRate\": 0.2}' > policy.json\n"
      "  throughline whatif --district lakeside --policy policy.json --data ./data\n"
      "\n"
      "What happened stays as it was recorded, and so does what people did; alerts, reviews that "
      "open\n"
      "without one, and framings of plans are decided anew, under the policy that the district had "
      "at each\n"
      "time, but for the fields in the file. Of a field that decides none of these, it says so. "
      "Nothing is\n"
      "changed, and whoever serves goes on.",
      [command] { return RunWhatIf(*command); });
  AddDistrict(app, command->district);
  app.add_option("--policy", command->policy,
                 "File with the fields of the policy to change, as JSON: see `policy` of "
                 "UpdateDistrict")
      ->required()
      ->type_name("FILE");
  app.add_option("--from", command->from, "Only alerts raised from this day on")->type_name("DATE");
  app.add_option("--to", command->to, "Only alerts raised up to this day")->type_name("DATE");
  app.add_option("--data", command->data, "Directory with the data, also while it is served")
      ->type_name("DIR");
  app.add_option("--kafka", command->kafka.kafka,
                 "Instead of --data: Kafka's brokers, host:port, more after commas")
      ->type_name("ADDRESSES");
  app.add_option("--kafka-setting", command->kafka.kafka_settings,
                 "A property of librdkafka, such as security.protocol=SASL_SSL; may be repeated")
      ->type_name("NAME=VALUE");
  app.add_option("--partitions", command->kafka.partitions, "Partitions of every topic")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--pseudonyms-key", command->key,
                 "With --kafka: the key of the services, for what was recorded before ids were "
                 "concealed")
      ->type_name("FILE");
  app.add_flag("--json", command->json, "Prints the counts and every alert as JSON");
}

}  // namespace throughline
