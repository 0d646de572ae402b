#include "gateway/door/request_guard.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "gateway/door/errors.h"
#include "platform/access/test_tokens.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway {
namespace {

// A request that has no body, or whose body nobody should have asked for.
class Asked : public http::Exchange {
 public:
  Asked(const std::string& method, std::map<std::string, std::string, std::less<>> headers,
        std::string peer = "10.0.0.1")
      : request_{.method = method, .headers = std::move(headers), .peer = std::move(peer)} {}
  const http::Request& request() const override { return request_; }
  http::Task<core::Result<std::string>> Read() override {
    ADD_FAILURE() << "a body is read";
    co_return std::string();
  }
  http::Task<bool> Begin(const http::Response&) override { co_return false; }
  http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }

 private:
  http::Request request_;
};

// The status with which a guarded route answers, and why: 200 when it was let in.
std::string Outcome(const http::Handler& guarded, Asked exchange) {
  boost::asio::io_context context;
  auto answer = boost::asio::co_spawn(context, guarded(exchange), boost::asio::use_future);
  context.run();
  const http::Response response = answer.get();
  return std::to_string(response.status) + (response.body.empty() ? "" : " " + response.body);
}

http::Handler Guarded(RequestGuard& guard, GuardTerms terms = {}) {
  return guard.Protect(
      [](const core::Error& error) { return http::Response{.status = 400, .body = error.reason}; },
      [](http::Exchange&, const Caller&) -> http::Task<http::Response> {
        co_return http::Response{};
      },
      std::move(terms));
}

class OpenInstallation : public testing::Test {
 protected:
  std::string Reason(const std::string& host, const std::string& district) {
    http::Request request;
    request.headers["host"] = host;
    if (!district.empty()) request.headers["throughline-district"] = district;
    auto caller = Identify(*access_, request);
    return caller ? "district " + caller->district : caller.error().reason;
  }
  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
};

TEST_F(OpenInstallation, TakesTheDistrictFromTheHeader) {
  EXPECT_EQ(Reason("127.0.0.1:7480", "lakeside"), "district lakeside");
  EXPECT_EQ(Reason("localhost", ""), "district ");
  EXPECT_EQ(Reason("[::1]:7480", "no id"), "DISTRICT_INVALID");
}

// Else a page of evil.example whose name leads to 127.0.0.1 could read everything (DNS rebinding).
TEST_F(OpenInstallation, AnswersToTheNamesOfThisMachineOnly) {
  for (const char* host : {"evil.example", "evil.example:7480", "127.evil", "[::2]", ""}) {
    EXPECT_EQ(Reason(host, "lakeside"), "HOST_REFUSED") << host;
  }
}

TEST_F(OpenInstallation, TakesNothingFromThePagesOfOtherSites) {
  RequestGuard guard(*access_, {});
  const http::Handler guarded = Guarded(guard);
  const auto outcome = [&](const std::string& method,
                           std::map<std::string, std::string, std::less<>> headers) {
    headers.emplace("host", "127.0.0.1:7480");
    return Outcome(guarded, Asked(method, std::move(headers)));
  };
  EXPECT_EQ(outcome("POST", {{"content-type", "application/json"}}), "200");
  EXPECT_EQ(outcome("GET", {}), "200");
  EXPECT_EQ(outcome("POST", {}), "415 CONTENT_TYPE_MISSING");
  EXPECT_EQ(outcome("POST", {{"content-type", "text/plain"}}), "415 CONTENT_TYPE_REFUSED");
  for (const char* method : {"GET", "POST"}) {  // a stream of events is a GET
    EXPECT_EQ(
        outcome(method, {{"content-type", "application/json"}, {"origin", "https://evil.example"}}),
        "403 CROSS_SITE_REFUSED");
    EXPECT_EQ(outcome(method, {{"sec-fetch-site", "same-site"}}), "403 CROSS_SITE_REFUSED");
  }
}

