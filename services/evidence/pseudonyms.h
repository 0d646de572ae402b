// Replaces a SIS's student ids on entry. A pseudonym is a keyed hash (BLAKE2b, libsodium) under
// a key of the district, which is derived from a secret of the installation: the same student
// always gets the same one, and without the secret nothing leads back. Thread-safe.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "evidence/secret_concealment.h"
#include "runtime/journal.h"

namespace throughline::evidence {

class Pseudonyms {
 public:
  using Secret = std::array<unsigned char, 32>;

  explicit Pseudonyms(const Secret& secret)
      : secret_(secret), concealment_(std::make_shared<SecretConcealment>(secret)) {}
  // Reads the installation's secret, or makes one in a file that only its owner can read.
  // UNAVAILABLE when the file cannot be read or written, or is not a secret; FAILED_PRECONDITION
  // when it is not the one that the log knows (runtime/known_secret.h).
  static core::Result<Pseudonyms> FromFile(runtime::Log& log, const std::filesystem::path& file);

  // Those of one district: its key is derived once.
  class District {
   public:
    // 26 characters a-z and 2-7; an id of this system.
    std::string Of(std::string_view student) const;

   private:
    friend class Pseudonyms;
    explicit District(const Secret& key) : key_(key) {}
    Secret key_;
  };
  District In(std::string_view district) const;
  std::string Of(std::string_view district, std::string_view student) const {
    return In(district).Of(student);
  }
  // What else is made with the same secret.
  const std::shared_ptr<const SecretConcealment>& concealment() const { return concealment_; }

 private:
  Secret secret_;
  std::shared_ptr<const SecretConcealment> concealment_;
};

}  // namespace throughline::evidence
