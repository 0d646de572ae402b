#include "gateway/door/public_address.h"

#include <gtest/gtest.h>

namespace throughline::gateway {
namespace {

const char* const kNoHosts[] = {"",
                                "evil.example/path",
                                "evil.example:port",
                                "evil.example:70000",
                                "evil.example:",
                                "a b",
                                "user@host",
                                "\"><script>",
                                "host\r\nX: y",
                                "[::1",
                                "[::1]x",
                                "[evil]",
                                "-host",
                                "h, h",
                                "h\xc3\xa9"};

TEST(PublicAddress, TakesAHostForAHostAndNothingElse) {
  for (const char* host : {"district.example", "127.0.0.1:7480", "[::1]", "[2001:db8::1]:443",
                           "localhost:1", "gate_way-1.local"}) {
    EXPECT_TRUE(IsHost(host)) << host;
  }
  for (const char* host : kNoHosts) EXPECT_FALSE(IsHost(host)) << host;
  EXPECT_FALSE(IsHost(std::string(300, 'h')));
}

TEST(PublicAddress, KnowsTheNamesOfThisMachine) {
  for (const char* host : {"127.0.0.1:7480", "localhost", "[::1]:7480", "127.9.9.9"}) {
    EXPECT_TRUE(IsThisMachine(host)) << host;
  }
  for (const char* host : {"evil.example", "127.evil", "[::2]", "localhost:evil", "[::1]evil",
                           "localhost.evil.example", ""}) {
    EXPECT_FALSE(IsThisMachine(host)) << host;
  }
}

std::string Of(PublicAddress::Options options, const std::string& host) {
  platform::http::Request request;
  request.headers["host"] = host;
  const auto address = PublicAddress(std::move(options)).Of(request);
  return address ? *address : address.error().reason;
}

TEST(PublicAddress, IsWhatIsConfiguredWhateverTheClientSays) {
  EXPECT_EQ(Of({.url = "https://district.example/"}, "evil.example"), "https://district.example");
  EXPECT_EQ(Of({.url = "https://district.example/x"}, "a b"), "https://district.example/x");
}

TEST(PublicAddress, IsTheHostThatTheClientCalledWhenThatIsItsOwn) {
  const PublicAddress::Options options{.listen = "District.example:7480"};
  EXPECT_EQ(Of(options, "district.example:8080"), "http://district.example:8080");
  EXPECT_EQ(Of(options, "localhost:7480"), "http://localhost:7480");
  EXPECT_EQ(Of({.listen = "[2001:db8::1]:80", .secure = true}, "[2001:db8::1]"),
            "https://[2001:db8::1]");
  for (const char* host : kNoHosts) EXPECT_EQ(Of({}, host), "HOST_INVALID") << host;
}

TEST(PublicAddress, IsNoOtherHostThatTheClientMakesUp) {
  for (const char* listen :
       {"", "127.0.0.1:7480", "0.0.0.0:7480", "[::]:7480", "district.example:1"}) {
    for (const char* host : {"evil.example", "evil.example:7480", "192.0.2.1", "0.0.0.0:7480",
                             "[::]:7480", "district.example.evil.example"}) {
      EXPECT_EQ(Of({.listen = listen}, host), "HOST_UNKNOWN") << listen << " " << host;
      platform::http::Request request;
      request.headers["host"] = host;
      EXPECT_EQ(PublicAddress({.listen = listen}).OfPath(request).value(), "") << "a path alone";
    }
  }
}

TEST(PublicAddress, OfAnOpenInstallationIsThisMachine) {
  EXPECT_EQ(Of({.open = true}, "localhost:7480"), "http://localhost:7480");
  EXPECT_EQ(Of({.open = true}, "evil.example"), "HOST_REFUSED");
  EXPECT_EQ(Of({.url = "https://district.example", .open = true}, "evil.example"), "HOST_REFUSED");
}

TEST(PublicAddress, HasTheOriginThatBrowsersGiveItsPages) {
  const auto origin = [](const std::string& url) { return PublicAddress({.url = url}).origin(); };
  EXPECT_EQ(origin(""), "");
  EXPECT_EQ(origin("https://district.example/"), "https://district.example");
  EXPECT_EQ(origin("https://district.example:443/a/b"), "https://district.example");
  EXPECT_EQ(origin("http://district.example:80"), "http://district.example");
  EXPECT_EQ(origin("http://localhost:443"), "http://localhost:443");
  EXPECT_EQ(origin("https://[2001:db8::1]:8443"), "https://[2001:db8::1]:8443");
}

TEST(PublicAddress, IsConfiguredAsAnHttpAddress) {
  for (const char* url : {"https://district.example", "http://localhost:7480/", "https://h/a/b"}) {
    EXPECT_TRUE(IsPublicUrl(url)) << url;
  }
  for (const char* url : {"", "district.example", "ftp://h", "https://", "https:///x",
                          "https://h?x", "https://h/\""}) {
    EXPECT_FALSE(IsPublicUrl(url)) << url;
  }
}

}  // namespace
}  // namespace throughline::gateway
