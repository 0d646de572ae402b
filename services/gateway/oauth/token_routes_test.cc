// The token endpoint as clients and strangers meet it: who is kept waiting for whom.
#include "gateway/oauth/token_routes.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <optional>

#include "gateway/oauth/test_secret.h"

namespace throughline::gateway::oauth {
namespace {

namespace http = platform::http;

constexpr char kShort[] = "a short secret";
constexpr char kOffice[] = "10.0.0.1";
constexpr char kStranger[] = "192.0.2.66";

class Posted : public http::Exchange {
 public:
  Posted(const std::string& peer, std::string body) : body_(std::move(body)) {
    request_.method = "POST";
    request_.target = "/oauth/token";
    request_.headers["content-type"] = "application/x-www-form-urlencoded";
    request_.peer = peer;
  }
  http::Request& own() { return request_; }
  const http::Request& request() const override { return request_; }
  http::Task<core::Result<std::string>> Read() override { co_return std::exchange(body_, ""); }
  http::Task<bool> Begin(const http::Response&) override { co_return false; }
  http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }

 private:
  http::Request request_;
  std::string body_;
};

class TokenRoutes : public testing::Test {
 protected:
  TokenRoutes() : folder_(testing::TempDir() + "/token_routes." + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
    const auto client = [](const std::string& id, const std::string& secret) {
      return R"({"client_id": ")" + id + R"(", "district": "lakeside", "role": "integration",
                 "secret_sha256": ")" +
             HashOf(secret) + "\"}";
    };
    issuer_.emplace(TokenIssuer{
        *Clients::Parse("file", "[" + client("sis", kSecret) + "," + client("lms", kSecret) + "," +
                                    client("guessable", kShort) + "]"),
        *TokenSigner::FromFile(folder_ + "/key", {.issuer = "i", .audience = "a"})});
  }
  ~TokenRoutes() override { std::filesystem::remove_all(folder_); }

  void Open(TokenLimits limits) {
    limits.now = [this] { return now_; };
    AddTokenRoutes(routes_, *issuer_, clock_, limits);
  }
  http::Response Ask(const std::string& peer, const std::string& id, const std::string& secret) {
    Posted exchange(peer, "grant_type=client_credentials&client_id=" + http::PercentEncode(id) +
                              "&client_secret=" + http::PercentEncode(secret));
    boost::asio::io_context context;
    auto answer = boost::asio::co_spawn(context, routes_.Serve(exchange, exchange.own()),
                                        boost::asio::use_future);
    context.run();
    return answer.get();
  }
  int Status(const std::string& peer, const std::string& id, const std::string& secret) {
    return Ask(peer, id, secret).status;
  }

