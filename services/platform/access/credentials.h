// Tells who a bearer token speaks for. A token is a JWT (RFC 7519) in compact form, signed with
// RS256 or ES256 by a key of the issuer's set; the algorithm is the key's, never the token's
// choice. Its `typ` is JWT or at+jwt, or it has none, and it has no `events`: an issuer signs
// tokens that end sessions, too. Issuer and audience are those configured; `exp` is required and,
// like `nbf`, held to the clock with 60 seconds of leeway. Beside these a token says
//
//   sub       who, 1 to 256 printable characters
//   district  the district's id
//   role      district_administrator, district_leader, school_leader, team_member, integration,
//             observer or privacy_officer
//   school    the school's id; for school_leader and team_member, and for an observer of one school
//   team      the team's id; for team_member
//   teacher   optional: as whom rosters name them when they say who teaches a class, at most 128
//             printable characters, and none when they do not; otherwise `sub`
//   scope     optional: what it is for, in the words of a standard (RFC 6749); see scopes.h
//
// What was verified is remembered until it expires or the keys change. Nothing here logs a token or
// puts any of it into an error. Thread-safe; never waits for the keys' source.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.h"
#include "platform/access/key_source.h"
#include "platform/access/principal.h"
#include "runtime/clock.h"

namespace throughline::platform {

struct CredentialOptions {
  std::string issuer;
  std::string audience;
  size_t remembered = 4096;  // tokens
};

class Credentials {
 public:
  // `clock` must outlive this.
  Credentials(std::unique_ptr<KeySource> keys, CredentialOptions options,
              const runtime::Clock& clock);

  // CREDENTIAL_INVALID or CREDENTIAL_EXPIRED. A key that is not known makes the set be read again,
  // in the background; the caller tries again.
  core::Result<PrincipalPtr> Verify(std::string_view token);

 private:
  struct Remembered {
    std::string token;
    PrincipalPtr principal;
  };
  using Order = std::list<Remembered>;

  core::Result<PrincipalPtr> VerifyAnew(std::string_view token, const KeySet& keys);
  PrincipalPtr Recall(std::string_view token, const std::shared_ptr<const KeySet>& keys);
  void Remember(std::string_view token, PrincipalPtr principal,
                const std::shared_ptr<const KeySet>& keys);

  std::unique_ptr<KeySource> keys_;
  const CredentialOptions options_;
  const runtime::Clock& clock_;
  std::mutex mutex_;
  std::shared_ptr<const KeySet> remembered_with_;
  Order order_;                                                       // the one used last is first
  std::unordered_map<std::string_view, Order::iterator> remembered_;  // keys point into order_
};

}  // namespace throughline::platform
