#include "gateway/oneroster/gradebook_json.h"

#include <gmock/gmock.h>

namespace throughline::gateway::oneroster {
namespace {

namespace v1 = evidence::v1;
using testing::HasSubstr;

// As the binding's own examples are made: references are objects, booleans are strings.
constexpr char kResult[] = R"({"result": {
  "sourcedId": "r-1", "status": "active", "dateLastModified": "2026-09-01T08:00:00.000Z",
  "lineItem": {"href": "https://sis.example/ims/oneroster/gradebook/v1p2/lineItems/li-1",
               "sourcedId": "li-1", "type": "lineItem"},
  "student": {"href": "https://sis.example/users/s-7", "sourcedId": "s-7", "type": "user"},
  "class": {"sourcedId": "a class with spaces", "type": "class"},
  "scoreStatus": "fully graded", "score": 85.10, "textScore": "B", "scoreDate": "2026-08-31",
  "late": "false", "missing": "false"}})";

std::string Refused(const core::Result<v1::Result>& read) {
  return read ? "read" : read.error().reason + " " + read.error().field;
}

Json Object() { return *Unwrap(kResult, "result"); }

TEST(GradebookJson, ReadsAResult) {
  const auto result = ReadResult(Object(), "r-1");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->source_id(), "r-1");
  EXPECT_EQ(result->student(), "s-7");
  EXPECT_EQ(result->line_item(), "li-1");
  EXPECT_THAT(result->class_id(), testing::StartsWith("a-class-with-spaces."));
  EXPECT_EQ(result->score_text(), "85.10");
  EXPECT_EQ(result->score_status(), v1::SCORE_STATUS_FULLY_GRADED);
  EXPECT_EQ(result->date(), "2026-08-31");
  EXPECT_EQ(result->modified_at_ms(), 1788249600000);  // date -d 2026-09-01T08:00Z +%s
  EXPECT_FALSE(result->retracted());
}

TEST(GradebookJson, TakesScoresAsTextAndDatesWithATime) {
  Json object = Object();
  object["score"] = "90";
  object["scoreDate"] = "2026-08-31T23:30:00-05:00";
  object["status"] = "tobedeleted";
  const auto result = ReadResult(object, "r-1");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->score_text(), "90");
  EXPECT_EQ(result->date(), "2026-08-31") << "the day where it was scored";
  EXPECT_TRUE(result->retracted());
  object.erase("score");
  EXPECT_FALSE(ReadResult(object, "r-1")->has_score());
}

TEST(GradebookJson, ReadsEnumerationsInAnyCase) {
  for (const char* status : {"tobedeleted", "ToBeDeleted", "TOBEDELETED"}) {
    Json object = Object();
    object["status"] = status;
    EXPECT_TRUE(ReadResult(object, "r-1")->retracted()) << status;
  }
  for (const char* status : {"exempt", "Exempt", "EXEMPT"}) {
    Json object = Object();
    object["status"] = "Active";
    object["scoreStatus"] = status;
    object.erase("score");
    EXPECT_EQ(ReadResult(object, "r-1")->score_status(), v1::SCORE_STATUS_EXEMPT) << status;
  }
}

