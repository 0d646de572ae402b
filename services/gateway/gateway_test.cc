// The whole gateway as it is met from outside: a gateway that listens, before services that are
// away.
#include "gateway/gateway.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "gateway/standards.h"
#include "platform/access/test_tokens.h"

namespace throughline::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kBundles[] = "/ims/oneroster/bundles";

// A client that says just what it is told to.
class Client {
 public:
  explicit Client(int port) : socket_(context_) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(port)});
  }
  void Send(const std::string& text) {
    boost::system::error_code gone;
    boost::asio::write(socket_, boost::asio::buffer(text), gone);
  }
  // The next head, as it came: of an answer, or of one on the way to it.
  std::string Head() {
    boost::system::error_code gone;
    const size_t end =
        boost::asio::read_until(socket_, boost::asio::dynamic_buffer(read_), "\r\n\r\n", gone);
    std::string head = read_.substr(0, end);
    read_.erase(0, end);
    return head;
  }
  std::string ToItsEnd() {
    boost::system::error_code gone;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(read_), gone);
    return std::move(read_);
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  std::string read_;
};

std::string Status(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

class GatewayTest : public testing::Test {
 protected:
  void Start(const AdmissionOptions& admission = {}) {
    // Nobody answers at this port: what goes through to a service is UNAVAILABLE.
    const auto away = grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials());
    GatewayOptions options{.http = {.listen = "127.0.0.1:0"}, .admission = admission};
    auto started = Gateway::Start(
        options, *access_,
        {{"plans", away}, {"evidence", away}, {"cycles", away}, {"notifications", away}});
    ASSERT_TRUE(started) << started.error().message;
    gateway_ = std::move(*started);
  }
  std::string Host() const { return "127.0.0.1:" + std::to_string(gateway_->port()); }
  // The whole answer; `headers` are lines, each with its end.
  std::string Ask(const std::string& method, const std::string& target,
                  const std::string& headers = "", const std::string& host = "") {
    Client client(gateway_->port());
    client.Send(method + " " + target + " HTTP/1.1\r\nHost: " + (host.empty() ? Host() : host) +
                "\r\nConnection: close\r\n" + headers + "\r\n");
    return client.ToItsEnd();
  }
  // An upload that waits until it is asked for its body.
  std::unique_ptr<Client> Upload(const std::string& headers, size_t bytes = 1000) {
    auto client = std::make_unique<Client>(gateway_->port());
    client->Send(std::string("PUT ") + kBundles + " HTTP/1.1\r\nHost: " + Host() +
                 "\r\nContent-Type: application/zip\r\nContent-Length: " + std::to_string(bytes) +
                 "\r\nExpect: 100-continue\r\n" + headers + "\r\n");
    return client;
  }

  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  std::unique_ptr<Gateway> gateway_;
};

constexpr char kLakeside[] = "Throughline-District: lakeside\r\n";
constexpr char kNoBody[] = "Content-Length: 0\r\n";

