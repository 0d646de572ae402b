#include "evidence/pseudonyms.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ids.h"

namespace throughline::evidence {

namespace {

core::Error SecretUnusable(const std::filesystem::path& file, std::string_view why) {
  return {core::Code::kUnavailable, "SECRET_UNUSABLE",
          "The secret for pseudonyms in " + file.string() + " " + std::string(why) +
              "; without it the students of earlier results cannot be told.",
          ""};
}

// Written beside and moved into place, so that a crash leaves no half of it.
core::Result<Pseudonyms> Create(const std::filesystem::path& file) {
  Pseudonyms::Secret secret;
  randombytes_buf(secret.data(), secret.size());
  const std::string beside = file.string() + ".new";
  const int fd = open(beside.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return core::Refuse(SecretUnusable(file, "cannot be written"));
  const bool written =
      write(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      fsync(fd) == 0;
  close(fd);
  if (!written || rename(beside.c_str(), file.c_str()) != 0) {
    return core::Refuse(SecretUnusable(file, "cannot be written"));
  }
  return Pseudonyms(secret);
}

Pseudonyms::Secret Hash(std::string_view text, const Pseudonyms::Secret& key) {
  Pseudonyms::Secret digest;
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data(),
                     key.size());
  return digest;
}

}  // namespace

core::Result<Pseudonyms> Pseudonyms::FromFile(const std::filesystem::path& file) {
  if (sodium_init() < 0) return core::Refuse(SecretUnusable(file, "needs libsodium"));
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return Create(file);
    return core::Refuse(SecretUnusable(file, "cannot be read"));
  }
  Secret secret;
  char more = 0;
  const bool whole =
      read(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      read(fd, &more, 1) == 0;
  close(fd);
  if (!whole) return core::Refuse(SecretUnusable(file, "is not 32 bytes"));
  return Pseudonyms(secret);
}

Pseudonyms::District Pseudonyms::In(std::string_view district) const {
  return District(Hash(district, secret_));
}

std::string Pseudonyms::District::Of(std::string_view student) const {
  const Secret digest = Hash(student, key_);
  return core::DerivedId({{reinterpret_cast<const char*>(digest.data()), digest.size()}});
}

}  // namespace throughline::evidence
