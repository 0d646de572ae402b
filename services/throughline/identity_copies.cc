#include "throughline/identity_copies.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "identities/embedded/embedded_store.h"
#include "identities/embedded/errors.h"
#include "identities/vault.h"
#include "runtime/embedded/errors.h"
#include "runtime/secret_file.h"
#include "throughline/identities/v1/identity.pb.h"
#include "throughline/secret_files.h"

namespace throughline {

namespace {

using core::Result;
using identities::CheckedIdentities;
using identities::KeyRing;
using identities::kIdentitiesFile;
using identities::kKeyRingFile;
namespace fs = std::filesystem;

bool IsThere(const fs::path& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

core::Error NotCopied(const std::string& file) {
  return runtime::JournalNotCopied(file, "it cannot be written");
}

core::Error KeysNeeded(const std::string& backup, int64_t students) {
  return {
      core::Code::kFailedPrecondition, "IDENTITY_KEYS_NEEDED",
      fmt::format("The backup {} has the sealed identities of {} students, and the keys that "
                  "open them are in no backup. Give the copy of identities.keys that was made "
                  "last with --identity-keys FILE; it is also in the directory that was served. "
                  "Without the keys nobody can say who the students are: with "
                  "--without-identities they are left out, and with the next roster every "
                  "student is somebody new",
                  backup, students),
      "identity-keys"};
}

core::Error SealedOtherwise(const std::string& backup, const CheckedIdentities& checked) {
  return {
      core::Code::kFailedPrecondition, "IDENTITIES_SEALED_OTHERWISE",
      fmt::format("Of the identities of {} students in the backup {}, {} were sealed with a key "
                  "that is not among those of --identity-keys. If somebody was erased, or keys "
                  "were rotated, since that backup was made, take the identities from a later "
                  "one with --identities-from BACKUP; if the copy of the keys is older than the "
                  "backup, give the latest. With --without-identities they are left out, and "
                  "with the next roster every student is somebody new",
                  checked.students, backup, checked.lost),
      "identity-keys"};
}

core::Error LostIn(const std::string& directory, const CheckedIdentities& checked) {
  return {
      core::Code::kFailedPrecondition, "IDENTITIES_SEALED_OTHERWISE",
      fmt::format("Of the identities of {} students in {}, {} were sealed with a key that {} does "
                  "not have. Bring back the latest copy of the keys, or the records of a later "
                  "backup",
                  checked.students, (fs::path(directory) / kIdentitiesFile).string(), checked.lost,
                  kKeyRingFile),
      ""};
}

core::Error KeysNotKept(const std::string& file, std::string_view why) {
  return {core::Code::kFailedPrecondition, "IDENTITY_KEYS_NOT_KEPT",
          fmt::format("No backup was made, and {} is as it was: {}", file, why), "identity-keys"};
}

core::Error NoKeyRing(const std::string& file) {
  return {core::Code::kNotFound, "NO_KEY_RING", fmt::format("There is no file {}", file),
          "identity-keys"};
}

// With the installation's key of the directory. That it is gone is said by who checks secrets.
Result<CheckedIdentities> Checked(const fs::path& file, const std::optional<KeyRing>& ring,
                                  const fs::path& directory) {
  const fs::path key = directory / kPseudonymsKey;
  if (!ring || !IsThere(key)) return identities::CheckIdentities(file, std::nullopt, {});
  const auto secret = runtime::SecretFromFile(key, "pseudonyms");
  if (!secret) return core::Refuse(secret.error());
  return identities::CheckIdentities(file, ring, *secret);
}

int32_t LatestNumberOf(const std::string& stored) {
  identities::v1::DistrictKeys keys;
  if (!keys.ParseFromString(stored) || keys.keys().empty()) return 0;
  return keys.keys().rbegin()->number();
}

// The districts begin anew: a log that knows of a vault is not served without one.
Result<CopiedIdentities> MakeNewKeys(const runtime::NewDirectory& data, const std::string& backup,
                                     const fs::path& records) {
  const auto checked = Checked(records, std::nullopt, backup);
  if (!checked) return core::Refuse(checked.error());
  const auto secret = runtime::SecretFromFile(fs::path(backup) / kPseudonymsKey, "pseudonyms");
  if (!secret) return core::Refuse(secret.error());
  const auto store =
      identities::EmbeddedIdentityStore::Open(fs::path(data.PathOf(kKeyRingFile)).parent_path());
  if (!store) return core::Refuse(store.error());
  const auto vault = identities::OpenVault(**store, *secret);
  if (!vault) return core::Refuse(vault.error());
  for (const std::string& district : checked->districts) {
    if (auto made = (*vault)->In(district); !made) return core::Refuse(made.error());
  }
  return CopiedIdentities{};
}

}  // namespace

Result<void> IdentityBackup::CopyTo(const runtime::NewDirectory& backup, const std::string& data) {
  if (!IsThere(fs::path(data) / kIdentitiesFile)) return {};
  const std::string file = backup.PathOf(kIdentitiesFile);
  if (!backup.Make(kIdentitiesFile)) return core::Refuse(NotCopied(file));
  auto ring = identities::CopyIdentities(data, file);
  if (!ring) return core::Refuse(ring.error());
  ring_ = *std::move(ring);
  if (keys_file_.empty()) return {};
  const auto checked = Checked(file, ring_, data);
  return CheckKeys(/*open_every_record=*/checked && checked->lost == 0);
}

Result<void> IdentityBackup::CheckKeysFile() const {
  if (keys_file_.empty()) return {};
  const fs::path folder = fs::absolute(keys_file_).parent_path();
  std::error_code unknown;
  if (!fs::is_directory(folder, unknown)) {
    return core::Refuse(
        KeysNotKept(keys_file_, fmt::format("there is no directory {}", folder.string())));
  }
  if (fs::exists(keys_file_, unknown) && !fs::is_regular_file(keys_file_, unknown)) {
    return core::Refuse(KeysNotKept(keys_file_, "it is no file"));
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return core::Refuse(
        KeysNotKept(keys_file_, fmt::format("nothing can be written to {}", folder.string())));
  }
  if (auto before = identities::ReadKeyRing(keys_file_); !before) {
    return core::Refuse(before.error());
  }
  return {};
}

Result<void> IdentityBackup::CheckKeys(bool open_every_record) const {
  if (!open_every_record) {
    return core::Refuse(KeysNotKept(keys_file_, "the keys here do not open the identities here"));
  }
  const auto before = identities::ReadKeyRing(keys_file_);
  if (!before) return core::Refuse(before.error());
  for (const auto& [district, keys] : *before) {
    const auto found = ring_->find(district);
    if (found == ring_->end() || LatestNumberOf(found->second) < LatestNumberOf(keys)) {
      return core::Refuse(
          KeysNotKept(keys_file_, fmt::format("of the district {} it has later keys", district)));
    }
  }
  return {};
}

Result<void> IdentityBackup::KeepKeys() const {
  if (keys_file_.empty() || !ring_) return {};
  return identities::WriteKeyRing(keys_file_, *ring_);
}

Result<CopiedIdentities> RestoreIdentities(const runtime::NewDirectory& data,
                                           const std::string& backup,
                                           const IdentityCopyOptions& options) {
  const std::string source = options.from.empty() ? backup : options.from;
  const fs::path records = fs::path(source) / kIdentitiesFile;
  if (!IsThere(records)) {
    if (!options.from.empty()) return core::Refuse(identities::NoIdentities(source));
    return CopiedIdentities{};
  }
  if (options.without) return MakeNewKeys(data, backup, records);
  std::optional<KeyRing> ring;
  if (!options.keys.empty()) {
    if (!IsThere(options.keys)) return core::Refuse(NoKeyRing(options.keys));
    auto read = identities::ReadKeyRing(options.keys);
    if (!read) return core::Refuse(read.error());
    ring = *std::move(read);
  }
  const auto checked = Checked(records, ring, backup);
  if (!checked) return core::Refuse(checked.error());
  if (!ring) {
    if (checked->students > 0) return core::Refuse(KeysNeeded(source, checked->students));
    return CopiedIdentities{};
  }
  if (checked->lost > 0) return core::Refuse(SealedOtherwise(source, *checked));
  const std::string file = data.PathOf(kIdentitiesFile);
  std::error_code failed;
  if (!data.Make(kIdentitiesFile) ||
      !fs::copy_file(records, file, fs::copy_options::overwrite_existing, failed)) {
    return core::Refuse(NotCopied(file));
  }
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, failed);
  if (auto written = identities::WriteKeyRing(data.PathOf(kKeyRingFile), *ring); !written) {
    return core::Refuse(written.error());
  }
  return CopiedIdentities{true, checked->students};
}

Result<std::string> CheckIdentitiesIn(const std::string& directory) {
  const fs::path records = fs::path(directory) / kIdentitiesFile;
  const fs::path keys = fs::path(directory) / kKeyRingFile;
  std::optional<KeyRing> ring;
  if (IsThere(keys)) {
    if (!IsThere(records)) return core::Refuse(identities::IdentitiesLost(directory));
    auto read = identities::ReadKeyRing(keys);
    if (!read) return core::Refuse(read.error());
    ring = *std::move(read);
  }
  if (!IsThere(records)) return std::string();
  const auto checked = Checked(records, ring, directory);
  if (!checked) return core::Refuse(checked.error());
  if (checked->lost > 0) return core::Refuse(LostIn(directory, *checked));
  if (!ring) {
    return fmt::format("Identity vault: {} students; the keys are not here, as in every backup.\n",
                       checked->students);
  }
  if (!IsThere(fs::path(directory) / kPseudonymsKey)) return std::string();  // which was said
  return fmt::format("Identity vault: {} students; each record opens.\n", checked->students);
}

}  // namespace throughline
