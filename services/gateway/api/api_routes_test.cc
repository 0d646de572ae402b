#include "gateway/api/api_routes.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <optional>
#include <thread>

#include "gateway/api/openapi.h"
#include "gateway/json/json_reader.h"
#include "platform/access/test_tokens.h"
#include "platform/grpc/calls.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::gateway {
namespace {

using testing::HasSubstr;

// A request whose body comes in two pieces.
class Request : public http::Exchange {
 public:
  Request(const std::string& method, const std::string& target, const std::string& body = "") {
    request_.method = method;
    request_.target = target;
    request_.headers["host"] = "127.0.0.1";
    if (!body.empty()) request_.headers["content-type"] = "application/json";
    EXPECT_TRUE(http::ReadTarget(request_));
    pieces_ = {body.substr(0, body.size() / 2), body.substr(body.size() / 2)};
  }
  Request& With(const std::string& name, const std::string& value) {
    request_.headers[name] = value;
    return *this;
  }
  http::Request& own() { return request_; }

  const http::Request& request() const override { return request_; }
  http::Task<core::Result<std::string>> Read() override {
    while (!pieces_.empty()) {
      const std::string piece = pieces_.front();
      pieces_.erase(pieces_.begin());
      if (!piece.empty()) co_return piece;
    }
    co_return std::string();
  }
  http::Task<bool> Begin(const http::Response&) override { co_return false; }
  http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }

 private:
  http::Request request_;
  std::vector<std::string> pieces_;
};

// Notes what is called, and answers on a thread of its own as gRPC does.
class Services : public UnaryCalls {
 public:
  ~Services() override {
    for (std::thread& thread : threads_) thread.join();
  }
  void Start(UnaryCall call, Done done) override {
    calls.push_back(std::move(call));
    threads_.emplace_back([done = std::move(done), answer = answer] { done(answer); });
  }

  UnaryAnswer answer;
  std::vector<UnaryCall> calls;

 private:
  std::vector<std::thread> threads_;
};

class ApiRoutes : public testing::Test {
 protected:
  ApiRoutes() { AddApiRoutes(routes_, guard_, services_); }

  http::Response Ask(Request& exchange) {
    boost::asio::io_context context;
    auto answer = boost::asio::co_spawn(context, routes_.Serve(exchange, exchange.own()),
                                        boost::asio::use_future);
    context.run();
    return answer.get();
  }
  http::Response Ask(const std::string& method, const std::string& target,
                     const std::string& body = "") {
    Request request(method, target, body);
    return Ask(request.With("throughline-district", "lakeside"));
  }

  const std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  RequestGuard guard_{*access_, {}};
  Services services_;
  http::Routes routes_{
      [](const http::Request&, int status) { return http::Response{.status = status}; }};
};

TEST_F(ApiRoutes, CallTheMethodAndAnswerInJson) {
  plans::v1::UpsertSchoolResponse response;
  response.mutable_school()->set_name("North");
  services_.answer.response = response.SerializeAsString();
  Request request("PUT", "/v1/schools/no%72th", R"({"school": {"name": "North"}})");
  request.With("throughline-district", "lakeside").With("idempotency-key", "k1");
  const http::Response answer = Ask(request);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ((*ReadJson(answer.body))["school"]["name"], "North");
  ASSERT_EQ(services_.calls.size(), 1U);
  EXPECT_EQ(services_.calls[0].method, "throughline.plans.v1.PlansService.UpsertSchool");
  plans::v1::UpsertSchoolRequest asked;
  ASSERT_TRUE(asked.ParseFromString(services_.calls[0].request));
  EXPECT_EQ(
      asked.ShortDebugString(),
      "request_id: \"k1\" school { district: \"lakeside\" school: \"north\" name: \"North\" }");
}

TEST_F(ApiRoutes, TellWhatAServiceRefuses) {
  services_.answer.status = platform::ToStatus(
      {core::Code::kFailedPrecondition, "ARTEFACTS_MISSING", "Some are missing.", "analysis"});
  const http::Response answer = Ask("POST", "/v1/cycles/c:endPhase", "{}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr(R"("reason":"ARTEFACTS_MISSING","field":"analysis")"));
}

TEST_F(ApiRoutes, CallNothingThatIsNotUnderstood) {
  EXPECT_EQ(Ask("GET", "/v1/nothing").status, 404);
  EXPECT_EQ(Ask("DELETE", "/v1/teams").status, 405);
  EXPECT_EQ(Ask("GET", "/v1/teams?size=3").status, 400);
  EXPECT_EQ(Ask("POST", "/v1/silences", "{").status, 400);
  EXPECT_EQ(Ask("GET", "/v1/districts/hillside").status, 403);
  EXPECT_THAT(Ask("GET", "/v1/alerts:watch").body, HasSubstr("NOT_A_STREAM"));
  const http::Response large = Ask("POST", "/v1/silences", std::string((8 << 20) + 1, ' '));
  EXPECT_EQ(large.status, 413);
  EXPECT_THAT(large.body, HasSubstr("BODY_TOO_LARGE"));
  EXPECT_TRUE(services_.calls.empty());
}

TEST_F(ApiRoutes, SayOfWhatGrpcWouldNeverTakeThatItIsTooLarge) {
  const std::string comment(5 << 20, 'x');
  const http::Response large =
      Ask("POST", "/v1/silences", R"({"silence":{"comment":")" + comment + R"("}})");
  EXPECT_EQ(large.status, 413);
  EXPECT_THAT(large.body, HasSubstr("REQUEST_TOO_LARGE"));
  EXPECT_TRUE(services_.calls.empty());
}

TEST_F(ApiRoutes, AnswerSeveralReadsInOneAndEachByItself) {
  const http::Response answer =
      Ask("POST", "/v1/reads:batch",
          R"({"reads": ["/v1/teams?pageSize=3", "/v1/nothing", "/v1/districts/hillside",
                        "/v1/alerts:watch", "/v1/teams?size=3", "/v1/schools"]})");
  ASSERT_EQ(answer.status, 200);
  const Json json = *ReadJson(answer.body);
  std::vector<int> statuses;
  for (const Json& one : json["answers"]) statuses.push_back(one["status"].get<int>());
  EXPECT_THAT(statuses, testing::ElementsAre(200, 404, 403, 400, 400, 200));
  EXPECT_EQ(json["answers"][1]["body"]["error"]["details"][0]["reason"], "PATH_UNKNOWN");
  ASSERT_EQ(services_.calls.size(), 2U);
  plans::v1::ListTeamsRequest asked;
  ASSERT_TRUE(asked.ParseFromString(services_.calls[0].request));
  EXPECT_EQ(asked.ShortDebugString(), "district: \"lakeside\" page_size: 3");
}

