#include "gateway/oauth/clients.h"

#include <sodium.h>

#include <fstream>
#include <iterator>

#include "core/ids.h"
#include "gateway/json/json_reader.h"
#include "gateway/oauth/errors.h"

namespace throughline::gateway::oauth {

using core::Result;

namespace {

// 32 bytes of 64 hex digits; nullopt for anything else.
std::optional<std::string> DigestOf(const std::string& hex) {
  std::string bytes(crypto_hash_sha256_BYTES, '\0');
  size_t size = 0;
  if (hex.size() != 2 * bytes.size() ||
      sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(),
                     hex.size(), nullptr, &size, nullptr) != 0 ||
      size != bytes.size()) {
    return std::nullopt;
  }
  return bytes;
}

Result<std::vector<std::string>> ScopesOf(const Json& object) {
  std::vector<std::string> scopes;
  const Json* list = Member(object, "scopes");
  if (list == nullptr) return scopes;
  if (!list->is_array()) return core::Refuse(ClientsUnusable("", "its scopes are no list"));
  for (const Json& scope : *list) {
    if (!scope.is_string() || scope.get<std::string>().find(' ') != std::string::npos) {
      return core::Refuse(ClientsUnusable("", "a scope is a text without spaces"));
    }
    scopes.push_back(scope.get<std::string>());
  }
  return scopes;
}

Result<Client> ReadClient(const Json& object) {
  const auto wrong = [](const std::string& why) { return core::Refuse(ClientsUnusable("", why)); };
  if (!object.is_object()) return wrong("an entry is no object");
  Client client;
  client.id = Text(object, "client_id").value_or("");
  if (!core::IsId(client.id)) return wrong("a client_id is no id");
  const auto digest = DigestOf(Text(object, "secret_sha256").value_or(""));
  if (!digest) return wrong(client.id + " needs a secret_sha256 of 64 hex digits");
  client.secret_sha256 = *digest;
  client.role = Text(object, "role").value_or("");
  client.district = Text(object, "district").value_or("");
  client.school = Text(object, "school").value_or("");
  client.team = Text(object, "team").value_or("");
  const platform::Principal as{.subject = client.id,
                               .district = client.district,
                               .role = platform::RoleOf(client.role),
                               .school = client.school,
                               .team = client.team,
                               .valid_until = {}};
  if (!core::IsId(client.district) || !platform::IsBoundAsItsRole(as)) {
    return wrong(client.id + " needs a district, a role (" + platform::RoleNames() +
                 "), and the school and team of it");
  }
  auto scopes = ScopesOf(object);
  if (!scopes) return core::Refuse(scopes.error());
  client.scopes = std::move(*scopes);
  return client;
}

}  // namespace

Result<Clients> Clients::FromFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return core::Refuse(ClientsUnusable(path, "it cannot be read"));
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return Parse(path, text);
}

Result<Clients> Clients::Parse(std::string_view source, std::string_view json) {
  auto list = ReadJson(json);
  if (!list) return core::Refuse(ClientsUnusable(source, list.error().message));
  if (!list->is_array()) return core::Refuse(ClientsUnusable(source, "it is no list of clients"));
  Clients clients;
  for (const Json& object : *list) {
    auto client = ReadClient(object);
    if (!client) return core::Refuse(ClientsUnusable(source, client.error().message));
    const std::string id = client->id;
    if (!clients.clients_.emplace(id, std::move(*client)).second) {
      return core::Refuse(ClientsUnusable(source, id + " is in it twice"));
    }
  }
  return clients;
}

const Client* Clients::Find(std::string_view id, std::string_view secret) const {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  const auto found = clients_.find(id);
  static const std::string nobody(sizeof digest, '\0');
  const std::string& kept = found == clients_.end() ? nobody : found->second.secret_sha256;
  const bool same = sodium_memcmp(digest, kept.data(), sizeof digest) == 0;
  return same && found != clients_.end() ? &found->second : nullptr;
}

}  // namespace throughline::gateway::oauth
