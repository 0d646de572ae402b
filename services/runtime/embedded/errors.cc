#include "runtime/embedded/errors.h"

#include <string>

namespace throughline::runtime {

using core::Code;
using core::Error;

namespace {
std::string Text(std::string_view text) { return std::string(text); }
}  // namespace

Error NoJournal(std::string_view directory) {
  return {Code::kNotFound, "NO_DATA", "There is no journal.db in " + Text(directory) + ".", ""};
}

Error DirectoryNotEmpty(std::string_view directory) {
  return {Code::kAlreadyExists, "DIRECTORY_NOT_EMPTY",
          Text(directory) + " is not an empty directory, and nothing is written over.", ""};
}

Error JournalInUse(std::string_view directory) {
  return {Code::kFailedPrecondition, "JOURNAL_IN_USE",
          Text(directory) + " is in use by another throughline.", ""};
}

Error NoBackup(std::string_view directory, std::string_view why) {
  return {Code::kFailedPrecondition, "NO_BACKUP",
          Text(directory) + " is not as `throughline backup` makes it: " + Text(why) + ".", ""};
}

Error JournalNotReadable(std::string_view directory, std::string_view why) {
  return {Code::kFailedPrecondition, "JOURNAL_NOT_READABLE",
          "The journal in " + Text(directory) + " cannot be read: " + Text(why) + ".", ""};
}

Error MomentBeforeMove() {
  return {Code::kFailedPrecondition, "MOMENT_BEFORE_MOVE",
          "The log was moved to another number of partitions later than that. Restore a backup of "
          "before the move until the moment.",
          "until"};
}

Error JournalNotCopied(std::string_view to, std::string_view why) {
  return {Code::kFailedPrecondition, "JOURNAL_NOT_COPIED",
          Text(to) + " was not made: " + Text(why) + ".", ""};
}

Error BackupDamaged(std::string_view file, std::string_view why) {
  return {Code::kFailedPrecondition, "BACKUP_DAMAGED",
          "The backup is damaged: " + Text(file) + ": " + Text(why) + ". Nothing was restored.",
          ""};
}

}  // namespace throughline::runtime
