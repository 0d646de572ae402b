#include "gateway/edfi/student_assessment.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "gateway/edfi/keys.h"
#include "gateway/edfi/test_documents.h"

namespace throughline::gateway::edfi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json StudentDocument() { return DocumentOf("student_assessment.json"); }

std::vector<evidence::v1::Result> ResultsOf(const Json& document) {
  const auto read = ReadStudentAssessment(document);
  return read ? read->results : std::vector<evidence::v1::Result>();
}

// `method/kind/value` of what is kept.
std::vector<std::string> KeptOf(const evidence::v1::Result& result) {
  std::vector<std::string> all;
  for (const auto& kept : result.kept()) {
    all.push_back(kept.method() + "/" + kept.kind() + "/" + kept.value());
  }
  return all;
}

Json Score(const std::string& method, const std::string& kind, const std::string& value) {
  return {{"assessmentReportingMethodDescriptor", "uri://ed-fi.org/X#" + method},
          {"resultDatatypeTypeDescriptor", "uri://ed-fi.org/Y#" + kind},
          {"result", value}};
}

// What a document with these scores is scored with, and by what.
evidence::v1::Result Scored(const std::vector<Json>& scores) {
  Json document = StudentDocument();
  document["scoreResults"] = scores;
  return ResultsOf(document).at(0);
}

TEST(StudentAssessments, AreReadAsOneResultForTheWholeAndOneForEachObjective) {
  const auto results = ResultsOf(StudentDocument());
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].student(), "6048999");
  EXPECT_EQ(results[0].date(), "2021-05-12");
  EXPECT_EQ(results[0].score_text(), "2435.50");
  EXPECT_EQ(results[0].assessment(), AssessmentIdOf(kNamespace, kIdentifier, "", "Scale score"));
  EXPECT_EQ(results[0].whole_assessment(), AssessmentIdOf(kNamespace, kIdentifier, "", ""));
  EXPECT_THAT(KeptOf(results[0]),
              ElementsAre("Percentile/Integer/64", "Achievement/proficiency level/Level/3",
                          "Raw score/Performance level/Met Standard"));
  ASSERT_EQ(results[0].others_size(), 1) << "which counts where there is no scale of scale scores";
  EXPECT_EQ(results[0].others(0).assessment(),
            AssessmentIdOf(kNamespace, kIdentifier, "", "Raw score"));
  EXPECT_EQ(results[0].others(0).score_text(), "8");
  EXPECT_EQ(results[0].others(0).as_kept().method(), "Raw score");
  EXPECT_EQ(results[0].as_kept().value(), "2435.50");
  EXPECT_EQ(results[1].part(), "GB-CCSS.ELA-LITERACY.RL.3.1");
  EXPECT_EQ(results[1].source_id(), results[0].source_id());
  EXPECT_EQ(results[1].score_text(), "75") << "75 %";
  EXPECT_EQ(results[1].date(), "2021-05-12");
  EXPECT_EQ(results[2].score_status(), evidence::v1::SCORE_STATUS_UNSPECIFIED)
      << "a level only, which takes no score away";
  EXPECT_EQ(results[2].assessment(),
            AssessmentIdOf(kNamespace, kIdentifier, "GB-CCSS.ELA-LITERACY.RL.3.2", ""));
  EXPECT_THAT(KeptOf(results[2]), ElementsAre("Raw score/Performance level/Unsatisfactory"));
}

TEST(StudentAssessments, CountOnlyNumbers) {
  for (const char* kind : {"Integer", "Decimal", "Percentage", "integer"}) {
    EXPECT_EQ(Scored({Score("Raw score", kind, "8")}).score_text(), "8") << kind;
  }
  for (const char* kind : {"Level", "Range", "Percentile", "Other", "Letter"}) {
    const auto result = Scored({Score("Raw score", kind, "8")});
    EXPECT_EQ(result.score_text(), "") << kind;
    EXPECT_EQ(result.score_status(), evidence::v1::SCORE_STATUS_UNSPECIFIED) << kind;
    EXPECT_EQ(result.kept(0).value(), "8");
  }
  for (const char* method : {"Percentile", "National Percentile Rank", "Stanine score",
                             "Standard error measurement", "Achievement/proficiency level"}) {
    EXPECT_EQ(Scored({Score(method, "Integer", "8")}).score_text(), "") << method;
  }
}

TEST(StudentAssessments, PreferTheScaleScoreThenTheRawScoreThenAPercentage) {
  const Json scale = Score("RIT scale score", "Decimal", "210"),
             raw = Score("Raw score", "Integer", "8");
  const Json percent = Score("Percent correct", "Percentage", "80"),
             other = Score("Theta", "Decimal", "0.4");
  EXPECT_EQ(Scored({other, percent, raw, scale}).score_text(), "210");
  EXPECT_EQ(Scored({other, percent, raw}).score_text(), "8");
  EXPECT_EQ(Scored({other, percent}).score_text(), "80");
  EXPECT_EQ(Scored({other, Score("Vertical score", "Integer", "5")}).score_text(), "0.4");
}

