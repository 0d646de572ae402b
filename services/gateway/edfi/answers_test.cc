#include "gateway/edfi/answers.h"

#include <gmock/gmock.h>

#include "core/ids.h"
#include "gateway/edfi/keys.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::edfi {
namespace {

namespace v1 = evidence::v1;
using core::Code;

constexpr char kBase[] = "https://district.example";

std::string HeaderOf(const platform::http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return "";
}

v1::IngestResultsResponse Answered(std::initializer_list<v1::ResultOutcome> outcomes) {
  v1::IngestResultsResponse response;
  for (v1::ResultOutcome outcome : outcomes) {
    response.add_outcomes(outcome);
    response.add_source_ids(core::DerivedId({"a student's"}));
  }
  return response;
}

std::string TypeOf(const core::Error& error) {
  const auto response = ToResponse(ProblemOf(error, "StudentAssessment"), "c1");
  return std::to_string(response.status) + " " + *Text(*ReadJson(response.body), "type");
}

TEST(Answers, ToANewDocumentSayWhereItIs) {
  const auto created =
      AnswerToPost(Answered({v1::RESULT_OUTCOME_ACCEPTED, v1::RESULT_OUTCOME_UNSCORED}), kBase);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.body, "");
  EXPECT_EQ(HeaderOf(created, "Location"), std::string(kBase) +
                                               "/data/v3/ed-fi/studentAssessments/" +
                                               ResourceIdOf(core::DerivedId({"a student's"})));
  for (auto outcome : {v1::RESULT_OUTCOME_DUPLICATE, v1::RESULT_OUTCOME_CORRECTED}) {
    const auto updated = AnswerToPost(Answered({outcome}), kBase);
    EXPECT_EQ(updated.status, 200);
    EXPECT_EQ(HeaderOf(updated, "Location"), HeaderOf(created, "Location"));
  }
}

TEST(Answers, SayWhatWasSetAsideAndWhy) {
  auto answered = Answered({v1::RESULT_OUTCOME_ACCEPTED, v1::RESULT_OUTCOME_QUARANTINED});
  auto& problem = *answered.add_problems();
  problem.set_index(1);
  problem.set_reason("ASSESSMENT_UNKNOWN");
  problem.set_field("assessment");
  problem.set_message("The assessment is not defined.");
  const auto response = AnswerToPost(answered, kBase);
  EXPECT_EQ(response.status, 201);
  const auto body = ReadJson(response.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(*Text((*body)["setAside"][0], "result"), "$.studentObjectiveAssessments[0]");
  EXPECT_EQ(*Text((*body)["setAside"][0], "reason"), "ASSESSMENT_UNKNOWN");
  EXPECT_EQ(AnswerToPut(answered).status, 200);
  EXPECT_EQ(AnswerToPut(Answered({v1::RESULT_OUTCOME_CORRECTED})).status, 204);
}

TEST(Answers, ToADefinitionNameTheScoresThatCannotBeUsed) {
  evidence::v1::DefineAssessmentsResponse response;
  response.set_changed(1);
  AssessmentDocument document{.resource_id = "0123"};
  const auto plain = AnswerToDefinition(response, "assessments", document, kBase);
  EXPECT_EQ(plain.status, 201);
  EXPECT_EQ(plain.body, "");
  document.unusable.push_back({"$.scores[1]", "RIT Scale Score", "SCALE_UNKNOWN", "No scale."});
  response.set_changed(0);
  const auto answer = AnswerToDefinition(response, "assessments", document, kBase);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(HeaderOf(answer, "Location"), plain.headers.back().second);
  const auto unusable = ReadJson(answer.body)->at("unusable");
  ASSERT_EQ(unusable.size(), 1u);
  EXPECT_EQ(*Text(unusable[0], "score"), "$.scores[1]");
  EXPECT_EQ(*Text(unusable[0], "reason"), "SCALE_UNKNOWN");
}

TEST(Answers, ToADeletionAreNoContentOnce) {
  EXPECT_EQ(AnswerToDelete(Answered({v1::RESULT_OUTCOME_CORRECTED}))->status, 204);
  EXPECT_EQ(AnswerToDelete(Answered({v1::RESULT_OUTCOME_DUPLICATE})).error().status, 404);
}

TEST(Answers, ToErrorsAreProblemDetails) {
  Problem problem = DataValidationFailed();
  problem.validation_errors["$.codeValue"] = {"CodeValue is required."};
  const auto response = ToResponse(problem, "27c1a389");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/problem+json");
  const auto body = ReadJson(response.body);
  EXPECT_EQ(body->dump(),
            R"({"correlationId":"27c1a389","detail":"Data validation failed. See )"
            R"('validationErrors' for details.","status":400,"title":"Data Validation Failed",)"
            R"("type":"urn:ed-fi:api:bad-request:data-validation-failed",)"
            R"("validationErrors":{"$.codeValue":["CodeValue is required."]}})");
}

TEST(Answers, ToErrorsHaveTheTypesOfEdFi) {
  const std::string urn = "urn:ed-fi:api:";
  EXPECT_EQ(TypeOf({Code::kUnauthenticated, "R", "m", ""}),
            "401 " + urn + "security:authentication");
  EXPECT_EQ(TypeOf({Code::kPermissionDenied, "R", "m", ""}),
            "403 " + urn + "security:authorization");
  EXPECT_EQ(TypeOf({Code::kNotFound, "R", "m", ""}), "404 " + urn + "not-found");
  EXPECT_EQ(TypeOf({Code::kFailedPrecondition, "R", "m", ""}), "409 " + urn + "data-conflict");
  EXPECT_EQ(TypeOf({Code::kResourceExhausted, "R", "m", ""}), "429 " + urn + "too-many-requests");
  EXPECT_EQ(TypeOf({Code::kResourceExhausted, "BODY_TOO_LARGE", "m", ""}), "413 about:blank");
  EXPECT_EQ(TypeOf({Code::kUnavailable, "R", "m", ""}), "503 " + urn + "service-unavailable");
  EXPECT_EQ(TypeOf({Code::kInternal, "R", "m", ""}), "500 " + urn + "internal-server-error");
  EXPECT_EQ(TypeOf({Code::kInvalidArgument, "SOURCE_ID_OTHER", "m", ""}),
            "400 " + urn + "bad-request:data-validation-failed:key-change-not-supported");
  const auto limited = ToResponse(ProblemOf({Code::kResourceExhausted, "R", "m", ""}, ""), "c");
  EXPECT_EQ(HeaderOf(limited, "Retry-After"), "1");
  const auto stranger = ToResponse(ProblemOf({Code::kUnauthenticated, "R", "m", ""}, ""), "c");
  EXPECT_EQ(HeaderOf(stranger, "WWW-Authenticate"), "Bearer");
}

TEST(Answers, TellAClientWhereThingsAre) {
  const auto root = ReadJson(RootDocument(kBase).body);
  ASSERT_TRUE(root);
  const Json& urls = *Member(*root, "urls");
  EXPECT_EQ(*Text(urls, "oauth"), "https://district.example/oauth/token");
  EXPECT_EQ(*Text(urls, "dataManagementApi"), "https://district.example/data/v3/");
  EXPECT_EQ(*Text((*Member(*root, "dataModels"))[0], "name"), "Ed-Fi");
  const auto order = ReadJson(Dependencies().body);
  EXPECT_EQ(*Text((*order)[2], "resource"), "/ed-fi/studentAssessments");
  EXPECT_EQ((*order)[0]["operations"].size(), 2u);
}

}  // namespace
}  // namespace throughline::gateway::edfi
