#include "gateway/sign_in/provider_tokens.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "platform/access/test_tokens.h"

namespace throughline::gateway::sign_in {
namespace {

using testing::HasSubstr;

constexpr char kLogoutEvent[] = "http://schemas.openid.net/event/backchannel-logout";
constexpr int64_t kNow = 1'800'000'000;  // seconds

// Claims that are put in the place of good ones; null: left out.
struct Change {
  Json claims;
  const char* why;
};

class ProviderTokens : public testing::Test {
 protected:
  ProviderTokens() {
    issuer_.AddRsa("rsa");
    issuer_.WriteJwks(jwks_);
    keys_ = *platform::KeySource::Open(jwks_);
  }
  ~ProviderTokens() override { std::filesystem::remove(jwks_); }

  std::string Sign(const Json& claims, const std::string& type = "") const {
    Json header{{"alg", "RS256"}, {"kid", issuer_.kid()}};
    if (!type.empty()) header["typ"] = type;
    return platform::TestIssuer::SignWith(issuer_.key(), header, claims.dump());
  }
  static Json With(Json claims, const Json& changes) {
    for (const auto& [name, value] : changes.items()) {
      claims.erase(name);
      if (!value.is_null()) claims[name] = value;
    }
    return claims;
  }

  static Json IdClaims(const Json& changes = Json::object()) {
    return With({{"iss", "https://id.example"},
                 {"aud", "board"},
                 {"sub", "ana"},
                 {"nonce", "a nonce"},
                 {"iat", kNow},
                 {"exp", kNow + 300}},
                changes);
  }
  // Why an ID token is refused; empty: it is not.
  std::string Id(const std::string& token) {
    const auto read = ReadIdToken(token, parties_, *keys_, "a nonce", now_);
    if (read) return "";
    EXPECT_EQ(read.error().reason, "ID_TOKEN_INVALID");
    return read.error().message;
  }

  static Json LogoutClaims(const Json& changes = Json::object()) {
    Json claims{{"iss", "https://id.example"},
                {"aud", "board"},
                {"sub", "ana"},
                {"sid", "a session"},
                {"jti", "1"},
                {"iat", kNow},
                {"exp", kNow + 120}};
    claims["events"][kLogoutEvent] = Json::object();
    return With(std::move(claims), changes);
  }
  std::string Logout(const std::string& token) {
    const auto read = ReadLogoutToken(token, parties_, *keys_, now_);
    if (read) return "";
    EXPECT_EQ(read.error().reason, "LOGOUT_TOKEN_INVALID");
    return read.error().message;
  }

  const std::string jwks_ = testing::TempDir() + "provider-" + std::to_string(getpid());
  const TokenParties parties_{"https://id.example", "board"};
  const core::Instant now_ = core::FromMillis(kNow * 1000);
  platform::TestIssuer issuer_;
  std::unique_ptr<platform::KeySource> keys_;
};

TEST_F(ProviderTokens, AnIdTokenSaysWhoSignedIn) {
  for (const char* type : {"", "JWT", "application/jwt"}) {
    const auto claims = ReadIdToken(Sign(IdClaims(), type), parties_, *keys_, "a nonce", now_);
    ASSERT_TRUE(claims) << claims.error().message;
    EXPECT_EQ(claims->at("sub"), "ana");
  }
  EXPECT_EQ(Id(Sign(IdClaims({{"aud", Json::array({"board"})}}))), "");
  EXPECT_EQ(Id(Sign(IdClaims({{"aud", Json::array({"other", "board"})}, {"azp", "board"}}))), "");
}

TEST_F(ProviderTokens, AnIdTokenIsHeldToTheStandard) {
  const Change wrong[] = {{{{"iss", "https://id.example/"}}, "another issuer"},
                          {{{"iss", nullptr}}, "another issuer"},
                          {{{"aud", "other"}}, "another client"},
                          {{{"aud", Json::array({"other", "board"})}}, "given to another client"},
                          {{{"azp", "other"}}, "given to another client"},
                          {{{"exp", kNow - 61}}, "expired"},
                          {{{"exp", nullptr}}, "expired"},
                          {{{"iat", nullptr}}, "when it was issued"},
                          {{{"iat", kNow + 61}}, "when it was issued"},
                          {{{"nonce", "another"}}, "another sign-in"},
                          {{{"nonce", nullptr}}, "another sign-in"},
                          {{{"nonce", 7}}, "another sign-in"},
                          {{{"sub", nullptr}}, "who signed in"},
                          {{{"sub", std::string(257, 'x')}}, "who signed in"}};
  for (const auto& [claims, why] : wrong) {
    EXPECT_THAT(Id(Sign(IdClaims(claims))), HasSubstr(why)) << claims;
  }
  EXPECT_THAT(Id(Sign(IdClaims(), "logout+jwt")), HasSubstr("another type"));
  EXPECT_THAT(Id(""), HasSubstr("not signed"));
  platform::TestIssuer other;
  other.AddRsa("rsa");
  EXPECT_THAT(Id(other.Sign(IdClaims())), HasSubstr("not signed"));
}

TEST_F(ProviderTokens, ALogoutTokenSaysWhichSessionOrWho) {
  for (const char* type : {"", "JWT", "logout+jwt", "application/logout+jwt"}) {
    EXPECT_EQ(Logout(Sign(LogoutClaims(), type)), "") << type;
  }
  const auto token = ReadLogoutToken(Sign(LogoutClaims()), parties_, *keys_, now_);
  EXPECT_EQ(token->id, "1");
  EXPECT_EQ(token->session, "a session");
  EXPECT_EQ(token->person, "ana");
  EXPECT_EQ(Logout(Sign(LogoutClaims({{"sid", nullptr}}))), "");
  EXPECT_EQ(Logout(Sign(LogoutClaims({{"sub", nullptr}}))), "");
  EXPECT_EQ(Logout(Sign(LogoutClaims({{"exp", nullptr}}))), "") << "older providers say none";
}

TEST_F(ProviderTokens, ALogoutTokenIsHeldToTheStandard) {
  Json other_event, no_object;
  other_event["http://other.example/event"] = Json::object();
  no_object[kLogoutEvent] = true;
  const Change wrong[] = {{{{"iss", "https://evil.example"}}, "another issuer"},
                          {{{"aud", Json::array({"other"})}}, "another client"},
                          {{{"iat", nullptr}}, "just now"},
                          {{{"iat", kNow + 61}}, "just now"},
                          {{{"iat", kNow - 361}}, "just now"},
                          {{{"exp", kNow - 61}}, "expired"},
                          {{{"exp", "soon"}}, "expired"},
                          {{{"events", nullptr}}, "no event of a logout"},
                          {{{"events", other_event}}, "no event of a logout"},
                          {{{"events", no_object}}, "no event of a logout"},
                          {{{"nonce", "a nonce"}}, "a nonce"},
                          {{{"jti", nullptr}}, "no `jti`"},
                          {{{"sid", nullptr}, {"sub", nullptr}}, "neither which session nor who"}};
  for (const auto& [claims, why] : wrong) {
    EXPECT_THAT(Logout(Sign(LogoutClaims(claims))), HasSubstr(why)) << claims;
  }
  EXPECT_THAT(Logout(Sign(LogoutClaims(), "at+jwt")), HasSubstr("another type"));
  EXPECT_THAT(Logout("x.y.z"), HasSubstr("not signed"));
  EXPECT_THAT(Logout(Sign(IdClaims({{"nonce", nullptr}}))), HasSubstr("no event"))
      << "an ID token ends nothing";
}

}  // namespace
}  // namespace throughline::gateway::sign_in
