#include "platform/access/key_set.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/access/errors.h"
#include "runtime/base64.h"

namespace throughline::platform {

using nlohmann::json;

namespace {

// Base64url characters of a modulus of 2048 and of 8192 bits.
constexpr size_t kShortestModulus = 342;
constexpr size_t kLongestModulus = 1366;

// The member if it is a string; empty otherwise.
std::string Text(const json& of, const char* member) {
  auto found = of.find(member);
  return found != of.end() && found->is_string() ? found->get<std::string>() : "";
}

// The member if it is base64url, as all numbers of keys are (RFC 7518 section 2); empty otherwise.
// libcjose stops the whole process at some that are not.
std::string Number(const json& of, const char* member) {
  std::string text = Text(of, member);
  return runtime::FromBase64(text, runtime::Base64::kUrlSafe) ? text : "";
}

bool IsForVerifying(const json& key) {
  if (key.contains("use") && Text(key, "use") != "sig") return false;
  auto operations = key.find("key_ops");
  return operations == key.end() ||
         (operations->is_array() &&
          std::find(operations->begin(), operations->end(), "verify") != operations->end());
}

struct PublicPart {
  json members;
  const char* algorithm;
};

std::optional<PublicPart> PublicPartOf(const json& key) {
  if (Text(key, "kty") == "RSA") {
    const std::string modulus = Number(key, "n");
    if (modulus.size() < kShortestModulus || modulus.size() > kLongestModulus) return {};
    return PublicPart{{{"kty", "RSA"}, {"n", modulus}, {"e", Number(key, "e")}}, "RS256"};
  }
  if (Text(key, "kty") == "EC" && Text(key, "crv") == "P-256") {
    return PublicPart{
        {{"kty", "EC"}, {"crv", "P-256"}, {"x", Number(key, "x")}, {"y", Number(key, "y")}},
        "ES256"};
  }
  return {};
}

std::optional<PublicKey> Import(const json& key) {
  if (!key.is_object() || !IsForVerifying(key)) return {};
  const auto part = PublicPartOf(key);
  if (!part || (key.contains("alg") && Text(key, "alg") != part->algorithm)) return {};
  std::string members = part->members.dump(-1, ' ', true, json::error_handler_t::replace);
  cjose_jwk_t* jwk = cjose_jwk_import(members.data(), members.size(), nullptr);
  if (jwk == nullptr) return {};
  return PublicKey{
      part->algorithm, std::move(members), {jwk, [](cjose_jwk_t* one) { cjose_jwk_release(one); }}};
}

}  // namespace

core::Result<KeySet> KeySet::Parse(std::string_view source, std::string_view text) {
  const json set = json::parse(text, nullptr, false);
  auto keys = set.is_object() ? set.find("keys") : set.end();
  if (!set.is_object() || keys == set.end() || !keys->is_array()) {
    return core::Refuse(KeysUnusable(source, "it is not a JSON Web Key Set"));
  }
  KeySet result;
  for (const json& key : *keys) {
    auto imported = Import(key);
    const std::string kid = imported ? Text(key, "kid") : "";
    if (!kid.empty()) result.keys_.emplace(kid, std::move(*imported));
  }
  if (result.keys_.empty()) {
    return core::Refuse(
        KeysUnusable(source, "there is no RSA or P-256 key with a `kid`, for signatures, in it"));
  }
  return result;
}

const PublicKey* KeySet::Find(std::string_view kid) const {
  auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : &found->second;
}

bool KeySet::SameAs(const KeySet& other) const {
  return std::equal(keys_.begin(), keys_.end(), other.keys_.begin(), other.keys_.end(),
                    [](const auto& a, const auto& b) {
                      return a.first == b.first && a.second.members == b.second.members;
                    });
}

}  // namespace throughline::platform
