// Signing out while the trail cannot be written.
#include "gateway/sign_in/logout_routes.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "gateway/sign_in/sign_in_fixture.h"

namespace throughline::gateway::sign_in {
namespace {

class SigningOut : public SigningIn {
 protected:
  SigningOut() { AddLogoutRoutes(routes_, *sign_in_, PublicAddress({.open = true}), *access_, {}); }
};

TEST_F(SigningOut, EndsTheSessionHereBeforeItIsOnRecordAndSaysSoUntilItIs) {
  const std::string cookie = Cookie();
  ASSERT_TRUE(IsSignedIn(cookie));
  http::Request request{
      .method = "POST",
      .target = "/sign-out",
      .headers = {
          {"cookie", cookie}, {"host", "127.0.0.1:7480"}, {"sec-fetch-site", "same-origin"}}};
  ASSERT_TRUE(http::ReadTarget(request));
  Asked exchange(request);
  std::optional<http::Response> answer;
  boost::asio::io_context context;
  boost::asio::co_spawn(
      context, [&]() -> http::Task<void> { answer = co_await routes_.Serve(exchange, request); },
      [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  while (!audit_.held) context.run_one();
  EXPECT_FALSE(IsSignedIn(cookie));
  EXPECT_FALSE(answer);
  audit_.held(
      core::Refuse({core::Code::kUnavailable, "LOG_UNAVAILABLE", "The broker is away.", ""}));
  context.run();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  ASSERT_EQ(audit_.noted.size(), 1U) << "it is tried until it is written";
  EXPECT_EQ(audit_.noted[0].action(), audit::v1::ACTION_SIGNED_OUT);
}

}  // namespace
}  // namespace throughline::gateway::sign_in
