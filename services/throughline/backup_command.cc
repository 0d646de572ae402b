#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "runtime/embedded/journal_backup.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/embedded_host.h"
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

int BackUp(const CopyOptions& options) {
  auto copied = WithProgress(runtime::BackUpJournal, "Backing up", options);
  if (!copied) return Fail(copied.error());
  std::cout << Summary("Backed up", options, *copied) << Secrets(*copied)
            << "Keep the backup from others as you do the data itself. Files that options name are "
               "not in it\n"
               "(certificates, --sources, --clients and the like).\n\n"
            << "  throughline check --data " << options.to << "\n"
            << "  throughline restore --from " << options.to << " --data DIR\n";
  return CheckSecrets(options.to, copied->fingerprints) ? kDone : kFailed;
}

core::Error SecretsNotThose(const std::string& backup) {
  return {core::Code::kFailedPrecondition, "SECRETS_NOT_THOSE",
          "The backup " + backup +
              " has not the keys that its journal was written with, so nothing was made of it",
          "from"};
}

int Restore(CopyOptions options) {
  options.accept = [from = options.from](const auto& fingerprints) -> Result<void> {
    if (CheckSecrets(from, fingerprints)) return {};
    return core::Refuse(SecretsNotThose(from));
  };
  auto copied = WithProgress(runtime::RestoreJournal, "Restoring", options);
  if (!copied) return Fail(copied.error());
  std::cout << Summary("Restored", options, *copied) << Secrets(*copied)
            << "What came in after the backup was made is not there: push or import it again, with "
               "the\n"
               "request ids of the first time, and what is there already is not done twice.\n\n"
            << "  throughline serve --data " << options.to << "\n";
  return kDone;
}

}  // namespace

void AddBackup(CommandLine& line) {
  auto options = std::make_shared<CopyOptions>();
  CLI::App& app = line.Add(
      "backup", "Copies a data directory, also while it is served",
      "  throughline backup --data ./data --to /backups/2026-03-02\n"
      "\n"
      "The copy is the journal at one moment, checked page by page, and the keys without which it\n"
      "cannot be served. They are secrets, and readable by the owner only. The copy is there "
      "whole\n"
      "or not at all; one that was interrupted leaves a directory BACKUP.incomplete-…, which can "
      "be\n"
      "deleted. Exit code 1: there is none, or a key is not there, or not the one that the data "
      "were\n"
      "written with.",
      [options] { return BackUp(*options); });
  app.add_option("--data", options->from, "Directory with the data")->required()->type_name("DIR");
  app.add_option("--to", options->to, "Directory to make; it may exist when it is empty")
      ->required()
      ->type_name("BACKUP");
}

void AddRestore(CommandLine& line) {
  auto options = std::make_shared<CopyOptions>();
  CLI::App& app =
      line.Add("restore", "Makes a data directory from a backup",
               "  throughline restore --from /backups/2026-03-02 --data ./data\n"
               "\n"
               "Every page of the backup is checked first, and its keys: of one that is "
               "damaged nothing is made.\n"
               "Nothing is written over: move what is in DIR away before, journal.db "
               "with its -wal and -shm,\n"
               "and the keys.",
               [options] { return Restore(*options); });
  app.add_option("--from", options->from, "Directory that `throughline backup` made")
      ->required()
      ->type_name("BACKUP");
  app.add_option("--data", options->to, "Directory to make; it may exist when it is empty")
      ->required()
      ->type_name("DIR");
}

}  // namespace throughline
