#include "runtime/secret_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

namespace throughline::runtime {

namespace {

core::Error SecretUnusable(const std::filesystem::path& file, std::string_view purpose,
                           std::string_view why) {
  return {core::Code::kUnavailable, "SECRET_UNUSABLE",
          "The secret for " + std::string(purpose) + " in " + file.string() + " " +
              std::string(why) + ".",
          ""};
}

// Written beside and moved into place, so that a crash leaves no half of it.
core::Result<Secret> Make(const std::filesystem::path& file, std::string_view purpose) {
  Secret secret;
  randombytes_buf(secret.data(), secret.size());
  const std::string beside = file.string() + ".new";
  const int fd = open(beside.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return core::Refuse(SecretUnusable(file, purpose, "cannot be written"));
  const bool written =
      write(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      fsync(fd) == 0;
  close(fd);
  if (!written || rename(beside.c_str(), file.c_str()) != 0) {
    return core::Refuse(SecretUnusable(file, purpose, "cannot be written"));
  }
  return secret;
}

}  // namespace

core::Result<Secret> SecretFromFile(const std::filesystem::path& file, std::string_view purpose) {
  if (sodium_init() < 0) return core::Refuse(SecretUnusable(file, purpose, "needs libsodium"));
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return Make(file, purpose);
    return core::Refuse(SecretUnusable(file, purpose, "cannot be read"));
  }
  Secret secret;
  char more = 0;
  const bool whole =
      read(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      read(fd, &more, 1) == 0;
  close(fd);
  if (!whole) return core::Refuse(SecretUnusable(file, purpose, "is not 32 bytes"));
  return secret;
}

}  // namespace throughline::runtime