// Which of them counts, and in which order the others would, whatever their order in the document.
std::vector<std::string> OrderOf(std::vector<Json> scores) {
  std::vector<std::string> order;
  for (size_t turn = 0; turn < scores.size(); ++turn) {
    std::rotate(scores.begin(), scores.begin() + 1, scores.end());
    const auto result = Scored(scores);
    std::vector<std::string> now = {result.score_text()};
    for (const auto& other : result.others()) now.push_back(other.score_text());
    EXPECT_TRUE(order.empty() || order == now);
    order = std::move(now);
  }
  return order;
}

TEST(StudentAssessments, AreScoredTheSameInWhateverOrderScoresStand) {
  EXPECT_THAT(OrderOf({Score("Mid On Grade Level Scale Score", "Integer", "495"),
                       Score("Overall Scale Score", "Integer", "480"),
                       Score("Algebra Scale Score", "Integer", "470"),
                       Score("Percent Correct", "Percentage", "80")}),
              ElementsAre("480", "470", "80", "495"))
      << "what a score is compared with comes last";
  EXPECT_THAT(
      OrderOf(
          {Score("Projected Scale Score", "Integer", "500"), Score("SCALE SCORE", "Integer", "480"),
           Score("Composite scale score", "Integer", "481"), Score("Raw Score", "Integer", "20")}),
      ElementsAre("481", "480", "20", "500"));
  EXPECT_THAT(OrderOf({Score("b score", "Integer", "1"), Score("a score", "Integer", "2")}),
              ElementsAre("2", "1"));
}

TEST(StudentAssessments, MayHaveAMethodOnce) {
  const auto faults = [](const std::vector<Json>& scores) {
    Json document = StudentDocument();
    document["scoreResults"] = scores;
    return FaultsOf(ReadStudentAssessment(document));
  };
  const std::string at = "$.scoreResults[1].assessmentReportingMethodDescriptor";
  for (const char* again : {"Raw score", "RAW SCORE", "raw score"}) {
    EXPECT_THAT(faults({Score("Raw score", "Integer", "8"), Score(again, "Integer", "9")}),
                ElementsAre(at));
    EXPECT_THAT(faults({Score(again, "Integer", "8"), Score("Raw score", "Level", "8")}),
                ElementsAre(at));
  }
  EXPECT_THAT(faults({Score("Percentile", "Integer", "8"), Score("Percentile", "Integer", "8")}),
              ElementsAre(at))
      << "what is only kept, too";
  Json document = StudentDocument();
  auto& objective = document["studentObjectiveAssessments"][0]["scoreResults"];
  objective.push_back(objective[0]);
  EXPECT_THAT(FaultsOf(ReadStudentAssessment(document)), testing::SizeIs(1));
}

TEST(StudentAssessments, WithoutANumberSayNothingOfAScore) {
  for (const Json& scores :
       {Json(nullptr), Json::array(), Json::array({Score("Percentile", "Integer", "64")})}) {
    Json document = StudentDocument();
    document["scoreResults"] = scores;
    const auto result = ResultsOf(document).at(0);
    EXPECT_EQ(result.score_status(), evidence::v1::SCORE_STATUS_UNSPECIFIED);
    EXPECT_EQ(result.assessment(), AssessmentIdOf(kNamespace, kIdentifier, "", ""));
  }
}

TEST(StudentAssessments, LeaveNumbersThatCannotBeReadToEvidence) {
  EXPECT_EQ(Scored({Score("Raw score", "Integer", "eight")}).score_text(), "eight");
  EXPECT_EQ(Scored({Score("Raw score", "Integer", " 08.50 ")}).score_text(), "08.50");
}

TEST(StudentAssessments, HaveTheStudentInTheirKey) {
  Json other = StudentDocument();
  other["studentReference"]["studentUniqueId"] = "6049000";
  EXPECT_NE(ResultsOf(other)[0].source_id(), ResultsOf(StudentDocument())[0].source_id());
  other = StudentDocument();
  other["assessmentReference"]["namespace"] = "uri://another.com";
  EXPECT_NE(ResultsOf(other)[0].source_id(), ResultsOf(StudentDocument())[0].source_id());
  EXPECT_NE(ResultsOf(other)[0].assessment(), ResultsOf(StudentDocument())[0].assessment());
  other = StudentDocument();
  other["scoreResults"] = Json::array();
  EXPECT_EQ(ResultsOf(other)[0].source_id(), ResultsOf(StudentDocument())[0].source_id());
}

