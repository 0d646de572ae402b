#include "platform/access/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "platform/access/access.h"
#include "platform/access/test_tokens.h"

namespace throughline::platform {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr auto kPatience = seconds(20);

class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() {
    issuer_.AddRsa("first");
    Publish();
  }
  ~CredentialsTest() override { std::filesystem::remove(path_); }

  void Publish() { issuer_.WriteJwks(path_); }
  void Start(size_t remembered = 16, const KeyPace& pace = {}) {
    auto keys = KeySource::Open(path_, pace);
    ASSERT_TRUE(keys) << keys.error().message;
    credentials_ = std::make_unique<Credentials>(
        std::move(*keys), CredentialOptions{TestIssuer::kIssuer, TestIssuer::kAudience, remembered},
        clock_);
  }
  json Good() const { return TestIssuer::Claims(clock_.Now(), "school_leader", "d", "s"); }
  json With(const char* claim, const json& value) const {
    json claims = Good();
    claims[claim] = value;
    return claims;
  }
  json Without(const char* claim) const {
    json claims = Good();
    claims.erase(claim);
    return claims;
  }
  // "" when it is accepted; otherwise what is wrong with it.
  std::string Refused(const std::string& token) {
    if (!credentials_) Start();
    auto verified = credentials_->Verify(token);
    if (verified) return "";
    EXPECT_EQ(verified.error().code, core::Code::kUnauthenticated);
    if (token.size() > 100) {
      EXPECT_THAT(verified.error().message, Not(HasSubstr(token)));
    }
    return verified.error().reason + ": " + verified.error().message;
  }
  std::string RefusedClaims(const json& claims) { return Refused(issuer_.Sign(claims)); }

  const std::string path_ = testing::TempDir() + "jwks-" + std::to_string(getpid());
  TestIssuer issuer_;
  runtime::ManualClock clock_{*core::ParseInstant("2026-09-01T12:00:00Z")};
  std::unique_ptr<Credentials> credentials_;
};

TEST_F(CredentialsTest, AGoodTokenSaysWhoItSpeaksFor) {
  Start();
  const auto leader = credentials_->Verify(issuer_.Sign(Good()));
  ASSERT_TRUE(leader) << leader.error().message;
  EXPECT_EQ((*leader)->subject, "somebody");
  EXPECT_EQ((*leader)->district, "d");
  EXPECT_EQ((*leader)->school, "s");
  EXPECT_EQ((*leader)->team, "");
  EXPECT_EQ((*leader)->role, common::v1::ROLE_SCHOOL_LEADER);
  EXPECT_EQ((*leader)->valid_until, clock_.Now() + std::chrono::hours(1) + seconds(60));
}

TEST_F(CredentialsTest, ARosterMayNameSomebodyOtherwise) {
  Start();
  EXPECT_EQ(TeacherOf(**credentials_->Verify(issuer_.Sign(Good()))), "somebody");
  EXPECT_EQ(TeacherOf(**credentials_->Verify(issuer_.Sign(With("teacher", "sis-17")))), "sis-17");
  EXPECT_EQ(TeacherOf(**credentials_->Verify(issuer_.Sign(With("teacher", nullptr)))), "somebody");
  EXPECT_EQ(TeacherOf(**credentials_->Verify(issuer_.Sign(With("teacher", "")))), "");
  EXPECT_THAT(RefusedClaims(With("teacher", std::string(129, 'x'))), HasSubstr("`teacher`"));
  EXPECT_THAT(RefusedClaims(With("teacher", "a\nb")), HasSubstr("`teacher`"));
  EXPECT_THAT(RefusedClaims(With("teacher", 17)), HasSubstr("claim"));
}

TEST_F(CredentialsTest, BothAlgorithmsAreAccepted) {
  issuer_.AddEc("second");
  Publish();
  EXPECT_EQ(RefusedClaims(Good()), "");
}

