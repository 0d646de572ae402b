#include <gmock/gmock.h>

#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"
#include "gateway/intake/source_settings.h"
#include "gateway/intake/understood.h"

namespace throughline::gateway {
namespace {

core::Result<SourceSettings> Read(const std::string& text) {
  return ReadSourceSettings(ReadJson(text).value());
}

TEST(Prefixes, TakeOffTheLongestThatFits) {
  const Prefixes prefixes({"https://sis/", "https://sis/users/"});
  EXPECT_EQ(prefixes.Strip("https://sis/users/7"), "7");
  EXPECT_EQ(prefixes.Strip("https://sis/7"), "7");
  EXPECT_EQ(prefixes.Strip("https://other/7"), "https://other/7");
  EXPECT_FALSE(prefixes.Fits("https://other/7"));
  // Nothing would be left: the name is whole.
  EXPECT_EQ(Prefixes({"https://sis/"}).Strip("https://sis/"), "https://sis/");
  EXPECT_EQ(Prefixes().Strip("a"), "a");
}

TEST(SourceSettings, SayHowNamesBecomeTheDistricts) {
  const SourceSettings settings =
      Read(R"({"source": "lms", "time_zone": "America/Chicago", "students": ["https://sis/u/"],
               "assessments": ["https://lms/a/"], "classes": ["https://lms/c/"]})")
          .value();
  evidence::v1::Result result;
  SetStudent("https://sis/u/554 433", settings, result);
  SetAssessment("https://lms/a/quiz-1", settings, result);
  SetClass("https://lms/c/7b", settings, result);
  SetDay(core::ParseInstant("2018-11-16T03:00:00Z").value(), settings, result);
  EXPECT_EQ(result.student(), "554 433");
  EXPECT_EQ(result.assessment(), "quiz-1");
  EXPECT_EQ(result.class_id(), "7b");
  EXPECT_EQ(result.date(), "2018-11-15") << "it is still the evening before in Chicago";
}

TEST(SourceSettings, TakeWhatIsGradedForALineItem) {
  const auto settings =
      Read(R"({"source": "lms", "assessments_are": "line_items", "assessments": ["https://l/"]})")
          .value();
  evidence::v1::Result result;
  SetAssessment("https://l/x/1", settings, result);
  EXPECT_EQ(result.line_item(), "x/1");
  EXPECT_EQ(result.assessment(), "");
}

TEST(SourceSettings, AreRefusedWithTheField) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[]", ""},
      {"{}", "source"},
      {R"({"source": "a b"})", "source"},
      {R"({"source": "a", "time_zone": "Mars"})", "time_zone"},
      {R"({"source": "a", "students": "x"})", "students"},
      {R"({"source": "a", "classes": [""]})", "classes"},
      {R"({"source": "a", "assessments_are": "exams"})", "assessments_are"},
      {R"({"source": "a", "student": ["x"]})", "student"}};
  for (const auto& [text, field] : wrong) {
    auto read = Read(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().field, field) << text;
  }
}

TEST(Score, KeepsTheTextAsItWasWritten) {
  evidence::v1::Result result;
  ASSERT_TRUE(SetScore("85.10", "score", result));
  EXPECT_EQ(result.score_text(), "85.10");
  EXPECT_EQ(result.score(), 85.1);
  auto wrong = SetScore("85,1", "score", result);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().reason, "SCORE_INVALID");
}

TEST(Score, LeavesAScaleThatHoldsNothingToEvidence) {
  evidence::v1::Result result;
  ASSERT_TRUE(SetScale("0", "0", "maxScore", result));
  EXPECT_EQ(result.scale_max_text(), "0");
  EXPECT_EQ(SetScale("0", "ten", "maxScore", result).error().reason, "SCALE_INVALID");
}

TEST(Instants, AreReadWithAndWithoutTheColon) {
  EXPECT_EQ(ReadInstant("2018-11-15T10:00:00.000+0100"), ReadInstant("2018-11-15T09:00:00Z"));
  for (const char* text : {"", "+0000", "2018-11-15", "2018-11-15T10:00:00+01", "x+0100"}) {
    EXPECT_FALSE(ReadInstant(text)) << text;
  }
}

TEST(Items, AreAnsweredInTheirOrderWithWhatIsNoResult) {
  Understood understood;
  understood.Ignore();
  understood.Add(evidence::v1::Result());
  understood.Add(core::Refuse(FieldMissing("student")));
  const ItemOutcome accepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
  const ItemOutcome rejected{evidence::v1::RESULT_OUTCOME_UNSPECIFIED, FieldMissing("student")};
  EXPECT_EQ(ItemsJson(understood, {accepted, rejected}), Json::parse(R"([
    {"index": 0, "outcome": "ignored"}, {"index": 1, "outcome": "accepted"},
    {"index": 2, "outcome": "rejected", "reason": "FIELD_MISSING", "field": "student",
     "message": "This field is missing."}])"));
}

}  // namespace
}  // namespace throughline::gateway
