#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/formatting.h"
#include "throughline/replaced_key.h"

namespace throughline {

namespace {

core::Error NotOneOfThem() {
  return {core::Code::kInvalidArgument, "NOTHING_TO_REPLACE",
          "Give --data DIR, or --kafka with --pseudonyms-key and --new-key.", "data"};
}

void SayWhatIsLeftToDo(const KeyToReplace& command, int districts) {
  std::cout << fmt::format("The keys of {} are wrapped with a new key of the installation.\n",
                           Counted(districts, "district"));
  if (command.data.empty()) {
    std::cout << fmt::format(
        "Start the services with --pseudonyms-key {}, and destroy {} and every copy of it.\n",
        command.new_key, command.key);
    return;
  }
  std::cout << "Backups of before have the old key: make a new one, with --identity-keys, and "
               "destroy those.\n\n"
            << "  throughline backup --data " << command.data << " --to DIR --identity-keys FILE\n";
}

int RunReplaceKey(const KeyToReplace& command) {
  const bool on_kafka = !command.kafka.kafka.empty();
  if (command.data.empty() != on_kafka || on_kafka == command.new_key.empty()) {
    return Fail(NotOneOfThem());
  }
  const auto districts = ReplaceKey(command);
  if (!districts) return Fail(districts.error());
  SayWhatIsLeftToDo(command, *districts);
  return kDone;
}

}  // namespace

void AddIdentities(CommandLine& line) {
  CLI::App& parent = line.Add("identities", "The keys of the identity vault", "", nullptr);
  parent.require_subcommand(1);
  auto command = std::make_shared<KeyToReplace>();
  CLI::App& app = line.AddTo(
      parent, "replace-key", "Replaces the installation's key, pseudonyms.key, by a new one",
      "  throughline identities replace-key --data ./data\n"
      "  throughline identities replace-key --kafka kafka:9092 --pseudonyms-key pseudonyms.key \\\n"
      "      --new-key pseudonyms-2.key\n"
      "\n"
      "While nothing is served. Nobody's pseudonym changes, and results are known again by their "
      "ids.\n"
      "In districts of version 0.1.0 it is what makes an erasure final: until then the key and a "
      "list\n"
      "of ids still lead to pseudonyms of then. Two things end there: results whose source does "
      "not show\n"
      "their ids (Ed-Fi, Caliper, CSV without ids) come as new ones when they are sent once more, "
      "and\n"
      "what such a result that was set aside looked like is known no more.\n"
      "When it ends in the middle, it is finished by doing it again.",
      [command] { return RunReplaceKey(*command); });
  app.add_option("--data", command->data, "Directory with the data, which nobody serves")
      ->type_name("DIR");
  app.add_option("--kafka", command->kafka.kafka,
                 "Instead of --data: Kafka's brokers, host:port, more after commas")
      ->type_name("ADDRESSES");
  app.add_option("--kafka-setting", command->kafka.kafka_settings,
                 "A property of librdkafka, such as security.protocol=SASL_SSL; may be repeated")
      ->type_name("NAME=VALUE");
  app.add_option("--pseudonyms-key", command->key, "With --kafka: the file with the key of now")
      ->type_name("FILE");
  app.add_option("--new-key", command->new_key,
                 "With --kafka: the file with the new key, made when it does not exist")
      ->type_name("FILE");
  app.add_flag("--leave-behind", command->leaves_behind,
               "Also in districts of 0.1.0 of which not everybody is on record yet: whoever is not "
               "is somebody new when they come");
}

}  // namespace throughline
