// The systems that may ask for a token by client credentials (RFC 6749, 4.4), as a file declares
// them, and the check of their secrets. Never changed once read; thread-safe.
//
// The file is JSON: a list of
//
//   {"client_id": "sis", "secret_sha256": "…64 hex digits…", "district": "lakeside",
//    "role": "integration", "scopes": ["https://purl.imsglobal.org/spec/or/v1p2/scope/…"]}
//
// `school` and `team` go with the roles that need them; `scopes` may be left out: then a token says
// none. A secret is 32 random bytes or more: what is kept is its SHA-256, and that is no use to a
// thief.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "platform/access/principal.h"

namespace throughline::gateway::oauth {

struct Client {
  std::string id;
  std::string secret_sha256;  // 32 bytes
  std::string role;           // as a token says it
  std::string district, school, team;
  std::vector<std::string> scopes;
};

class Clients {
 public:
  // CLIENTS_UNUSABLE names the file, the client and what is wrong with it.
  static core::Result<Clients> FromFile(const std::string& path);
  static core::Result<Clients> Parse(std::string_view source, std::string_view json);

  // Null when there is no such client, or the secret is another one: it takes as long either way.
  const Client* Find(std::string_view id, std::string_view secret) const;
  bool Has(std::string_view id) const { return clients_.contains(id); }
  size_t size() const { return clients_.size(); }

 private:
  std::map<std::string, Client, std::less<>> clients_;
};

}  // namespace throughline::gateway::oauth