class GuardedInstallation : public testing::Test {
 protected:
  GuardedInstallation() {
    issuer_.AddEc("key");
    issuer_.WriteJwks(jwks_);
    access_ = *platform::Access::Create({{.jwks = jwks_,
                                          .issuer = platform::TestIssuer::kIssuer,
                                          .audience = platform::TestIssuer::kAudience}},
                                        clock_);
  }
  const std::string jwks_ = testing::TempDir() + "/guard.jwks";
  platform::TestIssuer issuer_;
  const runtime::SystemClock clock_;
  std::unique_ptr<platform::Access> access_;
};

// A page has no credential to send, so that it says who it is does not matter.
TEST_F(GuardedInstallation, AsksForACredentialAndNotForASite) {
  RequestGuard guard(*access_, {});
  EXPECT_EQ(Outcome(Guarded(guard), Asked("POST", {{"origin", "https://evil.example"}})),
            "400 CREDENTIAL_MISSING");
}

// One session, whose cookie is its name.
class OneSession : public Sessions {
 public:
  explicit OneSession(const std::string& token) { session_->authorization = "Bearer " + token; }
  bool HasCookie(const http::Request& request) const override {
    return !request.Header("cookie").empty();
  }
  core::Result<SessionPtr> Open(const http::Request& request) const override {
    if (is_over || request.Header("cookie") != "session") return core::Refuse(SessionOver());
    return session_;
  }
  bool IsOver(const Session&) const override { return is_over; }
  bool is_over = false;

 private:
  std::shared_ptr<Session> session_ = std::make_shared<Session>();
};

TEST_F(GuardedInstallation, TakesTheCookieOfASessionForAPageOfThisSiteAlone) {
  auto claims = platform::TestIssuer::Claims(clock_.Now(), "observer", "lakeside");
  OneSession sessions(issuer_.Sign(claims));
  RequestGuard guard(*access_, {}, &sessions);
  const http::Handler guarded = Guarded(guard);
  using Headers = std::map<std::string, std::string, std::less<>>;
  const auto outcome = [&](const std::string& method, Headers headers) {
    headers.emplace("host", "board.example");
    headers.emplace("cookie", "session");
    return Outcome(guarded, Asked(method, std::move(headers)));
  };
  const Headers own{{"origin", "https://board.example"}, {"content-type", "application/json"}};
  EXPECT_EQ(outcome("GET", {}), "200");
  EXPECT_EQ(outcome("POST", own), "200");
  EXPECT_EQ(outcome("POST", {{"content-type", "application/json"}}), "403 CROSS_SITE_REFUSED");
  EXPECT_EQ(outcome("POST", {{"origin", "https://evil.example"}}), "403 CROSS_SITE_REFUSED");
  EXPECT_EQ(outcome("GET", {{"sec-fetch-site", "same-site"}}), "403 CROSS_SITE_REFUSED");
  EXPECT_EQ(outcome("POST", {{"origin", "https://board.example"}, {"content-type", "text/plain"}}),
            "415 CONTENT_TYPE_REFUSED");
  EXPECT_EQ(outcome("GET", {{"cookie", "made up"}}), "400 SESSION_OVER");
  EXPECT_EQ(outcome("GET", {{"cookie", ""}}), "400 CREDENTIAL_MISSING");
  // A header says who calls before any cookie, and then no page matters.
  EXPECT_EQ(outcome("GET", {{"authorization", "Bearer x"}}), "400 CREDENTIAL_INVALID");
  claims["sub"] = "sis";
  EXPECT_EQ(outcome("POST", {{"authorization", "Bearer " + issuer_.Sign(claims)}}), "200");
}