TEST_F(CredentialsTest, TheAudienceMayBeOneOfSeveral) {
  EXPECT_EQ(RefusedClaims(With("aud", {"other", TestIssuer::kAudience})), "");
  EXPECT_THAT(RefusedClaims(With("aud", {"other", 7})), HasSubstr("audience"));
  EXPECT_THAT(RefusedClaims(With("aud", "other")), HasSubstr("audience"));
  EXPECT_THAT(RefusedClaims(Without("aud")), HasSubstr("audience"));
}

TEST_F(CredentialsTest, AnotherIssuerIsRefused) {
  EXPECT_THAT(RefusedClaims(With("iss", "https://issuer.test.evil")), HasSubstr("issuer"));
  EXPECT_THAT(RefusedClaims(With("iss", json::array({TestIssuer::kIssuer}))), HasSubstr("issuer"));
  EXPECT_THAT(RefusedClaims(Without("iss")), HasSubstr("issuer"));
}

TEST_F(CredentialsTest, TimesAreHeldToTheClockWithAMinuteOfLeeway) {
  const int64_t now = core::ToMillis(clock_.Now()) / 1000;
  EXPECT_EQ(RefusedClaims(With("exp", now - 59)), "");
  EXPECT_THAT(RefusedClaims(With("exp", now - 60)), HasSubstr("CREDENTIAL_EXPIRED"));
  EXPECT_EQ(RefusedClaims(With("nbf", now + 60)), "");
  EXPECT_THAT(RefusedClaims(With("nbf", now + 61)), HasSubstr("not good yet"));
  EXPECT_EQ(RefusedClaims(Without("nbf")), "");
  EXPECT_EQ(RefusedClaims(With("exp", 1e300)), "");
  EXPECT_THAT(RefusedClaims(Without("exp")), HasSubstr("until when"));
  EXPECT_THAT(RefusedClaims(With("exp", "tomorrow")), HasSubstr("until when"));
  EXPECT_THAT(RefusedClaims(With("exp", -1)), HasSubstr("until when"));
  EXPECT_THAT(RefusedClaims(With("nbf", "today")), HasSubstr("not good yet"));
}

TEST_F(CredentialsTest, WhatWasRememberedExpiresToo) {
  const std::string token = issuer_.Sign(Good());
  EXPECT_EQ(Refused(token), "");
  clock_.Set(clock_.Now() + std::chrono::hours(1) + seconds(59));
  EXPECT_EQ(Refused(token), "");
  clock_.Set(clock_.Now() + seconds(1));
  EXPECT_THAT(Refused(token), HasSubstr("CREDENTIAL_EXPIRED"));
}

TEST_F(CredentialsTest, OnlyAFewAreRemembered) {
  Start(/*remembered=*/2);
  std::vector<std::string> tokens;
  for (const char* who : {"a", "b", "c", "d"}) tokens.push_back(issuer_.Sign(With("sub", who)));
  std::vector<PrincipalPtr> first;
  for (const std::string& token : tokens) first.push_back(*credentials_->Verify(token));
  EXPECT_EQ(*credentials_->Verify(tokens[3]), first[3]);
  EXPECT_EQ(*credentials_->Verify(tokens[2]), first[2]);
  EXPECT_NE(*credentials_->Verify(tokens[0]), first[0]);
  EXPECT_EQ(*credentials_->Verify(tokens[2]), first[2]);
  EXPECT_NE(*credentials_->Verify(tokens[3]), first[3]);
}

TEST_F(CredentialsTest, AnUnsignedTokenIsRefused) {
  for (const char* algorithm : {"none", "None", ""}) {
    const json header{{"alg", algorithm}, {"kid", "first"}};
    const std::string text =
        TestIssuer::Base64Url(header.dump()) + '.' + TestIssuer::Base64Url(Good().dump()) + '.';
    EXPECT_THAT(Refused(text), HasSubstr("CREDENTIAL_INVALID"));
    EXPECT_THAT(Refused(text + "AAAA"), HasSubstr("CREDENTIAL_INVALID"));
  }
}

