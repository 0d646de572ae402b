#include "runtime/secret_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

namespace throughline::runtime {

namespace {

using core::Result;

core::Error SecretUnusable(const std::filesystem::path& file, std::string_view purpose,
                           std::string_view why) {
  return {core::Code::kUnavailable, "SECRET_UNUSABLE",
          "The secret for " + std::string(purpose) + " in " + file.string() + " " +
              std::string(why) + ".",
          ""};
}

// Written beside and linked into place, so that a crash leaves no half of it, and of several
// processes that make it at once all come to have the same.
bool Make(const std::filesystem::path& file) {
  Secret secret;
  randombytes_buf(secret.data(), secret.size());
  const std::string beside = file.string() + ".new." + std::to_string(getpid());
  const int fd = open(beside.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written =
      write(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      fsync(fd) == 0;
  close(fd);
  const bool there = written && (link(beside.c_str(), file.c_str()) == 0 || errno == EEXIST);
  unlink(beside.c_str());
  return there;
}

// nullopt: there is no such file.
Result<std::optional<Secret>> Read(const std::filesystem::path& file, std::string_view purpose) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) return core::Refuse(SecretUnusable(file, purpose, "cannot be read"));
  Secret secret;
  char more = 0;
  const bool whole =
      read(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      read(fd, &more, 1) == 0;
  close(fd);
  if (!whole) return core::Refuse(SecretUnusable(file, purpose, "is not 32 bytes"));
  if (std::all_of(secret.begin(), secret.end(), [](unsigned char byte) { return byte == 0; })) {
    return core::Refuse(
        SecretUnusable(file, purpose, "is nothing but zeros; restore the file from a copy"));
  }
  return secret;
}

}  // namespace

Result<Secret> SecretFromFile(const std::filesystem::path& file, std::string_view purpose) {
  if (sodium_init() < 0) return core::Refuse(SecretUnusable(file, purpose, "needs libsodium"));
  auto secret = Read(file, purpose);
  if (secret && !*secret) {
    if (!Make(file)) return core::Refuse(SecretUnusable(file, purpose, "cannot be written"));
    secret = Read(file, purpose);
  }
  if (!secret) return core::Refuse(secret.error());
  if (!*secret) return core::Refuse(SecretUnusable(file, purpose, "is gone again"));
  return **secret;
}

Result<std::string> SecretTextFromFile(const std::filesystem::path& file,
                                       std::string_view purpose) {
  constexpr size_t kLongest = 1024;
  std::ifstream in(file, std::ios::binary);
  if (!in) return core::Refuse(SecretUnusable(file, purpose, "cannot be read"));
  std::string text(kLongest + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return core::Refuse(SecretUnusable(file, purpose, "cannot be read"));
  text.resize(static_cast<size_t>(in.gcount()));
  const bool too_long = text.size() > kLongest;
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.empty() || too_long) {
    return core::Refuse(SecretUnusable(file, purpose, "is empty, or longer than a kilobyte"));
  }
  return text;
}

Result<void> ReplaceSecretFile(const std::filesystem::path& next, const std::filesystem::path& file,
                               std::string_view purpose) {
  const int before = open(file.c_str(), O_WRONLY | O_CLOEXEC);
  const bool replaced = rename(next.c_str(), file.c_str()) == 0;
  const int folder = open(std::filesystem::absolute(file).parent_path().c_str(),
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool kept = replaced && folder >= 0 && fsync(folder) == 0;
  if (folder >= 0) close(folder);
  if (before >= 0) {
    const Secret nothing{};
    if (kept && write(before, nothing.data(), nothing.size()) > 0) fsync(before);
    close(before);
  }
  if (!kept) return core::Refuse(SecretUnusable(file, purpose, "cannot be written"));
  return {};
}

}  // namespace throughline::runtime
