// Whether a call may be made: who calls, by the credential, and whether the method's rule allows
// it for what the request is about. Thread-safe; decides without I/O.
//
// An installation without credentials - one process, on loopback or in a network of its own - is
// open: everybody may do everything, and not a thing is looked at.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "runtime/access/credentials.h"
#include "runtime/access/rules.h"
#include "runtime/clock.h"

namespace throughline::runtime {

// All three are required.
struct AccessOptions {
  std::string jwks;      // a file, or an http or https address; plain http trusts the network
  std::string issuer;    // what `iss` of a token says
  std::string audience;  // what `aud` of a token says, or has among others
  KeyPace pace = {};
};

class Access {
 public:
  // Everybody may do everything.
  static std::unique_ptr<Access> Open();
  // Credentials are required. `clock` must outlive this. ACCESS_OPTION_MISSING or KEYS_UNUSABLE,
  // with a sentence for whoever configured it.
  static core::Result<std::unique_ptr<Access>> Create(const AccessOptions& options,
                                                      const Clock& clock);

  bool open() const { return credentials_ == nullptr; }
  // Who an `authorization` header speaks for.
  core::Result<PrincipalPtr> Authenticate(std::string_view authorization) const;
  // NOT_ALLOWED when the request has no rule, or its rule refuses the caller.
  core::Result<bool> Authorize(const Principal& caller, const Rules& rules,
                               const google::protobuf::Message& request) const;
  bool IsOver(const Principal& caller) const;
  // The caller of an open installation.
  static const PrincipalPtr& Everybody();

 private:
  Access() = default;

  const Clock* clock_ = nullptr;
  std::unique_ptr<Credentials> credentials_;  // null: open
};

}  // namespace throughline::runtime