// The public key is no secret: whoever signs with it as if it were one is not believed.
TEST_F(CredentialsTest, AnHmacWithThePublicKeyIsRefused) {
  const std::string published = json::parse(issuer_.Jwks())["keys"][0]["n"];
  const std::shared_ptr<cjose_jwk_t> secret(
      cjose_jwk_create_oct_spec(reinterpret_cast<const uint8_t*>(published.data()),
                                published.size(), nullptr),
      [](cjose_jwk_t* one) { cjose_jwk_release(one); });
  const std::string token =
      TestIssuer::SignWith(secret.get(), {{"alg", "HS256"}, {"kid", "first"}}, Good().dump());
  EXPECT_THAT(Refused(token), HasSubstr("neither RS256 nor ES256"));
}

TEST_F(CredentialsTest, OtherAlgorithmsAreRefused) {
  for (const char* algorithm : {"RS384", "RS512", "PS256"}) {
    const json header{{"alg", algorithm}, {"kid", "first"}};
    EXPECT_THAT(Refused(TestIssuer::SignWith(issuer_.key(), header, Good().dump())),
                HasSubstr("neither RS256 nor ES256"));
  }
}

TEST_F(CredentialsTest, AnAlgorithmThatIsNotTheKeysIsRefused) {
  TestIssuer other;
  other.AddEc("first");
  EXPECT_THAT(Refused(other.Sign(Good())), HasSubstr("signature"));
}

TEST_F(CredentialsTest, ATamperedTokenIsRefused) {
  const std::string token = issuer_.Sign(Good());
  const size_t claims = token.find('.') + 1, signature = token.rfind('.') + 1;
  json more = Good();
  more["role"] = "district_administrator";
  more.erase("school");
  EXPECT_THAT(Refused(token.substr(0, claims) + TestIssuer::Base64Url(more.dump()) +
                      token.substr(signature - 1)),
              HasSubstr("signature"));
  std::string flipped = token;
  flipped[signature + 20] = flipped[signature + 20] == 'A' ? 'B' : 'A';
  EXPECT_THAT(Refused(flipped), HasSubstr("CREDENTIAL_INVALID"));
  EXPECT_THAT(Refused(token.substr(0, signature)), HasSubstr("CREDENTIAL_INVALID"));
  TestIssuer impostor;
  impostor.AddRsa("first");
  EXPECT_THAT(Refused(impostor.Sign(Good())), HasSubstr("signature"));
}

TEST_F(CredentialsTest, AHeaderThatHasToBeUnderstoodIsRefused) {
  const json header{{"alg", "RS256"}, {"kid", "first"}, {"crit", json::array({"b64"})}};
  EXPECT_THAT(Refused(TestIssuer::SignWith(issuer_.key(), header, Good().dump())),
              HasSubstr("crit"));
}

TEST_F(CredentialsTest, ATokenForSomethingElseIsRefused) {
  const auto of_type = [&](const char* type) {
    const json header{{"alg", "RS256"}, {"kid", "first"}, {"typ", type}};
    return TestIssuer::SignWith(issuer_.key(), header, Good().dump());
  };
  for (const char* type : {"logout+jwt", "dpop+jwt", "secevent+jwt"}) {
    EXPECT_THAT(Refused(of_type(type)), HasSubstr("something else")) << type;
  }
  for (const char* type : {"JWT", "at+jwt", "application/at+jwt"}) {
    EXPECT_EQ(Refused(of_type(type)), "") << type;
  }
  json ends_sessions = Good();
  ends_sessions["events"] = json::object();
  EXPECT_THAT(Refused(issuer_.Sign(ends_sessions)), HasSubstr("something else"));
}

TEST_F(CredentialsTest, GarbageIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("."), std::string(".."), std::string("a.b.c"),
        std::string("eyJhbGciOiJSUzI1NiJ9.."), std::string(100, '.'), std::string(3, '\0'),
        std::string("\xff\xfe.\xff.\xff"), issuer_.Sign(Good()) + "." + issuer_.Sign(Good()),
        issuer_.SignText("[]"), issuer_.SignText("not json"), issuer_.SignText("null")}) {
    EXPECT_THAT(Refused(text), HasSubstr("CREDENTIAL_INVALID")) << text;
  }
}

