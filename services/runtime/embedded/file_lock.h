// The journal's file as one process's own: a lock on the file itself, which nobody can remove
// beside it, and a way to see that the file was moved or replaced meanwhile.
//
// It is flock(2), which does not meet SQLite's own locks (fcntl). Those are dropped when any
// descriptor of the file is closed in this process: so a file that this process has already is
// refused before it is opened, and the lock has to go after SQLite's last connection.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

namespace throughline::runtime::sqlite {

class FileLock {
 public:
  // Makes the file, for its owner only, when it does not exist. Throws sqlite::Failure when it
  // cannot be opened, or when somebody has it.
  explicit FileLock(const std::string& path);
  // That nobody else writes to the file while it is read; other readers are no trouble. The file is
  // not made, and need not be writable.
  static FileLock ForReading(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // Whether the path still leads to this file.
  bool IsThere() const;

 private:
  FileLock(const std::string& path, int flags, int lock_kind);
  using Identity = std::pair<dev_t, ino_t>;
  std::string path_;
  Identity identity_;
  int file_ = -1;
};

}  // namespace throughline::runtime::sqlite