TEST(StudentAssessments, TakeADateOrADateAndTime) {
  EXPECT_EQ(DayOf("2021-05-12"), "2021-05-12");
  EXPECT_EQ(DayOf("2021-05-12T23:59:59-06:00"), "2021-05-12");
  EXPECT_EQ(DayOf("2021-05-12 00:00:00"), "2021-05-12");
  EXPECT_EQ(DayOf("05/12/2021"), "05/12/2021") << "evidence sets it aside";
  Json document = StudentDocument();
  document.erase("administrationDate");
  document["studentObjectiveAssessments"][0]["administrationDate"] = "2021-05-11";
  EXPECT_EQ(ResultsOf(document)[0].date(), "");
  EXPECT_EQ(ResultsOf(document)[1].date(), "2021-05-11");
}

TEST(StudentAssessments, OfAStudentWhoWasNotTestedAreNotSubmitted) {
  Json document = StudentDocument();
  document["reasonNotTestedDescriptor"] = "uri://ed-fi.org/ReasonNotTestedDescriptor#Absent";
  EXPECT_EQ(ResultsOf(document)[0].score_status(), evidence::v1::SCORE_STATUS_NOT_SUBMITTED);
  EXPECT_EQ(ResultsOf(document)[0].score_text(), "");
  EXPECT_EQ(ResultsOf(document)[0].assessment(), AssessmentIdOf(kNamespace, kIdentifier, "", ""));
  EXPECT_EQ(ResultsOf(document)[0].others_size(), 0);
}

TEST(StudentAssessments, SayOfALevelThatItWasNotMet) {
  Json document = StudentDocument();
  document["performanceLevels"][0]["performanceLevelMet"] = false;
  EXPECT_EQ(ResultsOf(document)[0].kept(2).kind(), "Performance level not met");
}

TEST(StudentAssessments, AreRefusedByEveryPropertyAtFault) {
  EXPECT_THAT(
      FaultsOf(ReadStudentAssessment(Json::object())),
      ElementsAre("$.assessmentReference", "$.studentAssessmentIdentifier", "$.studentReference"));
  EXPECT_THAT(FaultsOf(ReadStudentAssessment(Json::array())), testing::Contains("$."));
  Json document = StudentDocument();
  document["studentReference"]["studentUniqueId"] = 6048999;
  document["assessmentReference"]["namespace"] = nullptr;
  document["studentAssessmentIdentifier"] = std::string(61, 'x');
  document["scoreResults"][1].erase("result");
  document["scoreResults"][2] = "8";
  document["performanceLevels"] = Json::object();
  document["studentObjectiveAssessments"][0].erase("objectiveAssessmentReference");
  EXPECT_THAT(
      FaultsOf(ReadStudentAssessment(document)),
      ElementsAre("$.assessmentReference.namespace", "$.performanceLevels",
                  "$.scoreResults[1].result", "$.scoreResults[2]", "$.studentAssessmentIdentifier",
                  "$.studentObjectiveAssessments[0].objectiveAssessmentReference",
                  "$.studentReference.studentUniqueId"));
}

TEST(StudentAssessments, MayHaveAnObjectiveOnce) {
  Json document = StudentDocument();
  document["studentObjectiveAssessments"].push_back(document["studentObjectiveAssessments"][0]);
  EXPECT_THAT(FaultsOf(ReadStudentAssessment(document)),
              ElementsAre("$.studentObjectiveAssessments[2].objectiveAssessmentReference."
                          "identificationCode"));
}

TEST(StudentAssessments, AreRefusedWithoutAWordOfTheStudent) {
  Json document = StudentDocument();
  document["studentReference"]["studentUniqueId"] = "6048999-" + std::string(40, '9');
  document["scoreResults"][0]["result"] = std::string(36, '7');
  const auto read = ReadStudentAssessment(document);
  ASSERT_FALSE(read);
  for (const auto& [path, what] : read.error().validation_errors) {
    for (const std::string& sentence : what) {
      EXPECT_EQ((path + sentence).find("6048999"), std::string::npos);
      EXPECT_EQ((path + sentence).find("777"), std::string::npos);
    }
  }
}

TEST(StudentAssessments, ReadNullsAsNothing) {
  Json document = StudentDocument();
  document["scoreResults"] = nullptr;
  document["studentObjectiveAssessments"] = nullptr;
  document["administrationDate"] = nullptr;
  EXPECT_THAT(FaultsOf(ReadStudentAssessment(document)), IsEmpty());
  EXPECT_EQ(ResultsOf(document).size(), 1u);
}

}  // namespace
}  // namespace throughline::gateway::edfi
