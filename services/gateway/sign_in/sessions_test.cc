// What a browser keeps of a sign-in and of a session, and how sessions end.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "audit/audit_trail.h"
#include "gateway/sign_in/attempts.h"
#include "gateway/sign_in/sealed_sessions.h"
#include "platform/access/access.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::gateway::sign_in {
namespace {

namespace http = platform::http;

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string SetCookieOf(const http::Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "Set-Cookie") return value;
  }
  return "";
}

// What the browser sends the next time.
http::Request After(const http::Response& response) {
  const std::string set = SetCookieOf(response);
  return {.method = "GET", .headers = {{"cookie", "a=b; " + set.substr(0, set.find(';'))}}};
}

TEST(Seal, OpensForItsPurposeAndWithItsSecretOnly) {
  const Seal seal(runtime::Secret{1}), other(runtime::Secret{2});
  const std::string sealed = seal.Close("text", "one");
  EXPECT_EQ(seal.Open(sealed, "one"), "text");
  EXPECT_EQ(seal.Open(sealed, "two"), std::nullopt);
  EXPECT_EQ(other.Open(sealed, "one"), std::nullopt);
  EXPECT_NE(sealed, seal.Close("text", "one"));
  for (size_t i = 0; i + 1 < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(seal.Open(changed, "one"), std::nullopt) << i;
  }
  for (const char* text : {"", "x", "no base64!"}) EXPECT_EQ(seal.Open(text, "one"), std::nullopt);
  EXPECT_EQ(seal.Hash("a", "one"), seal.Hash("a", "one"));
  EXPECT_NE(seal.Hash("a", "one"), other.Hash("a", "one"));
  EXPECT_NE(seal.Hash("a", "one"), seal.Hash("a", "two"));
}

