#include <fmt/format.h>

#include <iostream>

#include "runtime/embedded/journal_check.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/identity_copies.h"
#include "throughline/progress_line.h"
#include "throughline/secret_check.h"

namespace throughline {

namespace {

using runtime::CheckedJournal;

std::string CheckedText(const CheckedJournal& so_far) {
  if (so_far.records == 0) {
    return fmt::format("Checking: page {} of {}", so_far.pages, so_far.pages_of);
  }
  return fmt::format("Checking: {} pages, {} records, {} rows", so_far.pages, so_far.records,
                     so_far.rows);
}

std::string Summary(const std::string& data, const CheckedJournal& checked) {
  std::string text =
      fmt::format("Read all of {}: {} pages, {} records in {} partitions, {} rows.\n", data,
                  checked.pages, checked.records, checked.partitions, checked.rows);
  if (!checked.has_checksums) {
    text += "Its pages have no checksums yet; they get them when it is served the next time.\n";
  }
  return text;
}

// By what is damaged: the log is the truth, and rows come back from it.
std::string WhatToDo(const std::string& data, const CheckedJournal& checked) {
  if (checked.bad() == 0) return "Everything is as it was written.\n";
  std::string text = fmt::format("{} places are damaged. See to the disk.\n", checked.bad());
  if (checked.bad_in_log > 0) {
    text +=
        "Some of the log is lost here. Bring a backup back into a new directory:\n"
        "  throughline restore --from BACKUP --data DIR\n";
  } else if (checked.bad_in_store > 0) {
    text += fmt::format(
        "The log is whole. The rows are folded anew from it when the directory is served:\n"
        "  throughline serve --data {}\n",
        data);
  } else {
    text += fmt::format(
        "Every record and every row can be read. A copy leaves the damaged pages out:\n"
        "  throughline backup --data {} --to BACKUP\n",
        data);
  }
  return text;
}

int Check(const std::string& data) {
  ProgressLine line = ProgressLine::ToStderr();
  auto checked = runtime::CheckJournal(
      data,
      [&](const std::string& place) {
        line.Clear();
        std::cerr << place << '\n';
      },
      [&](const CheckedJournal& so_far) { line.Show([&] { return CheckedText(so_far); }); });
  line.Clear();
  if (!checked) return Fail(checked.error());
  std::cout << Summary(data, *checked) << WhatToDo(data, *checked);
  const bool has_secrets = CheckSecrets(data, checked->fingerprints);
  const auto identities = CheckIdentitiesIn(data);
  if (!identities) return Fail(identities.error());
  std::cout << *identities;
  return has_secrets && checked->bad() == 0 ? kDone : kFailed;
}

}  // namespace

void AddCheck(CommandLine& line) {
  auto data = std::make_shared<std::string>();
  CLI::App& app = line.Add(
      "check", "Reads everything in a data directory and says what is damaged",
      "  throughline check --data ./data\n"
      "  throughline check --data /backups/2026-03-02\n"
      "\n"
      "Nothing may be serving the directory, and nothing in it is changed. Each place that "
      "is\n"
      "damaged is a line on stderr, and so is a key that is not the one it was written with, "
      "or that\n"
      "records of the identity vault cannot be opened with.\n"
      "Exit code 1: there is one, or not all could be read.",
      [data] { return Check(*data); });
  app.add_option("--data", *data, "Directory with the data, or a backup")
      ->required()
      ->type_name("DIR");
}

}  // namespace throughline
