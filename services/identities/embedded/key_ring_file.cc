#include "identities/embedded/key_ring_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "identities/embedded/errors.h"
#include "throughline/identities/v1/identity.pb.h"

namespace throughline::identities {

namespace {

using core::Result;

class File {
 public:
  File(const std::string& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  bool Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
  }
  bool Read(std::string& bytes) const {
    char chunk[4096];
    while (true) {
      const ssize_t read = ::read(descriptor_, chunk, sizeof chunk);
      if (read < 0 && errno == EINTR) continue;
      if (read <= 0) return read == 0;
      bytes.append(chunk, static_cast<size_t>(read));
    }
  }
  bool Sync() const { return ::fsync(descriptor_) == 0; }
  bool CloseToOthers() const { return ::fchmod(descriptor_, 0600) == 0; }
  size_t Size() const {
    struct stat status {};
    return ::fstat(descriptor_, &status) == 0 ? static_cast<size_t>(status.st_size) : 0;
  }

 private:
  int descriptor_;
};

std::string ChecksumOf(const v1::KeyRing& ring) {
  std::string text;
  for (const auto& entry : ring.entries()) {
    for (const std::string* part : {&entry.district(), &entry.keys()}) {
      text += std::to_string(part->size()) + ":" + *part;
    }
  }
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(text.data(), text.size()));
  return {reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest};
}

core::Error Unavailable(const std::filesystem::path& file) {
  return IdentitiesUnavailable(file.string() + ": " + std::strerror(errno));
}

}  // namespace

Result<KeyRing> ReadKeyRing(const std::filesystem::path& file) {
  const File opened(file, O_RDONLY);
  if (!opened.is_open() && errno == ENOENT) return KeyRing();
  std::string bytes;
  if (!opened.is_open() || !opened.Read(bytes)) return core::Refuse(Unavailable(file));
  v1::KeyRing message;
  if (!message.ParseFromString(bytes) || message.checksum() != ChecksumOf(message)) {
    return core::Refuse(KeyRingDamaged(file.string()));
  }
  KeyRing ring;
  for (const auto& entry : message.entries()) ring[entry.district()] = entry.keys();
  return ring;
}

Result<void> WriteKeyRing(const std::filesystem::path& file, const KeyRing& ring) {
  v1::KeyRing message;
  for (const auto& [district, keys] : ring) {
    auto* entry = message.add_entries();
    entry->set_district(district);
    entry->set_keys(keys);
  }
  message.set_checksum(ChecksumOf(message));
  const std::string beside = file.string() + ".new";
  const File before(file, O_WRONLY);
  {
    const File made(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!made.is_open() || !made.CloseToOthers() || !made.Write(message.SerializeAsString()) ||
        !made.Sync()) {
      return core::Refuse(Unavailable(beside));
    }
  }
  if (std::rename(beside.c_str(), file.c_str()) != 0) return core::Refuse(Unavailable(file));
  const File directory(std::filesystem::absolute(file).parent_path(), O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || !directory.Sync()) return core::Refuse(Unavailable(file));
  // Nobody can open what was there before by name any more: its bytes go, too, if they can.
  if (before.is_open()) {
    static_cast<void>(before.Write(std::string(before.Size(), '\0')) && before.Sync());
  }
  return {};
}

}  // namespace throughline::identities
