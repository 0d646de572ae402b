#include "gateway/edfi/assessment.h"

#include <gmock/gmock.h>

#include "gateway/edfi/keys.h"
#include "gateway/edfi/test_documents.h"

namespace throughline::gateway::edfi {
namespace {

using testing::ElementsAre;

Json Document() { return DocumentOf("assessment.json"); }

evidence::v1::AssessmentKind KindOf(const std::string& category) {
  Json document = Document();
  document["assessmentCategoryDescriptor"] =
      "uri://ed-fi.org/AssessmentCategoryDescriptor#" + category;
  return ReadAssessment(document)->assessments[0].kind();
}

TEST(Assessments, AreOneForEachMethodWithAScaleAndOneForWhatHasNoNumber) {
  const auto read = ReadAssessment(Document());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->assessments.size(), 3u) << "the percentile has none";
  const auto &whole = read->assessments[0], &raw = read->assessments[1],
             &scale = read->assessments[2];
  EXPECT_EQ(whole.assessment(), AssessmentIdOf(kNamespace, kIdentifier, "", ""));
  EXPECT_EQ(whole.title(), "3rd Grade Reading 2nd Six Weeks 2021-2022");
  EXPECT_EQ(raw.assessment(), AssessmentIdOf(kNamespace, kIdentifier, "", "raw score"));
  EXPECT_EQ(raw.title(), "3rd Grade Reading 2nd Six Weeks 2021-2022 (Raw score)");
  EXPECT_EQ(raw.scale_min(), 0);
  EXPECT_EQ(raw.scale_max(), 10);
  EXPECT_EQ(raw.proficiency_cut(), 7) << "Met Standard";
  EXPECT_EQ(scale.scale_min(), 2100);
  EXPECT_EQ(scale.scale_max(), 2800);
  EXPECT_FALSE(scale.has_proficiency_cut());
  EXPECT_EQ(read->resource_id.size(), 32u);
}

TEST(Assessments, OfAFamilyAreOnOneScaleByTheSameMethod) {
  Json document = Document();
  const auto scales = [&] {
    std::vector<std::string> all;
    const auto read = ReadAssessment(document);
    for (const auto& one : read->assessments) all.push_back(one.scale());
    return all;
  };
  EXPECT_THAT(scales(), ElementsAre("", "", ""));
  document["assessmentFamily"] = "STAAR Interims";
  EXPECT_THAT(scales(), ElementsAre("", "", "staar interims: scale score"))
      << "raw scores of two forms are not the same";
  for (Json& score : document["scores"]) {
    auto& method = score["assessmentReportingMethodDescriptor"];
    method = method.get<std::string>() + std::string(200, 'x');
  }
  std::string family;
  for (int i = 0; i < 60; ++i) family += "\u8a66";
  document["assessmentFamily"] = family;
  for (const std::string& scale : scales()) EXPECT_LE(scale.size(), 256);
}

TEST(Assessments, FallBackOnTheHighestRawScore) {
  Json document = Document();
  document.erase("scores");
  const auto read = ReadAssessment(document);
  ASSERT_EQ(read->assessments.size(), 2u);
  EXPECT_EQ(read->assessments[1].scale_max(), 10);
  EXPECT_EQ(read->assessments[1].assessment(),
            AssessmentIdOf(kNamespace, kIdentifier, "", "Raw score"));
  document["maxRawScore"] = 0;
  EXPECT_THAT(FaultsOf(ReadAssessment(document)), ElementsAre("$.maxRawScore"));
  document.erase("maxRawScore");
  EXPECT_EQ(ReadAssessment(document)->assessments.size(), 1u) << "levels only";
}

TEST(Assessments, NeedAScaleThatRises) {
  Json document = Document();
  document["scores"][0]["maximumScore"] = "0";
  EXPECT_THAT(FaultsOf(ReadAssessment(document)), ElementsAre("$.scores[0].maximumScore"));
  document["scores"][0]["maximumScore"] = "1e-30";
  EXPECT_THAT(FaultsOf(ReadAssessment(document)), testing::IsEmpty());
  document["scores"][1]["minimumScore"] = "2800.0";
  EXPECT_THAT(FaultsOf(ReadAssessment(document)), ElementsAre("$.scores[1].maximumScore"));
  document = Document();
  document["scores"][0]["minimumScore"] = "none";
  EXPECT_THAT(FaultsOf(ReadAssessment(document)), ElementsAre("$.scores[0].minimumScore"));
  document = Document();
  document["scores"][1] = document["scores"][0];
  EXPECT_THAT(FaultsOf(ReadAssessment(document)),
              ElementsAre("$.scores[1].assessmentReportingMethodDescriptor"));
  document = Document();
  document["scores"][2]["maximumScore"] = "0";
  EXPECT_THAT(FaultsOf(ReadAssessment(document)), testing::IsEmpty())
      << "percentiles are on no scale of ours";
}

// One of `scores`; bounds that are null are left out.
Json Defined(const std::string& method, const Json& min, const Json& max,
             const std::string& kind = "Integer") {
  Json score = {{"assessmentReportingMethodDescriptor", "uri://vendor/X#" + method},
                {"resultDatatypeTypeDescriptor", "uri://ed-fi.org/Y#" + kind}};
  if (!min.is_null()) score["minimumScore"] = min;
  if (!max.is_null()) score["maximumScore"] = max;
  return score;
}

// "path method reason" of the scores that cannot be used.
std::vector<std::string> UnusableOf(const Json& document) {
  std::vector<std::string> all;
  const auto read = ReadAssessment(document);
  for (const UnusableScore& score : read->unusable) {
    all.push_back(score.path + " " + score.method + " " + score.reason);
  }
  return all;
}

TEST(Assessments, NameTheScoresByWhichNothingCounts) {
  Json document = Document();
  document.erase("maxRawScore");
  document["scores"] = {Defined("RIT Scale Score", nullptr, nullptr),
                        Defined("Test Percentile", "1", "99"),
                        Defined("Theta", "-4", "4", "Decimal"),
                        Defined("One", nullptr, "800"),
                        Defined("Other", 0, nullptr),
                        Defined("Empty", "", ""),
                        Defined("Level", "1", "5", "Level")};
  EXPECT_THAT(UnusableOf(document),
              ElementsAre("$.scores[0] RIT Scale Score SCALE_UNKNOWN",
                          "$.scores[1] Test Percentile NEVER_COUNTED",
                          "$.scores[3] One SCALE_UNKNOWN", "$.scores[4] Other SCALE_UNKNOWN",
                          "$.scores[5] Empty SCALE_UNKNOWN", "$.scores[6] Level NEVER_COUNTED"));
  const auto read = ReadAssessment(document);
  ASSERT_EQ(read->assessments.size(), 2u);
  EXPECT_EQ(read->assessments[1].scale_min(), -4);
}

TEST(Assessments, UseTheHighestRawScoreBesideScores) {
  Json document = Document();
  document["maxRawScore"] = 40;
  for (const Json& scores :
       {Json::array({Defined("Scale score", nullptr, nullptr)}),
        Json::array({Defined("RAW SCORE", nullptr, nullptr), Defined("Scale score", "1", "9")}),
        Json::array({Defined("Scale score", "1", "9"), Defined("raw score", "", "")})}) {
    document["scores"] = scores;
    const auto read = ReadAssessment(document);
    const auto& raw = read->assessments.back();
    EXPECT_EQ(raw.assessment(), AssessmentIdOf(kNamespace, kIdentifier, "", "Raw score"));
    EXPECT_EQ(raw.scale_max(), 40);
    EXPECT_THAT(UnusableOf(document), testing::Not(testing::Contains(testing::HasSubstr("aw"))));
  }
  document["scores"] = Json::array({Defined("Raw score", "0", "50")});
  EXPECT_EQ(ReadAssessment(document)->assessments.size(), 2u);
  EXPECT_EQ(ReadAssessment(document)->assessments[1].scale_max(), 50) << "as the score says";
}

TEST(Assessments, HaveAMethodOnce) {
  Json document = Document();
  for (const char* again : {"Scale score", "SCALE SCORE", "scale score"}) {
    document["scores"] = {Defined("Scale score", nullptr, nullptr), Defined(again, "1", "9")};
    EXPECT_THAT(FaultsOf(ReadAssessment(document)),
                ElementsAre("$.scores[1].assessmentReportingMethodDescriptor"));
    document["scores"] = {Defined(again, "1", "9"), Defined("Scale score", "1", "9", "Level")};
    EXPECT_THAT(FaultsOf(ReadAssessment(document)),
                ElementsAre("$.scores[1].assessmentReportingMethodDescriptor"));
  }
}

TEST(Assessments, AreOfTheKindThatTheirCategorySays) {
  EXPECT_EQ(KindOf("Benchmark test"), evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
  EXPECT_EQ(KindOf("State summative assessment 3-8 general"),
            evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE);
  EXPECT_EQ(KindOf("Early Learning - Language & literacy development screening"),
            evidence::v1::ASSESSMENT_KIND_TRIMESTER_SCREENING);
  EXPECT_EQ(KindOf("Formative"), evidence::v1::ASSESSMENT_KIND_MONTHLY_FORMATIVE);
  EXPECT_EQ(KindOf("Class quiz"), evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
  EXPECT_EQ(KindOf("Something new"), evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
}

TEST(Assessments, AreNamedWithinTheRoomOfATitle) {
  Json document = Document();
  std::string title;
  for (int i = 0; i < 255; ++i) title += "é";
  document["assessmentTitle"] = title;
  const auto read = ReadAssessment(document);
  EXPECT_EQ(read->assessments[0].title().size(), 256u);
  EXPECT_THAT(read->assessments[1].title(), testing::EndsWith("é (Raw score)"));
  EXPECT_LE(read->assessments[1].title().size(), 256u);
}

TEST(ObjectiveAssessments, AreWhatTheirResultsAreOf) {
  const Json document = {
      {"assessmentReference", {{"assessmentIdentifier", kIdentifier}, {"namespace", kNamespace}}},
      {"identificationCode", "GB-CCSS.ELA-LITERACY.RL.3.1"},
      {"maxRawScore", 10},
      {"percentOfAssessment", 1}};
  const auto read = ReadObjectiveAssessment(document);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->assessments.size(), 2u);
  EXPECT_EQ(read->assessments[1].assessment(),
            AssessmentIdOf(kNamespace, kIdentifier, "GB-CCSS.ELA-LITERACY.RL.3.1", "Raw score"));
  EXPECT_NE(read->resource_id, ReadAssessment(Document())->resource_id);
  EXPECT_FALSE(ReadObjectiveAssessment(Json::object()));
}

}  // namespace
}  // namespace throughline::gateway::edfi
