// The identity vault in copies of a data directory. A backup has its records, sealed; the keys that
// open them are in no backup: an older one would otherwise bring back who was erased since. There
// is one current copy of the keys, apart from backups.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "identities/embedded/identity_files.h"
#include "runtime/embedded/new_directory.h"

namespace throughline {

struct IdentityCopyOptions {
  std::string keys = {};  // file with the one copy of the keys; empty: not said
  std::string from = {};  // of a restore: another backup, whose records are taken; empty: the same
  bool without = false;   // of a restore: no records, and new keys
};

// What came of the vault in a copy.
struct CopiedIdentities {
  bool are_there = false;  // records
  int64_t students = 0;    // of a restore
};

// Copies the records of `data` into a backup. When it is there, KeepKeys puts the keys that open it
// into `keys_file`, in the place of the older copy; empty: nowhere. IDENTITY_KEYS_NOT_KEPT, before
// there is a backup, when they could not be put there, do not open the records, or what is in that
// file is not older.
class IdentityBackup {
 public:
  explicit IdentityBackup(std::string keys_file) : keys_file_(std::move(keys_file)) {}

  // Before anything is copied: whether the file can be written.
  core::Result<void> CheckKeysFile() const;
  core::Result<void> CopyTo(const runtime::NewDirectory& backup, const std::string& data);
  core::Result<void> KeepKeys() const;
  bool has_records() const { return ring_.has_value(); }

 private:
  core::Result<void> CheckKeys(bool open_every_record) const;

  const std::string keys_file_;
  std::optional<identities::KeyRing> ring_;
};

// Puts the records of a backup, and the keys, into a new data directory. IDENTITY_KEYS_NEEDED when
// the backup has records and the keys are not said; IDENTITIES_SEALED_OTHERWISE when they do not
// open all of them; NO_IDENTITIES, and what the files' own checks say.
core::Result<CopiedIdentities> RestoreIdentities(const runtime::NewDirectory& data,
                                                 const std::string& backup,
                                                 const IdentityCopyOptions& options);

// What a check of a directory says of the vault, a sentence; empty: there is none. A backup, which
// has no keys, is read for damage only.
core::Result<std::string> CheckIdentitiesIn(const std::string& directory);

}  // namespace throughline
