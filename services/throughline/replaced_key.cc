#include "throughline/replaced_key.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "evidence/kafka_identities.h"
#include "identities/installation_key.h"
#include "platform/host/service_program.h"
#include "runtime/kafka/kafka_log.h"
#include "runtime/known_secret.h"
#include "throughline/embedded_host.h"
#include "throughline/secret_files.h"

namespace throughline {

namespace {

using core::Result;
namespace fs = std::filesystem;

constexpr char kPurpose[] = "pseudonyms";

// What the key is of, opened.
struct Opened {
  std::unique_ptr<runtime::Journal> journal;      // of a data directory, or
  std::unique_ptr<runtime::kafka::KafkaLog> log;  // on Kafka
  std::unique_ptr<identities::IdentityStore> store;

  runtime::Log& Fingerprints() const { return journal ? journal->log() : *log; }
};

core::Error NoKeyFile(const std::string& file) {
  return {core::Code::kNotFound, "NO_KEY_FILE",
          "There is no key of the installation in " + file + ".", ""};
}

core::Error NoKeys() {
  return {core::Code::kFailedPrecondition, "NO_IDENTITY_KEYS",
          "There are no keys of any district that the installation's key wraps yet. Serve first.",
          ""};
}

Result<Opened> Open(const KeyToReplace& key) {
  Opened opened;
  if (!key.data.empty()) {
    auto journal = OpenJournalIn(key.data, true);
    if (!journal) return core::Refuse(journal.error());
    opened.journal = *std::move(journal);
    auto store = IdentitiesIn(key.data).open_store();
    if (!store) return core::Refuse(store.error());
    opened.store = *std::move(store);
    return opened;
  }
  auto settings = platform::KafkaSettingsOf(key.kafka);
  if (!settings) return core::Refuse(settings.error());
  auto log = runtime::kafka::KafkaLog::Open(*settings, platform::EndProcess);
  if (!log) return core::Refuse(log.error());
  opened.log = *std::move(log);
  auto store = evidence::IdentitiesOn(key.kafka, key.key).open_store();
  if (!store) return core::Refuse(store.error());
  opened.store = *std::move(store);
  return opened;
}

}  // namespace

Result<int> ReplaceKey(const KeyToReplace& key) {
  const bool is_embedded = !key.data.empty();
  const fs::path file = is_embedded ? fs::path(key.data) / kPseudonymsKey : fs::path(key.key);
  const fs::path next = is_embedded ? fs::path(file.string() + ".new") : fs::path(key.new_key);
  std::error_code unreadable;  // is said by who reads it
  if (!fs::exists(file, unreadable) && !unreadable) return core::Refuse(NoKeyFile(file.string()));
  const auto opened = Open(key);
  if (!opened) return core::Refuse(opened.error());
  const auto ring = opened->store->Keys();
  if (!ring) return core::Refuse(ring.error());
  if (ring->empty()) return core::Refuse(NoKeys());
  const auto before = runtime::SecretFromFile(file, kPurpose);
  if (!before) return core::Refuse(before.error());
  const auto anew = runtime::SecretFromFile(next, kPurpose);
  if (!anew) return core::Refuse(anew.error());
  const auto districts = identities::ReplaceInstallationKey(
      *opened->store, {.before = *before, .next = *anew, .leaves_behind = key.leaves_behind});
  if (!districts) return core::Refuse(districts.error());
  auto known = runtime::ReplaceKnownSecret(opened->Fingerprints(), *before, *anew, next, kPurpose);
  if (!known) return core::Refuse(known.error());
  if (!is_embedded) return *districts;
  auto replaced = runtime::ReplaceSecretFile(next, file, kPurpose);
  if (!replaced) return core::Refuse(replaced.error());
  return *districts;
}

}  // namespace throughline