TEST_F(GuardedInstallation, TakesThePagesOfItsPublicAddressForItsOwn) {
  OneSession sessions(
      issuer_.Sign(platform::TestIssuer::Claims(clock_.Now(), "observer", "lakeside")));
  RequestGuard guard(*access_, {}, &sessions, "https://board.example");
  const http::Handler guarded = Guarded(guard);
  const auto from = [&](const std::string& origin) {
    return Outcome(guarded, Asked("POST", {{"host", "gateway:7480"},
                                           {"cookie", "session"},
                                           {"origin", origin},
                                           {"content-type", "application/json"}}));
  };
  EXPECT_EQ(from("https://board.example"), "200");
  EXPECT_EQ(from("http://gateway:7480"), "403 CROSS_SITE_REFUSED");
}

TEST_F(GuardedInstallation, ASessionThatHasEndedIsOverForWhatGoesOn) {
  OneSession sessions(
      issuer_.Sign(platform::TestIssuer::Claims(clock_.Now(), "observer", "lakeside")));
  RequestGuard guard(*access_, {}, &sessions);
  std::vector<bool> over;
  const http::Handler guarded = guard.Protect(
      [](const core::Error& error) { return http::Response{.status = 400, .body = error.reason}; },
      [&](http::Exchange&, const Caller& caller) -> http::Task<http::Response> {
        over.push_back(guard.IsOver(caller));
        sessions.is_over = true;
        over.push_back(guard.IsOver(caller));
        co_return http::Response{};
      });
  EXPECT_EQ(Outcome(guarded, Asked("GET", {{"cookie", "session"}})), "200");
  EXPECT_EQ(over, (std::vector{false, true}));
  EXPECT_EQ(Outcome(guarded, Asked("GET", {{"cookie", "session"}})), "400 SESSION_OVER");
}

TEST_F(GuardedInstallation, BoundsStrangersByTheirNetworkAndForgetsNobodyForThem) {
  RequestGuard guard(*access_, {.per_second = 0.001, .at_once = 1, .callers = 3});
  const http::Handler guarded =
      Guarded(guard, {.anybody_may = [](const http::Request&) { return true; }});
  const auto from = [&](const std::string& peer) {
    return Outcome(guarded, Asked("GET", {}, peer));
  };
  EXPECT_EQ(from("2001:db8::1"), "200");
  EXPECT_EQ(from("2001:db8::2"), "429 TOO_MANY_REQUESTS") << "of the same network";
  EXPECT_EQ(from("2001:db8:0:1::1"), "200");
  EXPECT_EQ(from("10.0.0.1"), "200");
  EXPECT_EQ(from("::ffff:10.0.0.1"), "429 TOO_MANY_REQUESTS") << "the same again";
  for (int i = 0; i < 20; ++i) from("10.0.1." + std::to_string(i));
  EXPECT_EQ(from("2001:db8::3"), "429 TOO_MANY_REQUESTS");
}

TEST_F(GuardedInstallation, TurnsAwayARoleThatMayNotBeforeItsBodyIsRead) {
  RequestGuard guard(*access_, {});
  // Keeps the file of the method linked in.
  const std::string service =
      evidence::v1::UpdateRosterRequest::descriptor()->file()->package() + ".EvidenceService.";
  const auto outcome = [&](const std::string& role, const std::string& method) {
    const std::string token =
        issuer_.Sign(platform::TestIssuer::Claims(clock_.Now(), role, "lakeside"));
    return Outcome(Guarded(guard, {.method = service + method}),
                   Asked("PUT", {{"authorization", "Bearer " + token}}));
  };
  EXPECT_EQ(outcome("observer", "UpdateRoster"), "400 NOT_ALLOWED");
  EXPECT_EQ(outcome("district_leader", "UpdateRoster"), "400 NOT_ALLOWED");
  EXPECT_EQ(outcome("integration", "UpdateRoster"), "200");
  EXPECT_EQ(outcome("district_administrator", "UpdateRoster"), "200");
  EXPECT_EQ(outcome("observer", "GetVariance"), "200");
}

}  // namespace
}  // namespace throughline::gateway
