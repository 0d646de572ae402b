// Sessions of people who signed in with a browser, as the door sees them: a cookie that stands for
// a credential. What is in a cookie, and who makes it, is another room's.
#pragma once

#include <memory>
#include <string>

#include "core/date.h"
#include "core/result.h"
#include "platform/http/message.h"

namespace throughline::gateway {

// Never changed once it is open; shared between threads freely.
struct Session {
  std::string id = {};             // random
  std::string authorization = {};  // the header that it stands for, which nobody outside ever sees
  std::string name = {};  // of the person, for their own eyes; empty: the provider does not say
  // The provider's session and person, hashed; the first is empty where the provider does not say.
  std::string provider_session = {}, person = {};
  core::Instant began = {}, valid_until = {};
  std::string id_token = {};  // for the provider, on signing out; empty: it is too long to keep
};
using SessionPtr = std::shared_ptr<const Session>;

// Thread-safe; answers at once.
class Sessions {
 public:
  virtual ~Sessions() = default;
  // Whether the request comes with a session's cookie, whatever that is worth.
  virtual bool HasCookie(const platform::http::Request& request) const = 0;
  // SESSION_OVER when the cookie is good for nothing, or no longer.
  virtual core::Result<SessionPtr> Open(const platform::http::Request& request) const = 0;
  // Whether it is over by now: by time, or because somebody ended it.
  virtual bool IsOver(const Session& session) const = 0;
};

}  // namespace throughline::gateway
