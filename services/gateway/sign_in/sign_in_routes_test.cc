// Signing in too often, and what a browser that asks again is told.
#include "gateway/sign_in/sign_in_routes.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>

#include "gateway/sign_in/sign_in_fixture.h"

namespace throughline::gateway::sign_in {
namespace {

class SigningInTooOften : public SigningIn {
 protected:
  // An address may ask once, and then every 100 seconds.
  SigningInTooOften() {
    AddSignInRoutes(routes_, *sign_in_, PublicAddress({}), *access_,
                    {.per_second = 0.01, .at_once = 1});
  }

  http::Response Get(const std::string& target, const std::string& peer) {
    http::Request request{.method = "GET",
                          .target = target,
                          .headers = {{"host", "127.0.0.1:7480"}, {"accept-language", "es"}},
                          .peer = peer};
    EXPECT_TRUE(http::ReadTarget(request));
    Asked exchange(request);
    boost::asio::io_context context;
    auto answer =
        boost::asio::co_spawn(context, routes_.Serve(exchange, request), boost::asio::use_future);
    context.run();
    return answer.get();
  }

  static std::string HeaderOf(const http::Response& response, const std::string& name) {
    for (const auto& [each, value] : response.headers) {
      if (each == name) return value;
    }
    return "";
  }
};

TEST_F(SigningInTooOften, IsAPageThatSaysWhenToComeBack) {
  for (const char* target : {"/sign-in", "/sign-in/callback?state=s&code=c"}) {
    const std::string peer = target == std::string("/sign-in") ? "10.0.0.1" : "10.0.0.2";
    const http::Response first = Get(target, peer);
    EXPECT_NE(first.status, 429) << target;
    EXPECT_EQ(HeaderOf(first, "Retry-After"), "") << target;
    const http::Response again = Get(target, peer);
    EXPECT_EQ(again.status, 429) << target;
    const int seconds = std::atoi(HeaderOf(again, "Retry-After").c_str());
    EXPECT_GT(seconds, 0) << target;
    EXPECT_LE(seconds, 100) << target;
    EXPECT_EQ(HeaderOf(again, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(again.body.find("Demasiadas personas"), std::string::npos);
  }
  EXPECT_NE(Get("/sign-in", "10.0.0.3").status, 429) << "another address";
}

}  // namespace
}  // namespace throughline::gateway::sign_in
