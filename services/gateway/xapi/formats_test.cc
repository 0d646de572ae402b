#include "gateway/xapi/formats.h"

#include <gtest/gtest.h>

namespace throughline::gateway::xapi {
namespace {

TEST(Formats, OfLanguagesAreThoseOfTheirStandard) {
  for (const char* tag : {"de", "de-DE", "DE-de", "zh-Hant", "zh-Hans-CN", "sr-Latn-RS", "cmn",
                          "es-419", "sl-rozaj", "de-CH-1996", "en-a-bbb-x-a", "x-own", "i-klingon",
                          "zh-yue-HK", "ase", "und", "qaa-Qaaa-QM-x-south"}) {
    EXPECT_TRUE(IsLanguageTag(tag)) << tag;
  }
  for (const char* tag :
       {"", "d", "a12345678", "de-", "-de", "de--DE", "de_DE", "de-DE-DE", "zh-z-aaa-z-bbb-c-ccc",
        "en-a", "x", "de-x", "deutsch!", "1de", "de-abcdefghi"}) {
    EXPECT_FALSE(IsLanguageTag(tag)) << tag;
  }
}

TEST(Formats, OfDurationsAreThoseOfIso8601) {
  for (const char* text : {"PT1H0M0.1S", "P3Y1M29DT4H35M59.14S", "P4W", "P1D", "PT0S", "PT0.5H",
                           "P1.5D", "PT1,5S", "P1Y", "PT36H"}) {
    EXPECT_TRUE(IsDuration(text)) << text;
  }
  for (const char* text :
       {"", "P", "PT", "P1", "1D", "P4W1D", "P1DT", "PA1H0M0S", "PT1M1H", "P1.5DT1H", "PT1.5H3M",
        "P0001-01-01T00:00:00", "-P1D", "PT1.S", "p1d", "P1S"}) {
    EXPECT_FALSE(IsDuration(text)) << text;
  }
}

TEST(Formats, OfTimestampsAreThoseOfIso8601) {
  const auto read = [](const char* text) {
    const auto instant = ReadTimestamp(text);
    return instant ? core::FormatInstant(*instant) : "refused";
  };
  const std::string noon = "2026-03-02T12:00:00.000Z";
  for (const char* text :
       {"2026-03-02T12:00:00Z", "2026-03-02T12:00:00.000Z", "2026-03-02T06:00:00-06:00",
        "2026-03-02T06:00:00-0600", "2026-03-02T06:00:00-06", "2026-03-02T12:00:00+00:00",
        "2026-03-02T12:00:00", "2026-03-02T12:00:00.0000"}) {
    EXPECT_EQ(read(text), noon) << text;
  }
  for (const char* text :
       {"", "noon", "01/011/2015", "2026-03-02", "2026-13-02T12:00:00Z", "2026-03-02T12:00:00-00",
        "2026-03-02T12:00:00-0000", "2026-03-02T12:00:00-00:00", "2026-03-02 12:00:00Z"}) {
    EXPECT_EQ(read(text), "refused") << text;
  }
}

TEST(Formats, OfVersionsAndMediaTypesAndIris) {
  for (const char* version : {"1.0", "1.0.0", "1.0.9", "1.0.10", "2.0", "2.0.0"}) {
    EXPECT_TRUE(IsSupportedVersion(version)) << version;
  }
  for (const char* version : {"", "1", "1.0.", "1.0.x", "1.1", "1.0.0-rc", "0.9", "10.0", "2.1"}) {
    EXPECT_FALSE(IsSupportedVersion(version)) << version;
  }
  EXPECT_TRUE(IsMediaType("text/plain; charset=utf-8"));
  EXPECT_TRUE(IsMediaType("application/vnd.x+json"));
  for (const char* type : {"", "text", "text/", "/plain", "text/plain/x", "te xt/plain"}) {
    EXPECT_FALSE(IsMediaType(type)) << type;
  }
  EXPECT_TRUE(IsIri("urn:x"));
  for (const char* iri : {"", "x", ":x", "x:", "http://a b", "1http://a"}) {
    EXPECT_FALSE(IsIri(iri)) << iri;
  }
}

}  // namespace
}  // namespace throughline::gateway::xapi