TEST(GradebookJson, NamesTheFieldThatIsWrong) {
  const auto with = [](const char* name, Json value) {
    Json object = Object();
    object[name] = std::move(value);
    return Refused(ReadResult(object, "r-1"));
  };
  const auto without = [](const char* name) {
    Json object = Object();
    object.erase(name);
    return Refused(ReadResult(object, "r-1"));
  };
  EXPECT_EQ(with("sourcedId", "r-2"), "FIELD_INVALID sourcedId");
  EXPECT_EQ(with("score", "B+"), "FIELD_INVALID score");
  EXPECT_EQ(with("score", Json::array()), "FIELD_INVALID score");
  EXPECT_EQ(with("scoreStatus", "graded"), "FIELD_INVALID scoreStatus");
  EXPECT_EQ(with("scoreDate", "2026-02-30"), "FIELD_INVALID scoreDate");
  EXPECT_EQ(with("scoreDate", "2026-08-31Tnoon"), "FIELD_INVALID scoreDate");
  EXPECT_EQ(with("status", "gone"), "FIELD_INVALID status");
  EXPECT_EQ(with("student", "s-7"), "FIELD_INVALID student.sourcedId");
  EXPECT_EQ(with("dateLastModified", "yesterday"), "FIELD_INVALID dateLastModified");
  EXPECT_EQ(without("student"), "FIELD_MISSING student.sourcedId");
  EXPECT_EQ(without("lineItem"), "FIELD_MISSING lineItem.sourcedId");
  EXPECT_EQ(without("scoreStatus"), "FIELD_MISSING scoreStatus");
  EXPECT_EQ(without("scoreDate"), "FIELD_MISSING scoreDate");
  EXPECT_EQ(Unwrap("{\"results\": {}}", "result").error().reason, "BODY_UNWRAPPED");
  EXPECT_EQ(Unwrap("[", "result").error().reason, "JSON_INVALID");
}

TEST(GradebookJson, GivesAPostedResultAnIdThatIsTheSameNextTime) {
  Json object = Object();
  object.erase("sourcedId");
  object.erase("lineItem");
  const auto once = ReadResultOf(object, "li-9"), twice = ReadResultOf(object, "li-9");
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_EQ(once->line_item(), "li-9");
  EXPECT_EQ(once->source_id(), twice->source_id());
  EXPECT_NE(once->source_id(), ReadResultOf(object, "li-8")->source_id());
  EXPECT_EQ(Refused(ReadResultOf(Object(), "li-9")), "FIELD_INVALID lineItem.sourcedId");
  EXPECT_EQ(ReadResultOf(Object(), "li-1")->source_id(), "r-1");
}

constexpr char kLineItem[] = R"({
  "sourcedId": "li 1", "title": "Unit test 3", "class": {"sourcedId": "c-1"},
  "school": {"sourcedId": "north"}, "category": {"sourcedId": "cat"},
  "gradingPeriod": {"sourcedId": "q1"}, "resultValueMin": 0.0, "resultValueMax": "100",
  "metadata": {"indicator": ["close-reading", "argument"], "cut": 60}})";

TEST(GradebookJson, ReadsALineItemByTheConventionsOfBundles) {
  const auto read = ReadLineItem(*ReadJson(kLineItem), "li 1");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->line_items(0).line_item(), "li 1");
  EXPECT_EQ(read->line_items(0).class_id(), "c-1");
  EXPECT_EQ(read->line_items(0).school(), "north");
  const v1::Assessment& assessment = read->assessments(0);
  EXPECT_EQ(read->line_items(0).assessment(), assessment.assessment());
  EXPECT_EQ(assessment.title(), "Unit test 3");
  EXPECT_EQ(assessment.kind(), v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
  EXPECT_THAT(assessment.indicators(), testing::ElementsAre("close-reading", "argument"));
  EXPECT_EQ(assessment.scale_max(), 100);
  EXPECT_EQ(assessment.proficiency_cut(), 60);
}

TEST(GradebookJson, SaysOfAnAssessmentWhatALineItemLeavesOpen) {
  Json object = *ReadJson(kLineItem);
  EXPECT_TRUE(ReadLineItem(object, "li 1")->keep_unsaid());
  EXPECT_TRUE(ReadLineItem(object, "li 1")->keep_kind()) << "the kind is a guess";
  EXPECT_FALSE(SaysAssessment(object));
  object["metadata"] = {{"assessment", "check"}, {"kind", "daily_check"}};
  for (const auto& read : {ReadLineItem(object, "li 1"), ReadAssessmentLineItem(object, "li 1")}) {
    EXPECT_TRUE(read->assessments(0).indicators().empty());
    EXPECT_TRUE(read->keep_unsaid());
    EXPECT_FALSE(read->keep_kind());
  }
  EXPECT_TRUE(SaysAssessment(object));
  object.erase("metadata");
  EXPECT_FALSE(SaysAssessment(object));
  auto request = ReadLineItem(object, "li 1").value();
  StayWith("check", request);
  EXPECT_EQ(request.line_items(0).assessment(), "check");
  EXPECT_EQ(request.assessments(0).assessment(), "check");
}

