#include "gateway/api/path_template.h"

#include <gmock/gmock.h>

namespace throughline::gateway {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(PathTemplate, MatchesLiteralsVariablesAndAVerb) {
  const auto alert = PathTemplate::Of("/v1/alerts/{alert}");
  EXPECT_THAT(alert->Match("/v1/alerts/a7"), Optional(ElementsAre("a7")));
  EXPECT_THAT(alert->Match("/v1/alerts/a%2F7"), Optional(ElementsAre("a%2F7")));
  EXPECT_THAT(alert->Match("/v1/alerts/lakeside:7"), Optional(ElementsAre("lakeside:7")));
  for (const char* other : {"/v1/alerts", "/v1/alerts/", "/v1/alerts/a/b", "/v1/alerts/a/",
                            "/v1/Alerts/a", "v1/alerts/a", "", "/", "//"}) {
    EXPECT_EQ(alert->Match(other), std::nullopt) << other;
  }
  const auto close = PathTemplate::Of("/v1/schools/{school}/sitePlans/{plan}:close");
  EXPECT_THAT(close->variables(), ElementsAre("school", "plan"));
  EXPECT_THAT(close->Match("/v1/schools/s/sitePlans/p:close"), Optional(ElementsAre("s", "p")));
  EXPECT_THAT(close->Match("/v1/schools/s/sitePlans/p:1:close"), Optional(ElementsAre("s", "p:1")));
  for (const char* other : {"/v1/schools/s/sitePlans/:close", "/v1/schools/s/sitePlans/p:closed",
                            "/v1/schools/s/sitePlans/pclose", ":close", "close"}) {
    EXPECT_EQ(close->Match(other), std::nullopt) << other;
  }
  EXPECT_THAT(PathTemplate::Of("/v1/alerts:watch")->Match("/v1/alerts:watch"),
              Optional(ElementsAre()));
}

TEST(PathTemplate, IsNothingElse) {
  for (const char* text : {"", "v1", "/", "/v1/", "/v1//a", "/v1/*", "/v1/**", "/v1/{a=b/*}",
                           "/v1/{a", "/v1/{}", "/v1/a:", "/v1/a:{b}", "/v1/a-b"}) {
    EXPECT_FALSE(PathTemplate::Of(text)) << text;
  }
}

TEST(PathTemplate, KnowsWhichIsTriedFirst) {
  const auto before = [](const char* a, const char* b) {
    return PathTemplate::Of(a)->ComesBefore(*PathTemplate::Of(b));
  };
  EXPECT_TRUE(before("/v1/alerts/{alert}:snooze", "/v1/alerts/{alert}"));
  EXPECT_FALSE(before("/v1/alerts/{alert}", "/v1/alerts/{alert}:snooze"));
  EXPECT_TRUE(before("/v1/alerts/mine", "/v1/alerts/{alert}"));
  EXPECT_FALSE(before("/v1/alerts/{alert}", "/v1/alerts/{other}"));
}

TEST(PathTemplate, ShapesForgetNames) {
  EXPECT_EQ(PathTemplate::Of("/v1/{a.b}/c/{d}:e")->Shape(), "/v1/{}/c/{}:e");
}

TEST(DecodedText, TakesUtf8Only) {
  EXPECT_EQ(DecodedText("a%3Ab%C3%A4+"), "a:b\xc3\xa4+");
  for (const char* text : {"%", "%4", "%zz", "%-1", "%ff", "%C3", "\xc3"}) {
    EXPECT_EQ(DecodedText(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace throughline::gateway
