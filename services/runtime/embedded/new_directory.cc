#include "runtime/embedded/new_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "runtime/embedded/errors.h"

namespace throughline::runtime {

namespace {

namespace fs = std::filesystem;

// Of a file, or of a directory's list of files.
bool Sync(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  return synced;
}

fs::path WithoutSlash(const std::string& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

// The directories that are not there yet, the deepest first.
std::vector<fs::path> MissingFrom(fs::path directory) {
  std::vector<fs::path> missing;
  std::error_code failed;
  for (; !directory.empty() && !fs::exists(directory, failed);
       directory = directory.parent_path()) {
    missing.push_back(directory);
  }
  return missing;
}

// Those that somebody has put something into stay.
void RemoveEmpty(const std::vector<fs::path>& directories) {
  for (const fs::path& directory : directories) {
    if (::rmdir(directory.c_str()) != 0) return;
  }
}

}  // namespace

NewDirectory::NewDirectory(fs::path at, fs::path beside, Paths parents)
    : at_(std::move(at)), beside_(std::move(beside)), parents_(std::move(parents)) {}

NewDirectory::NewDirectory(NewDirectory&& from) noexcept
    : at_(std::move(from.at_)),
      beside_(std::exchange(from.beside_, {})),
      parents_(std::exchange(from.parents_, {})) {}

NewDirectory::~NewDirectory() {
  if (beside_.empty()) return;
  std::error_code failed;
  fs::remove_all(beside_, failed);
  RemoveEmpty(parents_);
}

core::Result<NewDirectory> NewDirectory::Begin(const std::string& at) {
  const fs::path place = WithoutSlash(at);
  std::error_code failed;
  const auto found = fs::status(place, failed);
  if (fs::exists(found) && !(fs::is_directory(found) && fs::is_empty(place, failed))) {
    return core::Refuse(DirectoryNotEmpty(at));
  }
  std::vector<fs::path> parents = MissingFrom(place.parent_path());
  fs::create_directories(place.parent_path(), failed);
  std::string beside = place.string() + ".incomplete-XXXXXX";
  if (::mkdtemp(beside.data()) == nullptr) {
    const std::string why = beside + ": " + std::strerror(errno);
    RemoveEmpty(parents);
    return core::Refuse(JournalNotCopied(at, why));
  }
  return NewDirectory(place, beside, std::move(parents));
}

bool NewDirectory::Make(const std::string& file) const {
  const int fd =
      ::open(PathOf(file).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  ::close(fd);
  return true;
}

core::Result<void> NewDirectory::Finish() {
  bool synced = true;
  for (const auto& file : fs::directory_iterator(beside_)) synced = synced && Sync(file.path());
  if (!synced || !Sync(beside_)) {
    return core::Refuse(JournalNotCopied(at_.string(), "it cannot be brought to disk"));
  }
  if (std::rename(beside_.c_str(), at_.c_str()) != 0) {
    if (errno == ENOTEMPTY || errno == EEXIST) return core::Refuse(DirectoryNotEmpty(at_.string()));
    return core::Refuse(JournalNotCopied(at_.string(), std::strerror(errno)));
  }
  beside_.clear();
  if (!Sync(at_.parent_path())) {
    return core::Refuse(JournalNotCopied(at_.string(), "its place cannot be brought to disk"));
  }
  return {};
}

}  // namespace throughline::runtime
