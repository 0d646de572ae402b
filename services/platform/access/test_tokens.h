// An issuer of tokens for tests: makes keys, gives out their public halves as a JSON Web Key Set,
// and signs whatever a test wants signed, good or bad. Not for use outside of tests.
#pragma once

#include <cjose/cjose.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/date.h"

namespace throughline::platform {

class TestIssuer {
 public:
  static constexpr char kIssuer[] = "https://issuer.test";
  static constexpr char kAudience[] = "throughline";
  using Jwk = std::shared_ptr<cjose_jwk_t>;

  // Adds a key; tokens are signed with the last one that was added.
  void AddRsa(const std::string& kid) {
    constexpr uint8_t kExponent[] = {1, 0, 1};
    Add(kid, "RS256", cjose_jwk_create_RSA_random(2048, kExponent, sizeof kExponent, nullptr));
  }
  void AddEc(const std::string& kid) {
    Add(kid, "ES256", cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr));
  }
  // Takes the key out of the set, and keeps it for signing.
  void Withdraw(const std::string& kid) {
    for (Key& key : keys_) key.published = key.published && key.kid != kid;
  }

  std::string Jwks() const {
    nlohmann::json set{{"keys", nlohmann::json::array()}};
    for (const Key& key : keys_) {
      if (key.published) set["keys"].push_back(PublicPart(key));
    }
    return set.dump();
  }
  // Puts the set into a file, in one step.
  void WriteJwks(const std::string& path) const {
    std::ofstream(path + ".new") << Jwks();
    std::rename((path + ".new").c_str(), path.c_str());
  }

  // Claims that are good for an hour; role, and school and team where they are not empty.
  static nlohmann::json Claims(core::Instant now, const std::string& role,
                               const std::string& district, const std::string& school = "",
                               const std::string& team = "") {
    const int64_t seconds = core::ToMillis(now) / 1000;
    nlohmann::json claims{{"iss", kIssuer},     {"aud", kAudience},     {"sub", "somebody"},
                          {"role", role},       {"district", district}, {"iat", seconds},
                          {"nbf", seconds - 1}, {"exp", seconds + 3600}};
    if (!school.empty()) claims["school"] = school;
    if (!team.empty()) claims["team"] = team;
    return claims;
  }

  std::string Sign(const nlohmann::json& claims) const { return SignText(claims.dump()); }
  std::string SignText(const std::string& claims) const {
    const Key& key = keys_.back();
    return SignWith(key.jwk.get(), {{"alg", key.algorithm}, {"kid", key.kid}, {"typ", "JWT"}},
                    claims);
  }
  // With any header of texts, lists and objects; `alg` has to fit the key.
  static std::string SignWith(const cjose_jwk_t* key, const nlohmann::json& header,
                              const std::string& claims) {
    cjose_header_t* fields = cjose_header_new(nullptr);
    for (const auto& [name, value] : header.items()) {
      if (value.is_string()) {
        cjose_header_set(fields, name.c_str(), value.get<std::string>().c_str(), nullptr);
      } else {
        cjose_header_set_raw(fields, name.c_str(), value.dump().c_str(), nullptr);
      }
    }
    cjose_jws_t* jws = cjose_jws_sign(key, fields, reinterpret_cast<const uint8_t*>(claims.data()),
                                      claims.size(), nullptr);
    const char* compact = nullptr;
    if (jws == nullptr || !cjose_jws_export(jws, &compact, nullptr)) std::abort();
    std::string token = compact;
    cjose_jws_release(jws);
    cjose_header_release(fields);
    return token;
  }
  const cjose_jwk_t* key() const { return keys_.back().jwk.get(); }
  const std::string& kid() const { return keys_.back().kid; }

  static std::string Base64Url(const std::string& text) {
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string encoded;
    uint32_t bits = 0;
    int held = 0;
    for (unsigned char c : text) {
      bits = bits << 8 | c;
      for (held += 8; held >= 6; held -= 6) encoded += kDigits[bits >> (held - 6) & 63];
    }
    if (held > 0) encoded += kDigits[bits << (6 - held) & 63];
    return encoded;
  }

 private:
  struct Key {
    std::string kid;
    std::string algorithm;
    Jwk jwk;
    bool published = true;
  };

  void Add(const std::string& kid, const std::string& algorithm, cjose_jwk_t* jwk) {
    keys_.push_back({kid, algorithm, Jwk(jwk, [](cjose_jwk_t* one) { cjose_jwk_release(one); })});
  }
  static nlohmann::json PublicPart(const Key& key) {
    char* text = cjose_jwk_to_json(key.jwk.get(), false, nullptr);
    nlohmann::json part = nlohmann::json::parse(text);
    std::free(text);
    part.update({{"kid", key.kid}, {"alg", key.algorithm}, {"use", "sig"}});
    return part;
  }

  std::vector<Key> keys_;
};

}  // namespace throughline::platform
