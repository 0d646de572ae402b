// What students are hidden with on entry: the identity vault, which gives pseudonyms and seals
// texts so that nothing leads back from them once a student is erased, and the concealment of the
// ids that sources make (secret_concealment.h), whose keys the vault has, too, and which stays the
// same.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/date.h"
#include "core/result.h"
#include "evidence/secret_concealment.h"
#include "identities/vault.h"
#include "runtime/clock.h"

namespace throughline::evidence {

// Thread-safe.
struct StudentPrivacy {
  std::shared_ptr<identities::Vault> vault;
  const runtime::Clock* clock;  // outlives this

  // The errors of the vault.
  core::Result<SecretConcealment> ConcealmentIn(std::string_view district) const;
  // UTC's, as days since 1970-01-01: retention counts years.
  int32_t Today() const {
    return core::ToDays(std::chrono::floor<std::chrono::days>(clock->Now()));
  }
};

}  // namespace throughline::evidence