// The example of RFC 7636, appendix B.
TEST(Seal, MakesTheChallengeOfAVerifier) {
  EXPECT_EQ(ChallengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Cookie, IsOneThatScriptsAndOtherHostsCannotTouch) {
  http::Response response;
  Cookie("s", "Strict", true).Set("value", minutes(1), response);
  Cookie("s", "Lax", false).Clear(response);
  EXPECT_EQ(response.headers[0].second,
            "__Host-s=value; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60");
  EXPECT_EQ(response.headers[1].second, "s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

TEST(Cookie, IsFoundAmongOthers) {
  const Cookie cookie("s", "Lax", false);
  const auto in = [&](const std::string& cookies) {
    const http::Request request{.headers = {{"cookie", cookies}}};
    return std::string(cookie.In(request));
  };
  EXPECT_EQ(in("s=1"), "1");
  EXPECT_EQ(in("a=b; s=1; ss=2"), "1");
  EXPECT_EQ(in("ss=2; xs=3; s"), "");
  EXPECT_EQ(in("s=1; s=2"), "") << "nobody knows which one is meant";
  EXPECT_EQ(cookie.In(http::Request{}), "");
}

class Kept : public testing::Test {
 protected:
  Kept() {
    std::filesystem::create_directories(folder_);
    signer_.emplace(*oauth::TokenSigner::FromFile(
        folder_ + "/key", {.issuer = "throughline-gateway", .audience = "throughline"}));
    ended_ = *EndedSessions::Follow(log_, clock_);
  }
  ~Kept() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<SealedSessions> Open(minutes lifetime = minutes(480),
                                       const std::string& origin = "a provider and a mapping") {
    const SealedSessions::Parts parts{*signer_, seal_, *ended_, clock_, origin};
    return std::make_unique<SealedSessions>(parts, true, lifetime);
  }
  static SignedIn Ana(const std::string& provider_session = "its session") {
    return {.person = {.subject = "ana",
                       .district = "riverbend",
                       .role = common::v1::ROLE_TEAM_MEMBER,
                       .school = "alder",
                       .team = "grade-3",
                       .valid_until = {},
                       .teacher = "1045"},
            .name = "Ana Ruiz",
            .provider_session = provider_session,
            .id_token = "an ID token"};
  }
  void Advance(minutes by) { clock_.Set(clock_.Now() + by); }
  // Another replica says so.
  void Record(const SessionEnd& end) {
    audit::AuditTrail trail(log_, clock_, {.service = "gateway"});
    audit::v1::AuditRecord record;
    SayEnd(end, record);
    ASSERT_TRUE(trail.Record(std::move(record)));
  }
  // Once the trail was followed.
  static void WaitUntilOver(const SealedSessions& sessions, const Session& session) {
    while (!sessions.IsOver(session)) std::this_thread::yield();
  }

  const std::string folder_ = testing::TempDir() + "sessions-" + std::to_string(getpid());
  runtime::ManualClock clock_{core::FromMillis(1'800'000'000'000)};
  runtime::SimulatedLog log_;
  std::optional<oauth::TokenSigner> signer_;
  const Seal seal_{runtime::Secret{3}};
  std::unique_ptr<EndedSessions> ended_;
};

TEST_F(Kept, AnAttemptIsFoundByItsStateInItsBrowser) {
  const Attempts attempts(seal_, clock_, true);
  http::Response response;
  const Attempt begun = attempts.Begin(
      {.address = "https://d.example", .page = "/#/riverbend", .session = "before"}, response);
  EXPECT_THAT(SetCookieOf(response), HasSubstr("SameSite=Lax"));
  EXPECT_THAT(SetCookieOf(response), Not(HasSubstr(begun.verifier)));
  const auto found = attempts.Find(After(response), begun.state);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->verifier, begun.verifier);
  EXPECT_EQ(found->nonce, begun.nonce);
  EXPECT_EQ(found->page, "/#/riverbend");
  EXPECT_EQ(found->address, "https://d.example");
  EXPECT_EQ(found->session, "before");
  EXPECT_FALSE(attempts.Find(After(response), "")) << "no state";
  EXPECT_FALSE(attempts.Find(After(response), begun.state + "x")) << "another state";
  EXPECT_FALSE(attempts.Find(http::Request{}, begun.state)) << "another browser";
  http::Response other;
  attempts.Begin({.address = "https://d.example", .page = "/"}, other);
  EXPECT_FALSE(attempts.Find(After(other), begun.state)) << "another sign-in of the same browser";
  Advance(minutes(10));
  EXPECT_FALSE(attempts.Find(After(response), begun.state)) << "too late";
}

TEST(PageToReturnTo, IsAPageOfTheBoardAndNothingElse) {
  for (const char* page : {"/", "/#/riverbend/alerts?school=alder", "/?lang=es#/riverbend"}) {
    EXPECT_EQ(PageToReturnTo(page).value_or(""), page);
  }
  EXPECT_EQ(PageToReturnTo("").value_or(""), "/");
  for (const std::string& page :
       {std::string("//evil.example"), std::string("/\\evil.example"), std::string("/v1/me"),
        std::string("https://evil.example"), std::string("#/riverbend"), std::string("/#a b"),
        std::string("/#a\r\nSet-Cookie: x=y"), "/#" + std::string(1000, 'x')}) {
    const auto checked = PageToReturnTo(page);
    ASSERT_FALSE(checked) << page;
    EXPECT_EQ(checked.error().reason, "RETURN_INVALID");
  }
}

TEST_F(Kept, ASessionStandsForATokenThatTheServicesTrust) {
  std::ofstream(folder_ + "/jwks") << signer_->Jwks();
  const auto access = platform::Access::Create(
      {{.jwks = folder_ + "/jwks", .issuer = "throughline-gateway", .audience = "throughline"}},
      clock_);
  const auto sessions = Open();
  http::Response response;
  sessions->Begin(Ana(), response);
  EXPECT_THAT(SetCookieOf(response), StartsWith("__Host-throughline-session="));
  EXPECT_THAT(SetCookieOf(response), HasSubstr("SameSite=Strict"));
  EXPECT_LT(SetCookieOf(response).size(), kLongestCookie);
  const auto session = sessions->Open(After(response));
  ASSERT_TRUE(session);
  EXPECT_EQ((*session)->name, "Ana Ruiz");
  EXPECT_EQ((*session)->id_token, "an ID token");
  const auto who = (*access)->Authenticate((*session)->authorization);
  ASSERT_TRUE(who) << who.error().message;
  EXPECT_EQ((*who)->subject, "ana");
  EXPECT_EQ((*who)->role, common::v1::ROLE_TEAM_MEMBER);
  EXPECT_EQ((*who)->team, "grade-3");
  EXPECT_EQ((*who)->teacher, "1045");
  // What the browser has is no credential for the services.
  const http::Request request = After(response);
  const std::string cookie(request.Header("cookie"));
  EXPECT_FALSE((*access)->Authenticate("Bearer " + cookie.substr(cookie.rfind('=') + 1)));
}

TEST_F(Kept, ASessionIsOverWhenItsTimeIs) {
  const auto sessions = Open(minutes(2));
  http::Response response;
  sessions->Begin(Ana(), response);
  EXPECT_THAT(SetCookieOf(response), HasSubstr("Max-Age=120"));
  const auto session = *sessions->Open(After(response));
  Advance(minutes(1));
  EXPECT_TRUE(sessions->Open(After(response)));
  EXPECT_FALSE(sessions->IsOver(*session));
  Advance(minutes(1));
  EXPECT_EQ(sessions->Open(After(response)).error().reason, "SESSION_OVER");
  EXPECT_TRUE(sessions->IsOver(*session));
}

TEST_F(Kept, ASessionIsOverOnceTheyLastLessLong) {
  http::Response response;
  Open(minutes(480))->Begin(Ana(), response);
  const auto shorter = Open(minutes(2));
  EXPECT_TRUE(shorter->Open(After(response)));
  Advance(minutes(2));
  EXPECT_EQ(shorter->Open(After(response)).error().reason, "SESSION_OVER");
}

TEST_F(Kept, ASessionOfAnotherMappingOrProviderIsOver) {
  http::Response response;
  Open()->Begin(Ana(), response);
  const auto other = Open(minutes(480), "another mapping");
  EXPECT_EQ(other->Open(After(response)).error().reason, "SESSION_OVER");
}

TEST_F(Kept, AnIdTokenThatIsTooLongIsNotKept) {
  const auto sessions = Open();
  SignedIn who = Ana();
  who.id_token = std::string(5000, 'x');
  http::Response response;
  sessions->Begin(who, response);
  EXPECT_LT(SetCookieOf(response).size(), kLongestCookie);
  EXPECT_EQ((*sessions->Open(After(response)))->id_token, "");
}

TEST_F(Kept, ACookieThatWasMadeUpIsNoSession) {
  const auto sessions = Open();
  for (const char* cookie :
       {"__Host-throughline-session=x", "throughline-session=x", "__Host-throughline-session="}) {
    const http::Request request{.headers = {{"cookie", cookie}}};
    EXPECT_EQ(sessions->Open(request).error().reason, "SESSION_OVER") << cookie;
  }
  // Nor is one that was sealed for something else.
  http::Response attempt;
  Attempts(seal_, clock_, true).Begin({.address = "https://d.example", .page = "/"}, attempt);
  std::string cookie = SetCookieOf(attempt);
  cookie.replace(0, cookie.find('='), "__Host-throughline-session");
  const http::Request request{.headers = {{"cookie", cookie.substr(0, cookie.find(';'))}}};
  EXPECT_TRUE(sessions->HasCookie(request));
  EXPECT_FALSE(sessions->Open(request));
}

TEST_F(Kept, ASessionThatEndedAnywhereIsOverHere) {
  const auto sessions = Open();
  http::Response mine, other, unnamed;
  sessions->Begin(Ana(), mine);
  sessions->Begin(Ana("another"), other);
  sessions->Begin(Ana(""), unnamed);
  const auto by_id = *sessions->Open(After(mine));
  const auto by_provider = *sessions->Open(After(other));
  const auto by_person = *sessions->Open(After(unnamed));
  Record({.session = by_id->id});
  WaitUntilOver(*sessions, *by_id);
  EXPECT_FALSE(sessions->IsOver(*by_provider));
  Record({.provider_session = sessions->HashOfSession("another"),
          .person_of_unnamed = sessions->HashOfPerson("ana")});
  WaitUntilOver(*sessions, *by_provider);
  WaitUntilOver(*sessions, *by_person);  // whose session the provider did not name
}

TEST_F(Kept, APersonWhoIsSignedOutMaySignInAgain) {
  const auto sessions = Open();
  http::Response before, after, somebody_else;
  sessions->Begin(Ana(), before);
  SignedIn ben = Ana();
  ben.person.subject = "ben";
  sessions->Begin(ben, somebody_else);
  ended_->Add({.person = sessions->HashOfPerson("ana")});
  EXPECT_FALSE(sessions->Open(After(before)));
  EXPECT_TRUE(sessions->Open(After(somebody_else)));
  Advance(minutes(1));
  sessions->Begin(Ana(), after);
  EXPECT_TRUE(sessions->Open(After(after)));
  EXPECT_FALSE(sessions->Open(After(before)));
}

TEST_F(Kept, WhatEndedIsKnownAfterARestartAndForgottenWhenNoSessionCanLast) {
  Record({.session = "long-ago"});
  Advance(hours(20));
  Record({.session = "today", .logout_token = "seen"});
  Advance(hours(7));
  ended_.reset();
  ended_ = *EndedSessions::Follow(log_, clock_);
  EXPECT_TRUE(ended_->Has({.id = "today"}));
  EXPECT_TRUE(ended_->HasSeen("seen"));
  EXPECT_FALSE(ended_->HasSeen("other"));
  EXPECT_FALSE(ended_->Has({.id = "long-ago"}));
  EXPECT_EQ(ended_->size(), 2u);
  Advance(hours(27));
  ended_->Add({.session = "now"});
  EXPECT_EQ(ended_->size(), 1u);
}

TEST_F(Kept, WithoutTheTrailThereIsNoStart) {
  class : public runtime::SimulatedLog {
    core::Result<int64_t> End(const runtime::TopicPartition&) override {
      return core::Refuse({core::Code::kUnavailable, "LOG_AWAY", "The log is away.", ""});
    }
  } broken;
  EXPECT_EQ(EndedSessions::Follow(broken, clock_).error().reason, "ENDED_SESSIONS_UNREADABLE");
}

}  // namespace
}  // namespace throughline::gateway::sign_in
