#include "gateway/sign_in/cookies.h"

#include <algorithm>

namespace throughline::gateway::sign_in {

Cookie::Cookie(std::string name, std::string same_site, bool secure)
    : name_((secure ? "__Host-" : "") + std::move(name)),
      attributes_("; Path=/; HttpOnly; SameSite=" + std::move(same_site) +
                  (secure ? "; Secure" : "")) {}

std::string_view Cookie::In(const platform::http::Request& request) const {
  std::string_view cookies = request.Header("cookie");
  std::string_view found;
  while (!cookies.empty()) {
    const size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view one = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (!one.starts_with(name_) || one.substr(name_.size(), 1) != "=") continue;
    if (!found.empty()) return {};
    found = one.substr(name_.size() + 1);
  }
  return found;
}

void Cookie::Set(std::string_view value, std::chrono::seconds lifetime,
                 platform::http::Response& response) const {
  response.headers.emplace_back("Set-Cookie", name_ + "=" + std::string(value) + attributes_ +
                                                  "; Max-Age=" + std::to_string(lifetime.count()));
}

void Cookie::Clear(platform::http::Response& response) const {
  Set("", std::chrono::seconds(0), response);
}

}  // namespace throughline::gateway::sign_in
