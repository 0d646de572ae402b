// What students are hidden with, in memory, for tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "evidence/student_privacy.h"
#include "identities/memory_store.h"

namespace throughline::evidence {

// The clock must outlive this, and this what was made with `privacy`.
class PrivacyInMemory {
 public:
  explicit PrivacyInMemory(const runtime::Clock& clock,
                           const runtime::Secret& secret = runtime::Secret{1, 2, 3},
                           identities::VaultOptions options = {})
      : privacy{identities::OpenVault(store_, secret, std::move(options)).value(), &clock} {}

  // The pseudonym that a result of the student gets.
  std::string Of(std::string_view district, std::string_view student) const {
    return privacy.vault->In(district).value()->Of(student);
  }
  std::shared_ptr<const SecretConcealment> ConcealmentIn(std::string_view district) const {
    return std::make_shared<SecretConcealment>(privacy.ConcealmentIn(district).value());
  }
  // Of a student who is on record from now on.
  std::string Entered(std::string_view district, std::string_view student) const {
    return privacy.vault->Enter(district, {{std::string(student), ""}}, privacy.Today())
        .value()
        .front();
  }

 private:
  identities::MemoryIdentityStore store_;

 public:
  const StudentPrivacy privacy;
};

}  // namespace throughline::evidence
