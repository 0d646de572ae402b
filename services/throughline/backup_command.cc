#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "runtime/embedded/journal_backup.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/embedded_host.h"
#include "throughline/identity_copies.h"
#include "throughline/progress_line.h"
#include "throughline/secret_check.h"

namespace throughline {

namespace {

using core::Result;
using runtime::CopiedJournal;
using runtime::CopyOptions;

using Copy = Result<CopiedJournal> (*)(const CopyOptions&, const runtime::CopyProgress&);

Result<CopiedJournal> WithProgress(Copy copy, const char* doing, CopyOptions options) {
  options.secrets = kSecrets;
  ProgressLine line = ProgressLine::ToStderr();
  return copy(options, [&](int64_t done, int64_t of) {
    line.Show([&] { return fmt::format("{}: {} %", doing, of == 0 ? 100 : 100 * done / of); });
  });
}

std::string Summary(const char* what, const CopyOptions& options, const CopiedJournal& copied) {
  return fmt::format("{} {} to {}: {} bytes, {} records; every page is as it was written.\n", what,
                     options.from, options.to, copied.bytes, copied.records);
}

std::string Secrets(const CopiedJournal& copied) {
  const auto has = [&](const char* name) {
    return std::find(copied.secrets.begin(), copied.secrets.end(), name) != copied.secrets.end();
  };
  std::string text;
  if (!copied.secrets.empty()) {
    text = fmt::format("Secrets copied with it: {}.\n", fmt::join(copied.secrets, ", "));
  }
  for (const char* name : {kPseudonymsKey, kDeliveriesKey}) {
    if (has(name)) continue;
    text += fmt::format(
        "There was no {} to copy. What was recorded with it cannot be served without it.\n", name);
  }
  return text;
}

struct BackUpOptions {
  CopyOptions copy;
  std::string identity_keys;
};

std::string WhereIdentityKeysAre(const std::string& file) {
  if (!file.empty()) {
    return fmt::format(
        "The keys that open the students' identities are in {}, in the place of any older copy. "
        "Keep "
        "this\none copy, and apart from the backup.\n",
        file);
  }
  return "The keys that open the students' identities, identities.keys, are in no backup. Keep the "
         "one "
         "current\ncopy of them elsewhere: with --identity-keys FILE it is put there.\n";
}

// Beside what they open, they would bring back who was erased since.
core::Error KeysNotApart(const std::string& file, const std::string& directory) {
  return {
      core::Code::kInvalidArgument, "IDENTITY_KEYS_NOT_APART",
      fmt::format("{} is in {}. Keep the keys that open the students' identities apart from the "
                  "backups and from what is served, such as on another disk",
                  file, directory),
      "identity-keys"};
}

bool IsIn(const std::string& file, const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code unknown;
  const fs::path whole = fs::weakly_canonical(fs::absolute(file), unknown);
  const fs::path in = (fs::weakly_canonical(fs::absolute(directory), unknown) / "").parent_path();
  return std::mismatch(in.begin(), in.end(), whole.begin(), whole.end()).first == in.end();
}

int BackUp(BackUpOptions options) {
  for (const std::string& directory : {options.copy.to, options.copy.from}) {
    if (options.identity_keys.empty() || !IsIn(options.identity_keys, directory)) continue;
    return Fail(KeysNotApart(options.identity_keys, directory));
  }
  IdentityBackup identities(options.identity_keys);
  if (auto may = identities.CheckKeysFile(); !may) return Fail(may.error());
  options.copy.also = [&](const runtime::NewDirectory& backup) {
    return identities.CopyTo(backup, options.copy.from);
  };
  const auto copied = WithProgress(runtime::BackUpJournal, "Backing up", options.copy);
  if (!copied) return Fail(copied.error());
  std::cout << Summary("Backed up", options.copy, *copied) << Secrets(*copied);
  if (auto kept = identities.KeepKeys(); !kept) return Fail(kept.error());
  if (identities.has_records()) std::cout << WhereIdentityKeysAre(options.identity_keys);
  std::cout << "Keep the backup from others as you do the data itself. Files that options name are "
               "not in it\n"
               "(certificates, --sources, --clients and the like).\n\n"
            << "  throughline check --data " << options.copy.to << "\n"
            << "  throughline restore --from " << options.copy.to << " --data DIR\n";
  return CheckSecrets(options.copy.to, copied->fingerprints) ? kDone : kFailed;
}

core::Error SecretsNotThose(const std::string& backup) {
  return {core::Code::kFailedPrecondition, "SECRETS_NOT_THOSE",
          "The backup " + backup +
              " has not the keys that its journal was written with, so nothing was made of it",
          "from"};
}

struct RestoreOptions {
  CopyOptions copy;
  IdentityCopyOptions identities;
  std::string until;
};

core::Error MomentInvalid(const std::string& until) {
  return {core::Code::kInvalidArgument, "MOMENT_INVALID",
          until.substr(0, 40) + " is no moment such as 2026-03-02T14:30:00Z.", "until"};
}

int Restore(RestoreOptions options) {
  if (!options.until.empty()) {
    options.copy.until = core::ParseInstant(options.until);
    if (!options.copy.until) return Fail(MomentInvalid(options.until));
  }
  options.copy.accept = [from = options.copy.from](const auto& fingerprints) -> Result<void> {
    if (CheckSecrets(from, fingerprints)) return {};
    return core::Refuse(SecretsNotThose(from));
  };
  CopiedIdentities identities;
  options.copy.also = [&](const runtime::NewDirectory& data) -> Result<void> {
    const auto restored = RestoreIdentities(data, options.copy.from, options.identities);
    if (!restored) return core::Refuse(restored.error());
    identities = *restored;
    return {};
  };
  const auto copied = WithProgress(runtime::RestoreJournal, "Restoring", options.copy);
  if (!copied) return Fail(copied.error());
  std::cout << Summary("Restored", options.copy, *copied) << Secrets(*copied);
  if (identities.are_there) {
    std::cout << fmt::format("The identities of {} students, and their keys, are there.\n",
                             identities.students);
  }
  if (options.copy.until) {
    std::cout << fmt::format(
        "What was recorded after {}, {} records, is left out; the state of then is folded from the "
        "rest\nwhen the directory is served. Who reads streams begins anew, without a token of "
        "before.\n",
        options.until, copied->left_out);
  }
  std::cout << "What came in after that is not there: push or import it again, with the\n"
               "request ids of the first time, and what is there already is not done twice.\n\n"
            << "  throughline serve --data " << options.copy.to << "\n";
  return kDone;
}

}  // namespace

void AddBackup(CommandLine& line) {
  auto options = std::make_shared<BackUpOptions>();
  CLI::App& app = line.Add(
      "backup", "Copies a data directory, also while it is served",
      "  throughline backup --data ./data --to /backups/2026-03-02 --identity-keys "
      "/safe/identities.keys\n"
      "\n"
      "The copy is the journal at one moment, checked page by page, and the keys without which it\n"
      "cannot be served. They are secrets, and readable by the owner only. The copy is there "
      "whole\n"
      "or not at all; one that was interrupted leaves a directory BACKUP.incomplete-…, which can "
      "be\n"
      "deleted. Who the students are is in the copy, sealed; the keys that open it are not, so "
      "that "
      "no backup\n"
      "brings back who was erased since. Keep the one current copy of them apart from backups. "
      "Exit "
      "code 1: there is none, or a key is not there, or not the one that the data "
      "were\n"
      "written with.",
      [options] { return BackUp(*options); });
  app.add_option("--data", options->copy.from, "Directory with the data")
      ->required()
      ->type_name("DIR");
  app.add_option("--to", options->copy.to, "Directory to make; it may exist when it is empty")
      ->required()
      ->type_name("BACKUP");
  app.add_option("--identity-keys", options->identity_keys,
                 "File that the keys of the students' identities are written to, in the place of "
                 "the older copy")
      ->type_name("FILE");
}

void AddRestore(CommandLine& line) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App& app =
      line.Add("restore", "Makes a data directory from a backup",
               "  throughline restore --from /backups/2026-03-02 --data ./data --identity-keys "
               "/safe/identities.keys\n"
               "\n"
               "Every page of the backup is checked first, and its keys: of one that is "
               "damaged nothing is made.\n"
               "Nothing is written over: move what is in DIR away before, journal.db "
               "with its -wal and -shm,\n"
               "and the keys.",
               [options] { return Restore(*options); });
  app.add_option("--from", options->copy.from, "Directory that `throughline backup` made")
      ->required()
      ->type_name("BACKUP");
  app.add_option("--data", options->copy.to, "Directory to make; it may exist when it is empty")
      ->required()
      ->type_name("DIR");
  app.add_option("--until", options->until,
                 "The journal as it stood at that moment, such as 2026-03-02T14:30:00Z: what was "
                 "recorded later is left out")
      ->type_name("TIME");
  auto* keys = app.add_option("--identity-keys", options->identities.keys,
                              "The copy of identities.keys that was made last")
                   ->type_name("FILE");
  auto* from =
      app.add_option("--identities-from", options->identities.from,
                     "A later backup to take the students' identities from: an older one's "
                     "are sealed with a key that is gone once somebody was erased")
          ->type_name("BACKUP")
          ->needs(keys);
  app.add_flag("--without-identities", options->identities.without,
               "Leave out who the students are; with the next roster every one is somebody new")
      ->excludes(keys)
      ->excludes(from);
}

}  // namespace throughline