TEST_F(ApiRoutes, RefuseABatchThatIsNone) {
  const auto status = [&](const std::string& body) {
    return Ask("POST", "/v1/reads:batch", body).status;
  };
  EXPECT_EQ(status("{}"), 400);
  EXPECT_EQ(status(R"({"reads": []})"), 400);
  EXPECT_EQ(status(R"({"reads": ["/healthz"]})"), 400);
  EXPECT_EQ(status(R"({"reads": [5]})"), 400);
  std::string many = R"({"reads": ["/v1/teams")";
  for (size_t i = 0; i < kReadsAtMost; ++i) many += R"(, "/v1/teams")";
  EXPECT_EQ(status(many + "]}"), 400);
  EXPECT_TRUE(services_.calls.empty());
}

TEST_F(ApiRoutes, TakeAHeadForAGet) {
  EXPECT_EQ(Ask("HEAD", "/v1/teams").status, 200);
  EXPECT_EQ(services_.calls.at(0).method, "throughline.plans.v1.PlansService.ListTeams");
}

// An installation where callers need credentials.
class GuardedApiRoutes : public ApiRoutes {
 protected:
  GuardedApiRoutes() {
    issuer_.AddEc("key");
    issuer_.WriteJwks(jwks_);
    auto access = platform::Access::Create({{.jwks = jwks_,
                                             .issuer = platform::TestIssuer::kIssuer,
                                             .audience = platform::TestIssuer::kAudience}},
                                           clock_);
    guarded_ = std::move(*access);
    guard_.emplace(*guarded_, ThrottleOptions{.per_second = 0.001, .at_once = 2});
    AddApiRoutes(guarded_routes_, *guard_, services_);
  }
  int StatusOf(const std::string& target, const std::string& peer) {
    Request request("POST", target, R"({"token": "a token of a mail"})");
    request.own().peer = peer;
    boost::asio::io_context context;
    auto answer = boost::asio::co_spawn(context, guarded_routes_.Serve(request, request.own()),
                                        boost::asio::use_future);
    context.run();
    return answer.get().status;
  }

  const std::string jwks_ = testing::TempDir() + "/api_routes.jwks";
  platform::TestIssuer issuer_;
  const runtime::SystemClock clock_;
  std::unique_ptr<platform::Access> guarded_;
  std::optional<RequestGuard> guard_;
  http::Routes guarded_routes_{
      [](const http::Request&, int status) { return http::Response{.status = status}; }};
};

TEST_F(GuardedApiRoutes, LetAnybodyDoWhatAnybodyMayAndBoundEachAddress) {
  EXPECT_EQ(StatusOf("/v1/silences", "10.0.0.1"), 401);
  EXPECT_EQ(StatusOf("/v1/unsubscribe", "10.0.0.1"), 200);
  EXPECT_EQ(services_.calls.at(0).authorization, "");
  EXPECT_EQ(StatusOf("/v1/unsubscribe?x=1", "10.0.0.1"), 400);
  EXPECT_EQ(StatusOf("/v1/unsubscribe", "10.0.0.1"), 429);
  EXPECT_EQ(StatusOf("/v1/unsubscribe", "10.0.0.2"), 200);
  EXPECT_EQ(services_.calls.size(), 2U);
}

TEST_F(GuardedApiRoutes, CountEachReadOfABatch) {
  const std::string token =
      issuer_.Sign(platform::TestIssuer::Claims(clock_.Now(), "district_leader", "lakeside"));
  const auto batch = [&](const std::string& reads) {
    Request request("POST", "/v1/reads:batch", R"({"reads": [)" + reads + "]}");
    request.With("authorization", "Bearer " + token);
    boost::asio::io_context context;
    auto answer = boost::asio::co_spawn(context, guarded_routes_.Serve(request, request.own()),
                                        boost::asio::use_future);
    context.run();
    return answer.get();
  };
  EXPECT_EQ(batch(R"("/v1/teams", "/v1/quarantinedResults")").status, 200);
  EXPECT_EQ(services_.calls.size(), 1U) << "the other is not for the role";
  EXPECT_EQ(batch(R"("/v1/teams")").status, 429) << "two at once are allowed";
}

TEST_F(ApiRoutes, HaveTheirDocument) {
  const http::Response answer = Ask("GET", "/v1/openapi.json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, OpenApiDocument());
}

}  // namespace
}  // namespace throughline::gateway