  const std::string folder_;
  const runtime::SystemClock clock_;
  Throttle::Time now_{std::chrono::hours(1)};
  std::optional<TokenIssuer> issuer_;
  http::Routes routes_{
      [](const http::Request&, int status) { return http::Response{.status = status}; }};
};

TEST_F(TokenRoutes, WrongSecretsFromElsewhereDoNotKeepAClientOut) {
  Open({});
  int guesses = 0;
  while (Status(kStranger, "sis", "wrong") == 401) ASSERT_LT(++guesses, 100);
  EXPECT_EQ(guesses, 30);
  while (Status(kStranger, "guessable", "wrong") == 401) ASSERT_LT(++guesses, 200);
  EXPECT_EQ(Status(kStranger, "guessable", kShort), 429)
      << "a guess is not looked at, right or wrong";
  EXPECT_EQ(Status(kOffice, "guessable", kShort), 200);
  EXPECT_EQ(Status(kOffice, "sis", kSecret), 200);
  EXPECT_EQ(Status(kStranger, "lms", kSecret), 200) << "another client at the same address";
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(Status(kStranger, "guessable", kShort), 200) << "it is put off, not locked out";
}

// A district behind one address: its systems, and everybody else in the building.
TEST_F(TokenRoutes, StrangersAtItsAddressKeepNoClientWaiting) {
  Open({});
  for (int i = 0; i < 1000; ++i) {
    Status(kOffice, "made up " + std::to_string(i), "x");
    Status(kOffice, "sis", "wrong");
    Status(kOffice, "sis", kSecret + std::to_string(i));
    Status(kOffice, "", "");
  }
  EXPECT_EQ(Status(kOffice, "sis", std::string(16'384, 'x')), 429) << "a stranger waits";
  for (int i = 0; i < 30; ++i) ASSERT_EQ(Status(kOffice, "sis", kSecret), 200) << i;
  EXPECT_EQ(Status(kOffice, "sis", kSecret), 429) << "it had its own";
  EXPECT_EQ(Status(kOffice, "lms", kSecret), 200);
}

TEST_F(TokenRoutes, NamesThatNobodyHasCountForTheAddressTheyComeFrom) {
  Open({.of_an_address = {.per_second = 10, .at_once = 100'000}});
  int answered = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string made_up = "client-" + std::to_string(i);
    answered += Status(kStranger, made_up, "x") == 401 ? 1 : 0;
  }
  EXPECT_EQ(answered, 30);
  // Nor does a name of any length, or one that is no id.
  EXPECT_EQ(Status(kStranger, std::string(10'000, 'x'), "x"), 429);
  EXPECT_EQ(Status(kStranger, "no id", "x"), 429);
  EXPECT_EQ(Status(kStranger, "", "x"), 429);
  EXPECT_EQ(Status(kStranger, "sis", kSecret), 200);
  EXPECT_EQ(Status(kOffice, "sis", kSecret), 200);
}

TEST_F(TokenRoutes, AFloodFromManyAddressesForgetsNobodysWrongSecrets) {
  Open({.of_an_address = {.per_second = 10, .at_once = 100, .callers = 100'000},
        .of_wrong_secrets = {.per_second = 1, .at_once = 30, .callers = 100}});
  while (Status(kStranger, "guessable", "wrong") == 401) {
  }
  for (int i = 0; i < 1000; ++i) {
    Status("198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250), "guessable",
           "wrong");
  }
  EXPECT_EQ(Status(kStranger, "guessable", kShort), 429);
  EXPECT_EQ(Status(kOffice, "guessable", kShort), 200);
}

TEST_F(TokenRoutes, AnAddressMayAskSoOftenAndANetworkOfIpv6IsOne) {
  Open({.of_an_address = {.per_second = 1, .at_once = 3}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Status(kOffice, "guessable", kShort), 200);
  const http::Response late = Ask(kOffice, "guessable", kShort);
  EXPECT_EQ(late.status, 429);
  EXPECT_THAT(late.headers, testing::Contains(testing::Pair("Retry-After", "1")));
  for (const char* peer : {"2001:db8::1", "2001:db8::2", "2001:db8::3"}) {
    EXPECT_EQ(Status(peer, "guessable", kShort), 200);
  }
  EXPECT_EQ(Status("2001:db8::4", "guessable", kShort), 429);
  EXPECT_EQ(Status("2001:db8:0:1::4", "guessable", kShort), 200);
}

TEST_F(TokenRoutes, AClientGetsSoManyTokensWhereverItAsks) {
  Open({.of_a_client = {.per_second = 1, .at_once = 2}});
  EXPECT_EQ(Status("10.0.0.1", "sis", kSecret), 200);
  EXPECT_EQ(Status("10.0.0.2", "sis", kSecret), 200);
  EXPECT_EQ(Status("10.0.0.3", "sis", kSecret), 429);
  EXPECT_EQ(Status("10.0.0.3", "lms", kSecret), 200);
}

TEST_F(TokenRoutes, TokensAreKeptByNobodyOnTheWay) {
  Open({});
  for (const char* secret : {kSecret, "wrong"}) {
    EXPECT_THAT(Ask(kOffice, "sis", secret).headers,
                testing::Contains(testing::Pair("Cache-Control", "no-store")));
  }
}

}  // namespace
}  // namespace throughline::gateway::oauth
