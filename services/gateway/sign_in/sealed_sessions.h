// Sessions that no replica has to remember: all of a session is in its cookie, sealed, with a token
// of this gateway's own that the services accept. The cookie is no token itself: only a gateway can
// open it, and does so only while the session has not ended (ended_sessions.h). Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "gateway/door/sessions.h"
#include "gateway/oauth/token_signer.h"
#include "gateway/sign_in/cookies.h"
#include "gateway/sign_in/ended_sessions.h"
#include "gateway/sign_in/seal.h"
#include "platform/access/principal.h"
#include "runtime/clock.h"

namespace throughline::gateway::sign_in {

// Who signed in, and how the provider knows them.
struct SignedIn {
  platform::Principal person;
  std::string name = {};              // empty: the provider does not say
  std::string provider_session = {};  // its `sid`; empty: it does not say
  std::string id_token = {};
};

class SealedSessions : public Sessions {
 public:
  // The parts outlive it.
  struct Parts {
    const oauth::TokenSigner& signer;
    const Seal& seal;
    const EndedSessions& ended;
    const runtime::Clock& clock;
    // Of whom sessions are: those that began at another provider, or by another mapping of what it
    // says, are over.
    std::string origin = {};
  };
  SealedSessions(const Parts& parts, bool secure, std::chrono::milliseconds lifetime);

  // A new session, and the cookie that it is in.
  void Begin(SignedIn who, platform::http::Response& response) const;
  void Clear(platform::http::Response& response) const { cookie_.Clear(response); }
  // As SessionEnd has them.
  std::string HashOfSession(const std::string& sid) const;
  std::string HashOfPerson(const std::string& sub) const;

  bool HasCookie(const platform::http::Request& request) const override;
  core::Result<SessionPtr> Open(const platform::http::Request& request) const override;
  bool IsOver(const Session& session) const override;

 private:
  const Parts parts_;
  const std::string purpose_;
  const Cookie cookie_;
  const std::chrono::milliseconds lifetime_;
};

}  // namespace throughline::gateway::sign_in
