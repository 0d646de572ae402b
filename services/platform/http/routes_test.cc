#include "platform/http/routes.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace throughline::platform::http {
namespace {

// An exchange without a connection, for handlers that only look at the request.
class AskedOnly : public Exchange {
 public:
  explicit AskedOnly(Request request) : asked(std::move(request)) {}
  const Request& request() const override { return asked; }
  Task<core::Result<std::string>> Read() override { co_return std::string(); }
  Task<bool> Begin(const Response&) override { co_return false; }
  Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }
  Request asked;
};

Response Refused(const Request&, int status) { return {.status = status}; }

Handler Says(std::string text) {
  return [text = std::move(text)](Exchange& exchange) -> Task<Response> {
    Response response{.body = text};
    for (const auto& [name, value] : exchange.request().captured) {
      response.body += " " + name + "=" + value;
    }
    co_return response;
  };
}

class RoutesTest : public testing::Test {
 protected:
  RoutesTest() {
    routes_.Add("GET", "/v1/alerts", Says("list"));
    routes_.Add("GET", "/v1/alerts:watch", Says("watch"));
    routes_.Add("GET", "/v1/alerts/{alert}", Says("get"));
    routes_.Add("POST", "/v1/alerts/{alert}:acknowledge", Says("acknowledge"));
    routes_.Add("DELETE", "/v1/alerts/{alert}", Says("delete"));
    routes_.Add("GET", "/v1/alerts/latest", Says("latest"));
    routes_.Add("GET", "/files/**", Says("file"));
  }
  Response Ask(const std::string& method, const std::string& target) {
    AskedOnly exchange({.method = method, .target = target});
    Response response;
    boost::asio::io_context context;
    boost::asio::co_spawn(context, routes_.Serve(exchange, exchange.asked),
                          [&](std::exception_ptr, Response answer) { response = answer; });
    context.run();
    return response;
  }
  Routes routes_{Refused};
};

TEST_F(RoutesTest, FindsTheHandlerByPathAndMethod) {
  EXPECT_EQ(Ask("GET", "/v1/alerts").body, "list");
  EXPECT_EQ(Ask("GET", "/v1/alerts/?page_size=3").body, "list");
  EXPECT_EQ(Ask("GET", "/v1/alerts:watch").body, "watch");
  EXPECT_EQ(Ask("GET", "/v1/alerts/7").body, "get alert=7");
  EXPECT_EQ(Ask("HEAD", "/v1/alerts/7").body, "get alert=7");
  EXPECT_EQ(Ask("DELETE", "/v1/alerts/7").body, "delete alert=7");
  EXPECT_EQ(Ask("GET", "/v1/alerts/latest").body, "latest") << "texts come first";
  EXPECT_EQ(Ask("POST", "/v1/alerts/a:b:acknowledge").body, "acknowledge alert=a:b");
  EXPECT_EQ(Ask("GET", "/files/a/b").body, "file");
}

TEST_F(RoutesTest, CapturesWhatIsEscaped) {
  EXPECT_EQ(Ask("GET", "/v1/alerts/a%2Fb%20c").body, "get alert=a/b c");
  EXPECT_EQ(Ask("GET", "/v1/alerts/%zz").status, 404);
  EXPECT_EQ(Ask("GET", "/v1/alerts//").status, 404) << "an empty name is none";
}

TEST_F(RoutesTest, SaysWhatIsNotThere) {
  EXPECT_EQ(Ask("GET", "/v2").status, 404);
  EXPECT_EQ(Ask("GET", "v1").status, 400);
  const Response refused = Ask("PUT", "/v1/alerts/7");
  EXPECT_EQ(refused.status, 405);
  EXPECT_THAT(refused.headers, testing::Contains(testing::Pair("Allow", "DELETE, GET")));
}

TEST(ReadTarget, DecodesPathAndQuery) {
  Request request{.target = "/a%20b/c+d?x=1%262&y=a+b&&z&x=3"};
  ASSERT_TRUE(ReadTarget(request));
  EXPECT_EQ(request.path, "/a b/c+d");
  EXPECT_EQ(*request.Query("x"), "1&2");
  EXPECT_EQ(*request.Query("y"), "a b");
  EXPECT_EQ(*request.Query("z"), "");
  EXPECT_EQ(request.Query("w"), std::nullopt);
  for (const char* target : {"", "*", "http://host/", "/%", "/%1", "/%00", "/?a=%g0"}) {
    Request broken{.target = target};
    EXPECT_FALSE(ReadTarget(broken)) << target;
  }
  EXPECT_EQ(PercentEncode("a/b c~é"), "a%2Fb%20c~%C3%A9");
}

}  // namespace
}  // namespace throughline::platform::http