// libcjose 0.6.2 ends the process at each of these.
TEST_F(CredentialsTest, APaddedPartIsRefused) {
  const std::string token = issuer_.Sign(Good());
  const size_t claims = token.find('.') + 1, signature = token.rfind('.') + 1;
  for (const size_t part : {size_t{0}, claims, signature}) {
    std::string padded = token;
    padded[part + 1] = '=';
    EXPECT_THAT(Refused(padded), HasSubstr("not a signed token in compact form"));
  }
}

TEST_F(CredentialsTest, AnOversizedTokenIsRefused) {
  EXPECT_EQ(RefusedClaims(With("note", std::string(4000, 'x'))), "");
  EXPECT_THAT(RefusedClaims(With("note", std::string(8000, 'x'))), HasSubstr("8192"));
}

TEST_F(CredentialsTest, ClaimsHaveToFitTheRole) {
  const auto claims = [&](const char* role, const char* school, const char* team) {
    return TestIssuer::Claims(clock_.Now(), role, "d", school, team);
  };
  for (const char* role :
       {"district_administrator", "district_leader", "integration", "privacy_officer"}) {
    EXPECT_EQ(RefusedClaims(claims(role, "", "")), "") << role;
    EXPECT_THAT(RefusedClaims(claims(role, "s", "")), HasSubstr("role")) << role;
  }
  EXPECT_EQ(RefusedClaims(claims("observer", "", "")), "");
  EXPECT_EQ(RefusedClaims(claims("observer", "s", "")), "");
  EXPECT_EQ(RefusedClaims(claims("team_member", "s", "t")), "");
  EXPECT_THAT(RefusedClaims(claims("team_member", "s", "")), HasSubstr("role"));
  EXPECT_THAT(RefusedClaims(claims("school_leader", "", "")), HasSubstr("role"));
  EXPECT_THAT(RefusedClaims(claims("school_leader", "s", "t")), HasSubstr("role"));
  for (const char* role : {"", "unspecified", "SCHOOL_LEADER", "school-leader", "principal"}) {
    EXPECT_THAT(RefusedClaims(claims(role, "s", "")), HasSubstr("role")) << role;
  }
  EXPECT_THAT(RefusedClaims(With("district", "d/e")), HasSubstr("not an id"));
  EXPECT_THAT(RefusedClaims(With("school", 7)), HasSubstr("text"));
  EXPECT_THAT(RefusedClaims(Without("district")), HasSubstr("not an id"));
  EXPECT_THAT(RefusedClaims(Without("sub")), HasSubstr("sub"));
  EXPECT_THAT(RefusedClaims(With("sub", "a\nb")), HasSubstr("sub"));
}

// A key that is not known makes the set be read again, behind the call that asked for it.
TEST_F(CredentialsTest, ANewKeyIsFound) {
  Start(16, {.every = std::chrono::hours(1), .when_wanted = std::chrono::milliseconds(0)});
  EXPECT_EQ(RefusedClaims(Good()), "");
  issuer_.AddEc("second");
  const std::string token = issuer_.Sign(Good());
  EXPECT_THAT(Refused(token), HasSubstr("not known"));
  Publish();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!credentials_->Verify(token) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Refused(token), "");
}

TEST_F(CredentialsTest, AKeyThatIsWithdrawnTakesItsTokensWithIt) {
  Start(16, {.every = std::chrono::milliseconds(1), .when_wanted = std::chrono::milliseconds(1)});
  const std::string token = issuer_.Sign(Good());
  EXPECT_EQ(Refused(token), "");
  issuer_.AddEc("second");
  issuer_.Withdraw("first");
  Publish();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (credentials_->Verify(token) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_THAT(Refused(token), HasSubstr("not known"));
}

}  // namespace
}  // namespace throughline::platform
