// Cookies (RFC 6265bis) of the gateway: read from a request, and set by an answer. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "platform/http/message.h"

namespace throughline::gateway::sign_in {

// What browsers keep of a name and a value together, at least.
inline constexpr size_t kLongestCookie = 4096;

class Cookie {
 public:
  // `secure`: clients come by https. Then its name begins with __Host-, so that no other host of
  // the domain can set it.
  Cookie(std::string name, std::string same_site, bool secure);

  const std::string& name() const { return name_; }
  // Empty when the request has none, or has it twice.
  std::string_view In(const platform::http::Request& request) const;
  // Adds the header that sets it, for scripts to never see.
  void Set(std::string_view value, std::chrono::seconds lifetime,
           platform::http::Response& response) const;
  void Clear(platform::http::Response& response) const;

 private:
  const std::string name_, attributes_;
};

}  // namespace throughline::gateway::sign_in
