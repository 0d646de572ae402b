// Sign-ins that are under way: what the provider's answer is held to (state, nonce and the verifier
// of PKCE, RFC 7636) and where the browser is to come back to. The browser keeps it, sealed, so
// that any replica can go on. Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/sign_in/cookies.h"
#include "gateway/sign_in/seal.h"
#include "platform/http/message.h"
#include "runtime/clock.h"

namespace throughline::gateway::sign_in {

struct Attempt {
  std::string state = {}, nonce = {}, verifier = {};
  std::string address = {};  // of this installation as the browser calls it, no slash at the end
  std::string page = {};     // of the board, to come back to
  std::string session = {};  // that this browser has until then, by its id; empty: none
};

// What may be come back to: a page of the board, which are all at `/` and differ in what follows ?
// or #. So no answer leads to another place. RETURN_INVALID; `/` when nothing is asked for.
core::Result<std::string> PageToReturnTo(std::string_view asked);

class Attempts {
 public:
  static constexpr std::chrono::minutes kLast{10};

  // They outlive it.
  Attempts(const Seal& seal, const runtime::Clock& clock, bool secure);

  // A new one with the address, page and session of `from`, and the cookie that keeps it.
  Attempt Begin(Attempt from, platform::http::Response& response) const;
  // The one that is under way in this browser, if it is the one that `state` is of.
  std::optional<Attempt> Find(const platform::http::Request& request, std::string_view state) const;
  void Clear(platform::http::Response& response) const { cookie_.Clear(response); }

 private:
  const Seal& seal_;
  const runtime::Clock& clock_;
  const Cookie cookie_;
};

}  // namespace throughline::gateway::sign_in
