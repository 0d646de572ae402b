#include "gateway/json/json_reader.h"

#include <gmock/gmock.h>

namespace throughline::gateway {
namespace {

std::string ReasonOf(const std::string& text, const JsonLimits& limits = {}) {
  auto read = ReadJson(text, limits);
  return read ? "read" : read.error().reason;
}

TEST(JsonReader, KeepsNumbersAsTheyWereWritten) {
  const Json value = *ReadJson(R"([85, -3, 85.10, 1e2, 123456789012345678901234567890, "7"])");
  const auto text = [&](size_t at) { return NumberText(value[at]).value_or("none"); };
  EXPECT_EQ(text(0), "85");
  EXPECT_EQ(text(1), "-3");
  EXPECT_EQ(text(2), "85.10");
  EXPECT_EQ(text(3), "1e2");
  EXPECT_EQ(text(4), "123456789012345678901234567890");
  EXPECT_EQ(text(5), "none");
}

TEST(JsonReader, ReadsWhatIsNested) {
  const Json value = *ReadJson(R"({"a": {"b": [{"c": "d"}, null, true]}, "e": "f"})");
  EXPECT_EQ(*Text(value, "e"), "f");
  EXPECT_EQ(*Text((*Member(*Member(value, "a"), "b"))[0], "c"), "d");
  EXPECT_EQ(Member(value, "nothing"), nullptr);
  EXPECT_EQ(Text(value, "a"), std::nullopt);
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "01", "NaN", "[1] 2", "\"\x80\""}) {
    EXPECT_EQ(ReasonOf(text), "JSON_INVALID") << text;
  }
}

TEST(JsonReader, RefusesANameTwice) {
  auto read = ReadJson(R"({"score": 1, "score": 2})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().reason, "JSON_NAME_REPEATED");
  EXPECT_EQ(read.error().field, "score");
}

TEST(JsonReader, HoldsToItsLimits) {
  EXPECT_EQ(ReasonOf("[[1]]", {.depth = 2}), "read");
  EXPECT_EQ(ReasonOf("[[[1]]]", {.depth = 2}), "JSON_TOO_DEEP");
  EXPECT_EQ(ReasonOf(std::string(1 << 20, '[')), "JSON_TOO_DEEP");
  EXPECT_EQ(ReasonOf("[1, 2]", {.values = 3}), "read");
  EXPECT_EQ(ReasonOf("[1, 2, 3]", {.values = 3}), "JSON_TOO_LARGE");
}

}  // namespace
}  // namespace throughline::gateway
