#include "gateway/oneroster/gradebook_pages.h"

#include <gmock/gmock.h>

namespace throughline::gateway::oneroster {
namespace {

platform::http::Request Asked(const std::string& target) {
  platform::http::Request request{.method = "GET", .target = target};
  EXPECT_TRUE(platform::http::ReadTarget(request));
  return request;
}

platform::http::Response Page(const std::string& target) {
  const auto request = Asked(target);
  const auto question = ReadPageQuestion(request);
  if (!question) return {.status = 400, .headers = {}, .body = question.error().reason};
  GradebookPage page(*question, "lineItems");
  for (int i = 0; i < 25; ++i) {
    const std::string id = "a" + std::to_string(i);
    page.Add(id, i % 5 == 0 ? "Fractions" : "Reading", [&] { return Json{{"sourcedId", id}}; });
  }
  return page.Answer(request);
}

std::vector<std::string> Ids(const platform::http::Response& response) {
  std::vector<std::string> ids;
  const Json body = Json::parse(response.body);
  for (const Json& item : body["lineItems"]) {
    ids.push_back(item["sourcedId"]);
  }
  return ids;
}

std::string HeaderOf(const platform::http::Response& response, const std::string& name) {
  for (const auto& [each, value] : response.headers) {
    if (each == name) return value;
  }
  return "";
}

TEST(GradebookPages, GiveAPageAndTheWayToTheOthers) {
  const auto page = Page("/x?limit=10&offset=10");
  EXPECT_EQ(Ids(page).size(), 10u);
  EXPECT_EQ(Ids(page).front(), "a10");
  EXPECT_EQ(HeaderOf(page, "X-Total-Count"), "25");
  EXPECT_EQ(HeaderOf(page, "Link"),
            "</x?limit=10&offset=0>; rel=\"first\", </x?limit=10&offset=0>; rel=\"prev\", "
            "</x?limit=10&offset=20>; rel=\"next\", </x?limit=10&offset=20>; rel=\"last\"");
  EXPECT_EQ(Ids(Page("/x?limit=10&offset=20")).size(), 5u);
  EXPECT_TRUE(Ids(Page("/x?offset=100")).empty());
}

TEST(GradebookPages, Filter) {
  const auto page = Page("/x?filter=title%3D'Fractions'&limit=2");
  EXPECT_THAT(Ids(page), testing::ElementsAre("a0", "a5"));
  EXPECT_EQ(HeaderOf(page, "X-Total-Count"), "5");
  EXPECT_THAT(HeaderOf(page, "Link"), testing::HasSubstr("&filter=title%3D%27Fractions%27"));
  EXPECT_THAT(Ids(Page("/x?filter=sourcedId~'a2'")),
              testing::ElementsAre("a2", "a20", "a21", "a22", "a23", "a24"));
}

TEST(GradebookPages, LinkToThemselvesAsTheyWereAskedFor) {
  EXPECT_THAT(HeaderOf(Page("/a%0D%0ASet-Cookie:b?limit=10"), "Link"),
              testing::StartsWith("</a%0D%0ASet-Cookie:b?limit=10&offset=0>"));
}

TEST(GradebookPages, RefuseAFilterWhoseLinksNobodyWouldTake) {
  EXPECT_EQ(Page("/x?limit=1&filter=title~'" + std::string(14'500, '!') + "'").body,
            "FILTER_TOO_LONG");
  const auto page = Page("/x?offset=1&limit=1&filter=title~'" + std::string(440, '!') + "'");
  EXPECT_EQ(page.status, 200);
  EXPECT_LT(HeaderOf(page, "Link").size(), 6U << 10);
}

TEST(GradebookPages, RefuseWhatTheyCannotDo) {
  EXPECT_EQ(Page("/x?limit=0").body, "FIELD_INVALID");
  EXPECT_EQ(Page("/x?limit=many").body, "FIELD_INVALID");
  EXPECT_EQ(Page("/x?offset=-1").body, "FIELD_INVALID");
  EXPECT_EQ(Page("/x?filter=score>'3'").body, "FILTER_INVALID");
  EXPECT_EQ(Page("/x?filter=title%3DFractions").body, "FILTER_INVALID");
}

}  // namespace
}  // namespace throughline::gateway::oneroster
