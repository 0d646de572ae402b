// A request over HTTP without its body, and an answer. Plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace throughline::platform::http {

struct Request {
  std::string method = {};  // GET, POST, …
  std::string target = {};  // as it was sent: path and query
  std::string path = {};    // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query = {};    // decoded, in their order
  std::map<std::string, std::string, std::less<>> headers = {};   // names in lower case
  std::map<std::string, std::string, std::less<>> captured = {};  // by the route's {names}
  std::string route = {};  // the pattern that it matches, as /xapi/{source}/statements
  std::string peer = {};   // address of the client, without the port; see client_address.h

  // Empty when there is none.
  std::string_view Header(std::string_view name) const;
  std::optional<std::string> Query(std::string_view name) const;
  // Of Content-Type without its parameters, in lower case; empty when there is none.
  std::string MediaType() const;
  // The segment that the route's {name} stands for.
  const std::string& Captured(std::string_view name) const { return captured.find(name)->second; }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};  // Content-Length is made of it
};

// Text of any characters as a part of a path or query, and back; nullopt for a broken escape.
std::string PercentEncode(std::string_view text);
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space);

// Fills path and query from the target; false when it cannot be understood.
bool ReadTarget(Request& request);

}  // namespace throughline::platform::http