TEST(GradebookJson, ReadsWordsInAnyCase) {
  Json object = *ReadJson(R"({"student": {"sourcedId": "ann"}, "lineItem": {"sourcedId": "li"},
                              "scoreDate": "2026-03-02", "score": 7})");
  for (const char* graded : {"fully graded", "Fully Graded", "FULLY GRADED"}) {
    object["scoreStatus"] = graded;
    EXPECT_EQ(ReadResult(object, "r")->score_status(), v1::SCORE_STATUS_FULLY_GRADED) << graded;
  }
  for (const char* gone : {"tobedeleted", "toBeDeleted", "TOBEDELETED"}) {
    object["status"] = gone;
    EXPECT_TRUE(ReadResult(object, "r")->retracted()) << gone;
  }
  object["status"] = "Active";
  EXPECT_FALSE(ReadResult(object, "r")->retracted());
}

TEST(GradebookJson, RefusesAScaleThatIsNone) {
  Json object = *ReadJson(kLineItem);
  object["resultValueMax"] = 0;
  EXPECT_EQ(ReadLineItem(object, "li 1").error().reason, "SCALE_INVALID");
  object.erase("resultValueMax");
  EXPECT_EQ(ReadLineItem(object, "li 1").error().field, "resultValueMax");
}

TEST(GradebookJson, ReadsTheNameOfAScaleFromMetadataOrTheScoreScale) {
  Json object = *ReadJson(kLineItem);
  const auto scale = [&] { return ReadAssessmentLineItem(object, "li 1")->assessments(0).scale(); };
  EXPECT_EQ(scale(), "");
  object["scoreScale"] = {{"sourcedId", "scale-7"}, {"type", "scoreScale"}};
  EXPECT_EQ(scale(), "scale-7");
  EXPECT_EQ(ReadLineItem(object, "li 1")->assessments(0).scale(), "scale-7");
  object["metadata"]["scale"] = "map-rit";
  EXPECT_EQ(scale(), "map-rit");
  EXPECT_EQ(ToJson(ReadAssessmentLineItem(object, "li 1")->assessments(0))["metadata"]["scale"],
            "map-rit");
  object["metadata"].erase("scale");
  object["scoreScale"] = {{"type", "scoreScale"}};
  EXPECT_EQ(ReadAssessmentLineItem(object, "li 1").error().field, "scoreScale.sourcedId");
}

TEST(GradebookJson, NamesTheFieldOfANameThatIsNone) {
  Json object = *ReadJson(kLineItem);
  const auto refused = [&] {
    const auto error = ReadAssessmentLineItem(object, "li 1").error();
    return error.reason + " " + error.field;
  };
  for (const Json& scale : {Json(7), Json(true), Json::array({"map-rit"}), Json::object()}) {
    object["metadata"]["scale"] = scale;
    EXPECT_EQ(refused(), "FIELD_INVALID metadata.scale") << scale;
  }
  object["metadata"]["scale"] = std::string(257, 'x');
  EXPECT_EQ(refused(), "TEXT_TOO_LONG metadata.scale");
  object["metadata"]["scale"] = "map\u202erit";
  EXPECT_EQ(refused(), "TEXT_NOT_PRINTABLE metadata.scale");
  object["metadata"].erase("scale");
  object["scoreScale"] = {{"sourcedId", std::string(257, 'x')}};
  EXPECT_EQ(refused(), "TEXT_TOO_LONG scoreScale.sourcedId");
  object["title"] = std::string(257, 'x');
  EXPECT_EQ(refused(), "TEXT_TOO_LONG title");
}

