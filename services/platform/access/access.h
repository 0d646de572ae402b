// Whether a call may be made: who calls, by the credential, and whether the method's rule allows
// it for what the request is about. Thread-safe; decides without I/O.
//
// An installation without credentials - one process, on loopback or in a network of its own - is
// open: everybody may do everything, and not a thing is looked at.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "platform/access/audit.h"
#include "platform/access/call_observer.h"
#include "platform/access/credentials.h"
#include "platform/access/on_record.h"
#include "platform/access/rules.h"
#include "platform/access/sign_ins.h"
#include "runtime/clock.h"

namespace throughline::platform {

// An issuer that is trusted. Issuer, audience and one of `jwks` and `own_keys` are required.
struct AccessOptions {
  std::string jwks;      // a file, or an http or https address; plain http trusts the network
  std::string issuer;    // what `iss` of a token says
  std::string audience;  // what `aud` of a token says, or has among others
  KeyPace pace = {};
  std::string own_keys = {};  // the set itself, where the issuer is this process
};

class Access {
 public:
  // Everybody may do everything.
  static std::unique_ptr<Access> Open();
  // Credentials are required, of any of these issuers. `clock` must outlive this.
  // ACCESS_OPTION_MISSING or KEYS_UNUSABLE, with a sentence for the person who configured it.
  static core::Result<std::unique_ptr<Access>> Create(const std::vector<AccessOptions>& issuers,
                                                      const runtime::Clock& clock);

  bool open() const { return issuers_.empty(); }
  // Who an `authorization` header speaks for.
  core::Result<PrincipalPtr> Authenticate(std::string_view authorization) const;
  // NOT_ALLOWED when the request has no rule, or its rule refuses the caller; SCOPE_MISSING when
  // the caller's scope does not cover it.
  core::Result<void> Authorize(const Principal& caller, const Rules& rules,
                               const google::protobuf::Message& request) const;
  bool IsOver(const Principal& caller) const;
  // What is on record of those who call goes there, which must outlive all calls; without it,
  // nowhere. Before the first call.
  void RecordOn(Audit& audit) { audit_ = &audit; }
  Audit& audit() const { return *audit_; }
  // Is told of every call from then on, and must outlive all of them; without it, nobody is. Before
  // the first call.
  void ObserveCalls(CallObserver& observer) { observer_ = &observer; }
  CallObserver& observer() const { return *observer_; }
  // Puts on record that somebody was recognized: the first time, and from another address.
  void NoteSignIn(const Principal& caller, const CallOrigin& origin) const;
  // The caller of an open installation.
  static const PrincipalPtr& Everybody();

 private:
  Access() = default;

  Audit* audit_ = &NoAudit();
  CallObserver* observer_ = &NoCallObserver();
  const std::unique_ptr<SignIns> sign_ins_ = std::make_unique<SignIns>();
  const runtime::Clock* clock_ = nullptr;
  std::vector<std::unique_ptr<Credentials>> issuers_;  // none: open
};

}  // namespace throughline::platform
