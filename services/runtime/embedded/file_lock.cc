#include "runtime/embedded/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mutex>
#include <optional>
#include <set>

#include "runtime/embedded/sqlite.h"

namespace throughline::runtime::sqlite {

namespace {

std::mutex mutex;
std::set<std::pair<dev_t, ino_t>>& Held() {
  static std::set<std::pair<dev_t, ino_t>> held;  // by this process; guarded by `mutex`
  return held;
}

std::optional<std::pair<dev_t, ino_t>> IdentityOf(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

Failure InUse(const std::string& path) {
  return Failure(path + " is in use by another throughline; stop it, or use --connect ADDRESS",
                 SQLITE_BUSY);
}

}  // namespace

FileLock::FileLock(const std::string& path) : FileLock(path, O_RDWR | O_CREAT, LOCK_EX) {}

FileLock FileLock::ForReading(const std::string& path) { return {path, O_RDONLY, LOCK_SH}; }

FileLock::FileLock(const std::string& path, int flags, int lock_kind) : path_(path) {
  std::lock_guard lock(mutex);
  const auto there = IdentityOf(path);
  if (there && Held().contains(*there)) throw InUse(path);
  file_ = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file_ < 0) {
    throw Failure(path + (flags == O_RDONLY ? " cannot be read" : " cannot be written"),
                  SQLITE_CANTOPEN);
  }
  struct stat status {};
  if (::flock(file_, lock_kind | LOCK_NB) != 0 || ::fstat(file_, &status) != 0) {
    ::close(file_);
    throw InUse(path);
  }
  identity_ = {status.st_dev, status.st_ino};
  Held().insert(identity_);
}

FileLock::~FileLock() {
  std::lock_guard lock(mutex);
  Held().erase(identity_);
  ::close(file_);
}

bool FileLock::IsThere() const { return IdentityOf(path_) == identity_; }

}  // namespace throughline::runtime::sqlite
