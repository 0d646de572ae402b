#include "gateway/door/cross_site.h"

#include <gtest/gtest.h>

namespace throughline::gateway {
namespace {

using Headers = std::map<std::string, std::string, std::less<>>;

std::string Site(Headers headers) {
  headers.emplace("host", "127.0.0.1:7480");
  const auto checked = CheckSite({.method = "GET", .headers = std::move(headers)});
  return checked ? "" : checked.error().reason + " " + checked.error().field;
}

TEST(CheckSite, LetsInWhoeverIsNoPageOfAnotherSite) {
  EXPECT_EQ(Site({}), "") << "no browser";
  EXPECT_EQ(Site({{"sec-fetch-site", "none"}}), "") << "typed into the address bar";
  EXPECT_EQ(Site({{"sec-fetch-site", "same-origin"}, {"origin", "http://127.0.0.1:7480"}}), "");
  EXPECT_EQ(Site({{"origin", "HTTP://127.0.0.1:7480"}}), "CROSS_SITE_REFUSED Origin");
  EXPECT_EQ(Site({{"host", "LocalHost"}, {"origin", "http://localhost"}}), "");
}

TEST(CheckSite, KeepsOutPagesOfOtherSitesAndOfOtherPorts) {
  for (const char* site : {"cross-site", "same-site", "cross-site, none", "anything"}) {
    EXPECT_EQ(Site({{"sec-fetch-site", site}}), "CROSS_SITE_REFUSED Sec-Fetch-Site") << site;
  }
  for (const char* origin :
       {"https://evil.example", "null", "", "http://127.0.0.1:3000", "http://127.0.0.1",
        "http://localhost:7480", "http://127.0.0.1:7480.evil.example", "ftp://127.0.0.1:7480",
        "http://127.0.0.1:7480, http://127.0.0.1:7480", "127.0.0.1:7480"}) {
    EXPECT_EQ(Site({{"origin", origin}}), "CROSS_SITE_REFUSED Origin") << origin;
  }
  EXPECT_EQ(Site({{"host", ""}, {"origin", "http://"}}), "CROSS_SITE_REFUSED Origin");
}

std::string Page(const std::string& method, Headers headers, std::string_view own = {}) {
  headers.emplace("host", "board.example");
  const auto checked = CheckOwnPage({.method = method, .headers = std::move(headers)}, own);
  return checked ? "" : checked.error().reason + " " + checked.error().field;
}

TEST(CheckOwnPage, OfAChangeItHasToBeSaidThatAPageOfThisSiteAsks) {
  const std::string other_origin = "CROSS_SITE_REFUSED Origin";
  const std::string other_site = "CROSS_SITE_REFUSED Sec-Fetch-Site";
  EXPECT_EQ(Page("POST", {{"sec-fetch-site", "same-origin"}}), "");
  EXPECT_EQ(Page("POST", {{"origin", "https://board.example"}}), "");
  EXPECT_EQ(Page("POST", {}), other_origin);
  EXPECT_EQ(Page("DELETE", {}), other_origin);
  EXPECT_EQ(Page("GET", {}), "") << "an answer is for the page that may read it";
  EXPECT_EQ(Page("GET", {{"sec-fetch-site", "none"}}), "");
  for (const char* method : {"GET", "POST"}) {
    EXPECT_EQ(Page(method, {{"origin", "https://evil.example"}}), other_origin);
    EXPECT_EQ(Page(method, {{"origin", "null"}}), other_origin);
    for (const char* site : {"cross-site", "same-site"}) {
      EXPECT_EQ(Page(method, {{"sec-fetch-site", site}}), other_site);
    }
  }
  // A proxy in front calls this host by another name.
  EXPECT_EQ(Page("POST", {{"host", "gateway:7480"},
                          {"sec-fetch-site", "same-origin"},
                          {"origin", "https://board.example"}}),
            "");
}

// A proxy that says nothing of how it was called, and a browser that says nothing of the site.
TEST(CheckOwnPage, WhereTheAddressIsKnownTheOriginHasToBeThatOne) {
  const std::string own = "https://Board.example";
  const std::string refused = "CROSS_SITE_REFUSED Origin";
  const auto from = [&](const std::string& origin) {
    return Page("POST", {{"host", "gateway:7480"}, {"origin", origin}}, own);
  };
  EXPECT_EQ(from("https://board.example"), "");
  EXPECT_EQ(from("http://gateway:7480"), refused) << "the host that is called";
  EXPECT_EQ(from("http://board.example"), refused);
  EXPECT_EQ(from("https://board.example:8443"), refused);
  EXPECT_EQ(from("null"), refused);
  EXPECT_EQ(Page("POST", {}, own), refused);
  EXPECT_EQ(Page("GET", {}, own), "");
}

std::string Type(const std::string& method, Headers headers) {
  const auto checked = CheckContentType({.method = method, .headers = std::move(headers)});
  return checked ? "" : checked.error().reason;
}

TEST(CheckContentType, IsDemandedOfWhatMayChangeSomething) {
  EXPECT_EQ(Type("GET", {}), "");
  EXPECT_EQ(Type("HEAD", {}), "");
  EXPECT_EQ(Type("POST", {}), "CONTENT_TYPE_MISSING") << "a page may send it, without a body, too";
  EXPECT_EQ(Type("DELETE", {}), "") << "a page has to ask first";
  EXPECT_EQ(Type("DELETE", {{"content-length", "0"}}), "");
  for (const char* method : {"PUT", "PATCH", "DELETE", "POST"}) {
    EXPECT_EQ(Type(method, {{"content-length", "2"}}), "CONTENT_TYPE_MISSING") << method;
    EXPECT_EQ(Type(method, {{"transfer-encoding", "chunked"}}), "CONTENT_TYPE_MISSING") << method;
  }
}

TEST(CheckContentType, IsNoneThatAPageMaySendWithoutAskingFirst) {
  for (const char* type : {"text/plain", "TEXT/Plain; charset=utf-8",
                           "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                           "text/plain, application/json", "application/json, text/plain"}) {
    EXPECT_EQ(Type("POST", {{"content-type", type}}), "CONTENT_TYPE_REFUSED") << type;
  }
  EXPECT_EQ(Type("POST", {{"content-type", ";"}}), "CONTENT_TYPE_MISSING");
  for (const char* type : {"application/json", "application/json; charset=utf-8", "text/csv",
                           "application/zip", "application/cloudevents+json"}) {
    EXPECT_EQ(Type("POST", {{"content-type", type}}), "") << type;
  }
}

}  // namespace
}  // namespace throughline::gateway
