// Failures of looking after the embedded journal's directory, by name.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::runtime {

core::Error NoJournal(std::string_view directory);          // NOT_FOUND
core::Error DirectoryNotEmpty(std::string_view directory);  // ALREADY_EXISTS
core::Error JournalInUse(std::string_view directory);       // by a process that may write to it
core::Error NoBackup(std::string_view directory, std::string_view why);
core::Error JournalNotReadable(std::string_view directory, std::string_view why);
core::Error JournalNotCopied(std::string_view to, std::string_view why);  // nothing is left there
core::Error MomentBeforeMove();  // to another number of partitions
core::Error BackupDamaged(std::string_view file, std::string_view why);

}  // namespace throughline::runtime