TEST(GradebookJson, TakesAnAssessmentLineItemThereAndBack) {
  Json object = *ReadJson(kLineItem);
  object["metadata"]["kind"] = "trimester_screening";
  const auto read = ReadAssessmentLineItem(object, "li 1");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->line_items_size(), 0);
  const Json back = ToJson(read->assessments(0));
  EXPECT_EQ(back["title"], "Unit test 3");
  EXPECT_EQ(back["resultValueMax"], 100.0);
  EXPECT_EQ(back["metadata"]["kind"], "trimester_screening");
  EXPECT_EQ(back["metadata"]["indicator"], Json::array({"close-reading", "argument"}));
}

TEST(GradebookJson, ALineItemIsWrittenWithItsAssessmentAndWithoutOneThatIsGone) {
  v1::LineItem item;
  item.set_line_item("column 1");
  item.set_assessment("check");
  item.set_class_id("3a");
  item.set_school("north");
  v1::Assessment check;
  check.set_assessment("check");
  check.set_title("Quick check");
  check.set_scale_max(20);
  const Json whole = ToJson(item, &check);
  EXPECT_EQ(whole["sourcedId"], "column 1");
  EXPECT_EQ(whole["title"], "Quick check");
  EXPECT_EQ(whole["class"]["sourcedId"], "3a");
  EXPECT_EQ(whole["school"]["sourcedId"], "north");
  EXPECT_EQ(whole["resultValueMax"], 20.0);
  EXPECT_EQ(whole["metadata"]["assessment"], "check");
  const Json bare = ToJson(item, nullptr);
  EXPECT_EQ(bare["sourcedId"], "column 1");
  EXPECT_FALSE(bare.contains("title"));
}

TEST(GradebookJson, AnswersInTheWordsOfTheBinding) {
  const auto refused = ToResponse(core::Error{core::Code::kInvalidArgument, "FIELD_MISSING",
                                              "It needs scoreDate.", "scoreDate"});
  EXPECT_EQ(refused.status, 422);
  const Json info = Json::parse(refused.body);
  EXPECT_EQ(info["imsx_codeMajor"], "failure");
  EXPECT_EQ(info["imsx_severity"], "error");
  EXPECT_EQ(info["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldName"],
            "scoreDate");
  EXPECT_EQ(info["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"],
            "invaliddata");
  EXPECT_EQ(ToResponse(ItemOutcome{.outcome = v1::RESULT_OUTCOME_ACCEPTED}).status, 201);
  EXPECT_EQ(ToResponse(ItemOutcome{.outcome = v1::RESULT_OUTCOME_CORRECTED}).status, 200);
  const auto aside = ToResponse(ItemOutcome{
      .outcome = v1::RESULT_OUTCOME_QUARANTINED,
      .problem = {core::Code::kInvalidArgument, "STUDENT_UNKNOWN", "No such student.", "student"}});
  EXPECT_EQ(aside.status, 200);
  EXPECT_THAT(aside.body, HasSubstr("quarantined: STUDENT_UNKNOWN"));
  EXPECT_THAT(aside.body, HasSubstr("\"imsx_severity\":\"warning\""));
}

TEST(GradebookJson, HoldsACredentialToItsScope) {
  const std::string at = "https://purl.imsglobal.org/spec/or/v1p2/scope/";
  EXPECT_TRUE(IsInScope("", "PUT"));
  EXPECT_TRUE(IsInScope(at + "gradebook.createput", "PUT"));
  EXPECT_TRUE(IsInScope(at + "gradebook.delete " + at + "gradebook.createput", "POST"));
  EXPECT_FALSE(IsInScope(at + "gradebook.createput", "DELETE"));
  EXPECT_FALSE(IsInScope(at + "gradebook.createput", "GET"));
  EXPECT_TRUE(IsInScope(at + "gradebook-core.readonly", "GET"));
  EXPECT_FALSE(IsInScope(at + "gradebook.createputs", "PUT"));
}

}  // namespace
}  // namespace throughline::gateway::oneroster
