#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>

#include "cycles/domain/cycles_decider.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/kafka_identities.h"
#include "notifications/domain/notifications_decider.h"
#include "plans/domain/plans_decider.h"
#include "plans/kafka_survey_keys.h"
#include "platform/host/service_program.h"
#include "runtime/embedded/new_directory.h"
#include "runtime/envelope.h"
#include "runtime/kafka/topics.h"
#include "runtime/moved_records.h"
#include "runtime/repartition/repartition.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/embedded_host.h"
#include "throughline/formatting.h"
#include "throughline/moved_identities.h"
#include "throughline/progress_line.h"

namespace throughline {

namespace {

using core::Result;
using runtime::Partitions;
using runtime::Repartitioned;
namespace fs = std::filesystem;

// An installation: a directory, or on Kafka.
struct Place {
  std::string data;
  platform::ServingOptions kafka;
  std::string Name() const { return data.empty() ? kafka.kafka : data; }
};

struct RepartitionCommand {
  Place from, to;
  int32_t partitions = 0;
};

core::Error PlaceNotSaid(const std::string& directory, const std::string& kafka,
                         const std::string& what) {
  return {core::Code::kInvalidArgument, "PLACE_NOT_SAID",
          fmt::format("Give {} or {}, not both: it {}.", directory, kafka, what), ""};
}

core::Error PartitionsTheSame(int32_t partitions) {
  return {core::Code::kInvalidArgument, "PARTITIONS_THE_SAME",
          fmt::format("It has {} already.", Counted(partitions, "partition")), "partitions"};
}

core::Error PartitionsOtherwise(int32_t said) {
  return {core::Code::kInvalidArgument, "PARTITIONS_OTHERWISE",
          fmt::format("It has more than {}: --partitions-before is the number that it was served "
                      "with.",
                      Counted(said, "partition")),
          "partitions-before"};
}

core::Error FilesNotCopied(const std::string& from, const std::string& why) {
  return {core::Code::kUnavailable, "FILES_NOT_COPIED",
          fmt::format("Not all files of {} can be copied: {}.", from, why), "to"};
}

// With the number of partitions that the log says, when it was moved before. What else there is to
// say about the brokers is said when they are used.
Result<platform::ServingOptions> AsServed(platform::ServingOptions kafka) {
  auto settings = platform::KafkaSettingsOf(kafka);
  if (!settings) return core::Refuse(settings.error());
  auto log = runtime::kafka::KafkaLog::Open(*settings, platform::EndProcess);
  if (!log) return core::Refuse(log.error());
  const auto said = runtime::PartitionsOf(**log, kServices);
  if (said && *said) kafka.partitions = **said;
  return kafka;
}

Result<std::unique_ptr<runtime::Journal>> OpenFrom(const Place& from) {
  if (!from.data.empty()) return OpenJournalIn(from.data, /*must_exist=*/true);
  auto kafka = AsServed(from.kafka);
  if (!kafka) return core::Refuse(kafka.error());
  auto wanted = platform::KafkaRedisOptionsOf(*kafka, kServices, platform::EndProcess);
  if (!wanted) return core::Refuse(wanted.error());
  auto journal = runtime::KafkaRedisJournal::Open(*std::move(wanted));
  if (!journal) return core::Refuse(journal.error());
  return std::unique_ptr<runtime::Journal>(std::move(*journal));
}

// How many the log has: as it says, or as was said of it.
Result<int32_t> PartitionsOfFrom(runtime::Log& log, const Place& from) {
  const auto said = runtime::PartitionsOf(log, kServices);
  if (!said) return core::Refuse(said.error());
  const int32_t partitions = said->value_or(from.kafka.partitions);
  if (from.data.empty()) return partitions;  // the topics were looked at
  for (const std::string& service : kServices) {
    const auto end = log.End({runtime::EventsTopic(service), partitions});
    if (!end) return core::Refuse(end.error());
    if (*end > 0) return core::Refuse(PartitionsOtherwise(partitions));
  }
  return partitions;
}

Result<Repartitioned> Move(runtime::Journal& from, runtime::Log& to, const Partitions& partitions) {
  const plans::PlansDecider plans;
  const evidence::EvidenceDecider evidence;
  const cycles::CyclesDecider cycles;
  const notifications::NotificationsDecider notifications;
  ProgressLine line = ProgressLine::ToStderr();
  return runtime::Repartition(
      from.log(), from.store(), to,
      {.services = {&plans, &evidence, &cycles, &notifications}, .partitions = partitions},
      [&](std::string_view doing, int64_t records) {
        line.Show([&] { return fmt::format("{}: {}", doing, Counted(records, "record")); });
      });
}

// All of a data directory but the journal: secrets, identities, keys of surveys.
Result<void> CopyFiles(const fs::path& data, const runtime::NewDirectory& to) {
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(data, failed)) {
    const std::string name = file.path().filename().string();
    if (name == "lock" || name.starts_with("journal.db")) continue;
    fs::copy(file.path(), to.PathOf(name), fs::copy_options::recursive, failed);
    if (failed) break;
  }
  if (failed) return core::Refuse(FilesNotCopied(data.string(), failed.message()));
  return {};
}

using OpenVault = std::function<Result<std::unique_ptr<identities::IdentityStore>>()>;

Result<void> CopyVaultBetween(const OpenVault& from, const OpenVault& to) {
  auto source = from();
  if (!source) return core::Refuse(source.error());
  auto target = to();
  if (!target) return core::Refuse(target.error());
  return CopyVault(**source, **target);
}

// Who students are, and the keys of surveys that are open.
Result<void> CopyVaults(const Place& from, const Place& to) {
  const auto identities = [](const Place& place) {
    return place.data.empty() ? evidence::IdentitiesOn(place.kafka, "").open_store
                              : IdentitiesIn(place.data).open_store;
  };
  const auto surveys = [](const Place& place) {
    return place.data.empty() ? plans::SurveysOn(place.kafka).open_keys
                              : SurveysIn(place.data).open_keys;
  };
  auto copied = CopyVaultBetween(identities(from), identities(to));
  if (!copied) return copied;
  return CopyVaultBetween(surveys(from), surveys(to));
}

Result<Repartitioned> MoveToDirectory(const RepartitionCommand& command, runtime::Journal& from,
                                      const Partitions& partitions) {
  auto directory = runtime::NewDirectory::Begin(command.to.data);
  if (!directory) return core::Refuse(directory.error());
  Result<Repartitioned> moved;
  {
    auto to = OpenJournalIn(directory->path());
    if (!to) return core::Refuse(to.error());
    moved = Move(from, (*to)->log(), partitions);
  }
  if (!moved) return moved;
  Place beside;
  beside.data = directory->path();
  auto copied = command.from.data.empty() ? CopyVaults(command.from, beside)
                                          : CopyFiles(command.from.data, *directory);
  if (!copied) return core::Refuse(copied.error());
  if (auto done = directory->Finish(); !done) return core::Refuse(done.error());
  return moved;
}

Result<Repartitioned> MoveToKafka(const RepartitionCommand& command, runtime::Journal& from,
                                  const Partitions& partitions) {
  auto settings = platform::KafkaSettingsOf(command.to.kafka);
  if (!settings) return core::Refuse(settings.error());
  auto made =
      runtime::kafka::MakeTopics(*settings, runtime::kafka::TopicsOf(kServices, partitions.after));
  if (!made) return core::Refuse(made.error());
  auto log = runtime::kafka::KafkaLog::Open(*settings, platform::EndProcess);
  if (!log) return core::Refuse(log.error());
  auto moved = Move(from, **log, partitions);
  if (!moved) return moved;
  if (auto copied = CopyVaults(command.from, command.to); !copied) {
    return core::Refuse(copied.error());
  }
  return moved;
}

void SayHowToGoOn(const RepartitionCommand& command) {
  const bool files = !command.from.data.empty() && !command.to.data.empty();
  std::cout << fmt::format(
      "{} is as it was. {}once the new one is served, keep only one of the two. Who reads streams\n"
      "begins anew, without a token of before. Make a new backup: `restore --until` goes back to "
      "the\nmove and not further.\n\n",
      command.from.Name(),
      files ? "Its secrets and identities are in both: "
            : "Its identities are in both: serve the new one with the secrets of before, and ");
  if (command.to.data.empty()) {
    std::cout << fmt::format("  --kafka {} --partitions {}, and a Redis that is empty\n",
                             command.to.kafka.kafka, command.partitions);
  } else {
    std::cout << fmt::format("  throughline serve --data {}\n", command.to.data);
  }
}

int RunRepartition(const RepartitionCommand& command) {
  if (command.from.data.empty() == command.from.kafka.kafka.empty()) {
    return Fail(PlaceNotSaid("--data DIR", "--kafka and --redis", "is what is moved"));
  }
  if (command.to.data.empty() == command.to.kafka.kafka.empty()) {
    return Fail(PlaceNotSaid("--to DIR", "--to-kafka", "is where it is moved to"));
  }
  auto from = OpenFrom(command.from);
  if (!from) return Fail(from.error());
  const auto before = PartitionsOfFrom((*from)->log(), command.from);
  if (!before) return Fail(before.error());
  const Partitions partitions{*before, command.partitions};
  const bool is_same_kind = command.from.data.empty() == command.to.data.empty();
  if (is_same_kind && partitions.before == partitions.after) {
    return Fail(PartitionsTheSame(partitions.after));
  }
  const auto moved = command.to.data.empty() ? MoveToKafka(command, **from, partitions)
                                             : MoveToDirectory(command, **from, partitions);
  if (!moved) return Fail(moved.error());
  std::cout << fmt::format(
      "Moved from {} to {}, from {} to {}: {} were read, and {} written and read again.\n",
      command.from.Name(), command.to.Name(), Counted(partitions.before, "partition"),
      partitions.after, Counted(moved->events, "event"), Counted(moved->records, "record"));
  SayHowToGoOn(command);
  return kDone;
}

void AddPlaces(CLI::App& app, RepartitionCommand& command) {
  platform::ServingOptions& from = command.from.kafka;
  app.add_option("--data", command.from.data, "Directory with the data")->type_name("DIR");
  app.add_option("--kafka", from.kafka, "Instead of --data: Kafka's brokers, host:port")
      ->type_name("ADDRESSES");
  app.add_option("--kafka-setting", from.kafka_settings,
                 "A property of librdkafka, such as security.protocol=SASL_SSL; may be repeated")
      ->type_name("NAME=VALUE");
  app.add_option("--redis", from.redis, "With --kafka: its Redis, or several, as it was served")
      ->type_name("ADDRESSES")
      ->delimiter(',');
  app.add_option("--redis-sentinel-master", from.redis_sentinel_master,
                 "Name of the master that Sentinels are asked for")
      ->type_name("NAME");
  app.add_option("--redis-user", from.redis_user, "User of Redis's ACL")->type_name("NAME");
  app.add_option("--redis-password-file", from.redis_password_file, "File with its password")
      ->type_name("FILE");
  app.add_option("--partitions-before", from.partitions,
                 "With which --partitions it was served, unless the log says it")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--to", command.to.data, "Directory to make; it may exist when it is empty")
      ->type_name("DIR");
  app.add_option("--to-kafka", command.to.kafka.kafka,
                 "Instead of --to: brokers whose topics are empty, or not there yet")
      ->type_name("ADDRESSES");
  app.add_option("--to-kafka-setting", command.to.kafka.kafka_settings,
                 "A property of librdkafka for these; may be repeated")
      ->type_name("NAME=VALUE");
  app.add_option("--partitions", command.partitions, "Partitions of every topic from now on")
      ->required()
      ->check(CLI::Range(1, 1000));
}

}  // namespace

void AddRepartition(CommandLine& line) {
  auto command = std::make_shared<RepartitionCommand>();
  CLI::App& app = line.Add(
      "repartition", "Moves an installation to another number of partitions, or to Kafka",
      "  throughline repartition --data ./data --to ./data-48 --partitions 48\n"
      "  throughline repartition --data ./data --to-kafka kafka:9092 --partitions 24\n"
      "\n"
      "Reads the log and writes a new one, in which every event is in the partition that its key "
      "has\n"
      "then. Nothing may be serving, and everything in the log must have been taken: serve it "
      "without\n"
      "calls until it has come to rest, and stop it with SIGTERM. What is read is not changed. "
      "Answers to\n"
      "requests of the last day are kept, and so are ids, histories and explanations; who reads "
      "streams\n"
      "begins anew. Exit code 1: of what was begun in the new place nothing can be served.",
      [command] { return RunRepartition(*command); });
  AddPlaces(app, *command);
}

}  // namespace throughline