TEST_F(GatewayTest, SaysWhyAHeadIsNotTaken) {
  Start();
  const std::string large = Ask("GET", "/v1/schools/" + std::string(20'000, 'x'));
  EXPECT_THAT(Status(large), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(large, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(large, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(large, HasSubstr(R"({"error":{"code":431,"status":"INVALID_ARGUMENT",)"));
  EXPECT_THAT(large, HasSubstr(R"("reason":"HEAD_TOO_LARGE")"));
  const std::string coded = Ask("POST", "/v1/cycles:schedule", "Transfer-Encoding: br\r\n");
  EXPECT_THAT(Status(coded), StartsWith("HTTP/1.1 501"));
  EXPECT_THAT(coded, HasSubstr(R"("reason":"TRANSFER_CODING_UNKNOWN")"));
  const std::string two = Ask("GET", "/v1/schools", "Host: other\r\n");
  EXPECT_THAT(two, HasSubstr(R"("reason":"REQUEST_INVALID")"));
}

TEST_F(GatewayTest, RefusesParametersOfUploadsThatMeanNothing) {
  Start();
  const std::string headers =
      "Throughline-District: d\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  for (const char* target :
       {"/csv/source?timezone=Mars", "/csv/source?mapping=%7B%7D&timezone=Mars",
        "/caliper?timezone=Mars", "/caliper/source?timezone=Mars", "/cloudevents?timezone=Mars"}) {
    const std::string answer = Ask("POST", target, headers);
    EXPECT_THAT(Status(answer), StartsWith("HTTP/1.1 400")) << target;
    EXPECT_THAT(answer, HasSubstr(R"("reason":"QUERY_UNKNOWN","field":"timezone")")) << target;
  }
  EXPECT_THAT(Ask("POST", "/csv/source?dry_run=true&dry_run=false", headers),
              HasSubstr("QUERY_REPEATED"));
  EXPECT_THAT(Ask("POST", "/csv/source?dry_run=yes", headers), HasSubstr("FIELD_INVALID"));
  const std::string zip =
      "Throughline-District: d\r\nContent-Type: application/zip\r\nContent-Length: 0\r\n";
  EXPECT_THAT(Ask("PUT", std::string(kBundles) + "?timezone=Mars", zip), HasSubstr("timezone"));
  EXPECT_THAT(Ask("PUT", std::string(kBundles) + "?time_zone=Mars", zip),
              HasSubstr("such as America/Chicago"));
  EXPECT_THAT(Ask("PUT", "/ims/oneroster/gradebook/v1p2/results/r?timezone=Mars", headers),
              HasSubstr("timezone: There is no query parameter of this name."));
}

TEST_F(GatewayTest, KeepsThePagesOfOtherSitesOutOfEveryRoute) {
  Start();
  std::vector<std::pair<std::string, std::string>> routes = {
      {"POST", "/v1/districts"},
      {"POST", "/v1/results:ingest"},
      {"POST", "/v1/subscriptions"},
      {"POST", "/v1/unsubscribe"},
      {"POST", "/ims/oneroster/gradebook/v1p2/lineItems/l/results"},
      {"POST", kBundles},
      {"POST", "/data/v3/ed-fi/assessments"},
      {"POST", "/data/v3/ed-fi/studentAssessments"}};
  for (const Standard& standard : Standards()) routes.emplace_back("POST", standard.push);
  for (const auto& [method, path] : routes) {
    for (const char* type :
         {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
          "Content-Type: multipart/form-data; boundary=x\r\n"}) {
      EXPECT_THAT(Ask(method, path, std::string(kLakeside) + kNoBody + type),
                  StartsWith("HTTP/1.1 415"))
          << path << " " << type;
    }
  }
  for (const auto& [method, path] : {std::pair{"GET", "/v1/alerts:watch?district=lakeside"},
                                     {"GET", "/v1/teams"},
                                     {"POST", "/v1/districts"},
                                     {"PUT", kBundles},
                                     {"POST", "/caliper"}}) {
    for (const char* page : {"Origin: https://evil.example\r\n", "Origin: null\r\n",
                             "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n"}) {
      const std::string answer =
          Ask(method, path,
              std::string(kLakeside) + kNoBody + "Content-Type: application/json\r\n" + page);
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 403")) << path << " " << page;
      EXPECT_THAT(answer, HasSubstr("pages of other sites")) << path;
    }
  }
  EXPECT_THAT(Ask("GET", "/v1/teams",
                  std::string(kLakeside) + "Origin: http://" + Host() +
                      "\r\nSec-Fetch-Site: same-origin\r\n"),
              StartsWith("HTTP/1.1 503"));
}

// As a mail program does it by itself (RFC 8058), or the page that the link leads to: the token of
// the link is the proof, and that is no other page's.
TEST_F(GatewayTest, EndsADigestAtAClickFromAMailProgram) {
  Start();
  const std::string click = Ask("POST", "/unsubscribe?token=t",
                                "Content-Type: application/x-www-form-urlencoded\r\n"
                                "Content-Length: 26\r\nOrigin: https://mail.example\r\n\r\n"
                                "List-Unsubscribe=One-Click");
  EXPECT_THAT(click, StartsWith("HTTP/1.1 503")) << "it went through to the service";
  EXPECT_THAT(Ask("GET", "/unsubscribe?token=t"), StartsWith("HTTP/1.1 200"));
}

TEST_F(GatewayTest, BelievesNoHostThatIsNotThisMachine) {
  Start();
  for (const char* host : {"evil.example", "localhost:x\"", "[::1]evil.example", "a b"}) {
    const std::string answer = Ask("GET", "/", "", host);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 403")) << host;
    EXPECT_THAT(answer, Not(HasSubstr("evil")));
  }
  EXPECT_THAT(Ask("GET", "/", "", "localhost"), HasSubstr("http://localhost/oauth/token"));
}

TEST_F(GatewayTest, LeadsToWhereItIsConfiguredToBe) {
  Start({.public_url = "https://district.example"});
  EXPECT_THAT(Ask("GET", "/"), HasSubstr("\"https://district.example/oauth/token\""));
}

TEST_F(GatewayTest, GivesBrowsersTheBoardAndOthersTheDocumentOfEdFi) {
  Start();
  const std::string page = Ask("GET", "/", "Accept: text/html,*/*;q=0.8\r\n");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(page, HasSubstr("Content-Type: text/html"));
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'"));
  EXPECT_THAT(page, Not(HasSubstr("no-store")));
  for (const char* accept : {"", "Accept: application/json\r\n", "Accept: */*\r\n"}) {
    const std::string document = Ask("GET", "/", accept);
    EXPECT_THAT(document, HasSubstr("Vary: Accept\r\n")) << accept;
    EXPECT_THAT(document, HasSubstr("/oauth/token")) << accept;
  }
  const std::string nothing = Ask("GET", "/board/none/app.js");
  EXPECT_THAT(nothing, StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(nothing, HasSubstr(R"("reason":"PATH_UNKNOWN")"));
}

TEST_F(GatewayTest, SaysThatNobodyNeedsACredential) {
  Start();
  EXPECT_THAT(Ask("GET", "/v1/me"), testing::EndsWith("\r\n\r\n{\"open\":true}"));
  EXPECT_THAT(Ask("GET", "/sign-in"), StartsWith("HTTP/1.1 404"));
}

TEST_F(GatewayTest, LetsNobodyOnTheWayKeepAnAnswer) {
  Start();
  for (const char* path : {"/", "/metadata", "/healthz", "/nowhere", "/v1/teams", "/v1/nothing",
                           "/v1/districts/lakeside", "/v1/alerts:watch", "/unsubscribe?token=t",
                           "/ims/oneroster/gradebook/v1p2/lineItems", "/%"}) {
    const std::string answer = Ask("GET", path, kLakeside);
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n")) << path;
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n")) << path;
    EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security"))) << path;  // it is plain http
  }
  EXPECT_THAT(Ask("POST", "/v1/subscriptions",
                  std::string(kLakeside) + "Content-Type: application/json\r\n" + kNoBody),
              HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(Ask("GET", "/v1/openapi.json"), Not(HasSubstr("no-store")));
}

TEST_F(GatewayTest, AnUploadThatTricklesLosesItsPlace) {
  Start({.body_pace = {.grace = std::chrono::milliseconds(100)}});
  auto first = Upload(kLakeside), second = Upload(kLakeside);
  EXPECT_THAT(first->Head(), StartsWith("HTTP/1.1 100"));
  EXPECT_THAT(second->Head(), StartsWith("HTTP/1.1 100"));
  for (const auto& each : {first.get(), second.get()}) {
    each->Send("PK");
    const std::string end = each->ToItsEnd();
    EXPECT_THAT(end, StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(end, HasSubstr("Connection: close"));
  }
  EXPECT_THAT(Upload(kLakeside)->Head(), StartsWith("HTTP/1.1 100"));
}

TEST_F(GatewayTest, SaysWhosePlacesAreTaken) {
  Start({.imports = {.at_once = 3, .of_a_district = 2}});
  std::vector<std::unique_ptr<Client>> held;
  for (const char* district : {"lakeside", "lakeside", "hillside"}) {
    held.push_back(Upload(std::string("Throughline-District: ") + district + "\r\n"));
    ASSERT_THAT(held.back()->Head(), StartsWith("HTTP/1.1 100"));
  }
  for (const auto& [district, whose] :
       {std::pair{"lakeside", "your district may have 2"}, {"valley", "3 bundles"}}) {
    const std::string answer =
        Upload(std::string("Connection: close\r\nThroughline-District: ") + district + "\r\n")
            ->ToItsEnd();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 429"));
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    EXPECT_THAT(answer, HasSubstr(whose));
  }
}

class GuardedGateway : public GatewayTest {
 protected:
  GuardedGateway() {
    issuer_.AddEc("key");
    issuer_.WriteJwks(jwks_);
    access_ = *platform::Access::Create({{.jwks = jwks_,
                                          .issuer = platform::TestIssuer::kIssuer,
                                          .audience = platform::TestIssuer::kAudience}},
                                        clock_);
  }
  // The header of somebody of a district.
  std::string As(const std::string& role, const std::string& subject = "somebody",
                 const std::string& district = "lakeside") {
    auto claims = platform::TestIssuer::Claims(clock_.Now(), role, district);
    claims["sub"] = subject;
    return "Authorization: Bearer " + issuer_.Sign(claims) + "\r\n";
  }

  const std::string jwks_ = testing::TempDir() + "/gateway.jwks";
  const runtime::SystemClock clock_;
  platform::TestIssuer issuer_;
};

// Four of them blocked everybody's imports for as long as they liked.
TEST_F(GuardedGateway, GivesNoPlaceToWhoeverMayNotImportOrSendsTooMuch) {
  Start();
  std::vector<std::unique_ptr<Client>> refused;
  for (int i = 0; i < 6; ++i) {
    refused.push_back(Upload(As("observer", "observer-" + std::to_string(i))));
    EXPECT_THAT(refused.back()->Head(), StartsWith("HTTP/1.1 403"));
    refused.push_back(Upload(As("integration", "sis"), (256 << 20) + 1));
    EXPECT_THAT(refused.back()->Head(), StartsWith("HTTP/1.1 413"));
  }
  const auto imports = Upload(As("integration", "sis"));
  EXPECT_THAT(imports->Head(), StartsWith("HTTP/1.1 100"));
}

TEST_F(GuardedGateway, SaysWhoCallsAndNothingToStrangers) {
  Start();
  EXPECT_THAT(Ask("GET", "/v1/me"), testing::EndsWith("\r\n\r\n{}"));
  const std::string me = Ask("GET", "/v1/me", As("district_leader", "ana"));
  EXPECT_THAT(me, HasSubstr(R"("role":"ROLE_DISTRICT_LEADER","subject":"ana","validUntilMs":")"));
  EXPECT_THAT(me, Not(HasSubstr("signedIn")));
  EXPECT_THAT(me, HasSubstr(R"("ListFramings")"));
  EXPECT_THAT(me, Not(HasSubstr(R"("ListQuarantine")"))) << "it is for administrators";
  EXPECT_THAT(Ask("GET", "/v1/me", "Authorization: Bearer x\r\n"), StartsWith("HTTP/1.1 401"));
}

TEST_F(GuardedGateway, GivesACallerOnePlaceAndADistrictTwo) {
  Start();
  const auto sis = Upload(As("integration", "sis"));
  EXPECT_THAT(sis->Head(), StartsWith("HTTP/1.1 100"));
  const std::string again = Upload(As("integration", "sis") + "Connection: close\r\n")->ToItsEnd();
  EXPECT_THAT(again, StartsWith("HTTP/1.1 429"));
  EXPECT_THAT(again, HasSubstr("you may have 1"));
  const auto office = Upload(As("district_administrator", "office"));
  EXPECT_THAT(office->Head(), StartsWith("HTTP/1.1 100"));
  EXPECT_THAT(Upload(As("integration", "lms") + "Connection: close\r\n")->ToItsEnd(),
              HasSubstr("your district may have 2"));
  const auto elsewhere = Upload(As("integration", "sis", "hillside"));
  EXPECT_THAT(elsewhere->Head(), StartsWith("HTTP/1.1 100"));
}

TEST_F(GuardedGateway, TakesNoBodyFromARoleThatMayNotPush) {
  Start();
  std::vector<std::string> paths{"/v1/results:ingest", "/data/v3/ed-fi/studentAssessments"};
  for (const Standard& standard : Standards()) paths.emplace_back(standard.push);
  for (const std::string& path : paths) {
    Client client(gateway_->port());
    client.Send(std::string("POST ") + path + " HTTP/1.1\r\nHost: h\r\n" + As("observer") +
                "Content-Type: application/json\r\nContent-Length: 1000\r\n"
                "Expect: 100-continue\r\n\r\n");
    // Caliper has no word for it but 401.
    EXPECT_THAT(client.Head(), testing::MatchesRegex("HTTP/1.1 40[13](.|\r|\n)*")) << path;
  }
}

TEST_F(GuardedGateway, LeadsToTheHostThatIsCalledWhenThatIsItsOwn) {
  Start();
  EXPECT_THAT(Ask("GET", "/", "", "localhost:1"), HasSubstr("http://localhost:1/oauth"));
  for (const char* host :
       {"evil.example", "192.0.2.1", "evil.example/x", "evil.example:port", "\"evil", "a evil"}) {
    const std::string answer = Ask("GET", "/", "", host);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << host;
    EXPECT_THAT(answer, Not(HasSubstr("evil")));
  }
}

}  // namespace
}  // namespace throughline::gateway
