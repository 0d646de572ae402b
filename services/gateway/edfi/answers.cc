#include "gateway/edfi/answers.h"

#include <nlohmann/json.hpp>

#include "gateway/edfi/keys.h"

namespace throughline::gateway::edfi {

using OrderedJson = nlohmann::ordered_json;
using evidence::v1::IngestResultsResponse;
using platform::http::Response;

namespace {

constexpr char kRetryAfter[] = "1";  // seconds; what is full or away is so for moments

std::string Written(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

Response JsonResponse(const OrderedJson& value) {
  Response response;
  response.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  response.body = Written(value);
  return response;
}

// Where in the document a result of it stands.
std::string PlaceOf(int index) {
  return index == 0 ? "$" : "$.studentObjectiveAssessments[" + std::to_string(index - 1) + "]";
}

OrderedJson SetAside(const IngestResultsResponse& response) {
  OrderedJson list = OrderedJson::array();
  for (const auto& problem : response.problems()) {
    list.push_back({{"result", PlaceOf(problem.index())},
                    {"outcome", "quarantined"},
                    {"reason", problem.reason()},
                    {"field", problem.field()},
                    {"message", problem.message()}});
  }
  return {{"setAside", list}};
}

OrderedJson Unusable(const AssessmentDocument& document) {
  OrderedJson list = OrderedJson::array();
  for (const UnusableScore& score : document.unusable) {
    list.push_back({{"score", score.path},
                    {"method", score.method},
                    {"reason", score.reason},
                    {"message", score.message}});
  }
  return {{"unusable", list}};
}

bool IsNew(const IngestResultsResponse& response) {
  if (response.outcomes().empty()) return false;
  const auto outcome = response.outcomes(0);
  return outcome == evidence::v1::RESULT_OUTCOME_ACCEPTED ||
         outcome == evidence::v1::RESULT_OUTCOME_UNSCORED;
}

std::string Location(std::string_view base_url, std::string_view resource, std::string_view id) {
  return std::string(base_url) + std::string(kData) + std::string(resource) + "/" + std::string(id);
}

}  // namespace

Response ToResponse(const Problem& problem, std::string_view correlation_id) {
  OrderedJson body = {
      {"detail", problem.detail},
      {"type", problem.type.empty() ? "about:blank" : "urn:ed-fi:api:" + problem.type},
      {"title", problem.title},
      {"status", problem.status},
      {"correlationId", correlation_id}};
  if (!problem.validation_errors.empty()) body["validationErrors"] = problem.validation_errors;
  if (!problem.errors.empty()) body["errors"] = problem.errors;
  Response response;
  response.status = problem.status;
  response.headers.emplace_back("Content-Type", "application/problem+json");
  if (problem.status == 429 || problem.status == 503) {
    response.headers.emplace_back("Retry-After", kRetryAfter);
  }
  if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  response.body = Written(body);
  return response;
}

Response AnswerToPost(const IngestResultsResponse& response, std::string_view base_url) {
  Response answer;
  if (!response.problems().empty()) answer = JsonResponse(SetAside(response));
  answer.status = IsNew(response) ? 201 : 200;
  const std::string id = response.source_ids().empty() ? "" : ResourceIdOf(response.source_ids(0));
  answer.headers.emplace_back("Location", Location(base_url, "studentAssessments", id));
  return answer;
}

Response AnswerToPut(const IngestResultsResponse& response) {
  if (!response.problems().empty()) return JsonResponse(SetAside(response));
  Response answer;
  answer.status = 204;
  return answer;
}

Translated<Response> AnswerToDelete(const IngestResultsResponse& response) {
  const bool taken_back = !response.outcomes().empty() &&
                          response.outcomes(0) == evidence::v1::RESULT_OUTCOME_CORRECTED;
  if (!taken_back) return tl::make_unexpected(ResourceNotFound());
  Response answer;
  answer.status = 204;
  return answer;
}

Response AnswerToDefinition(const evidence::v1::DefineAssessmentsResponse& response,
                            std::string_view resource, const AssessmentDocument& document,
                            std::string_view base_url) {
  Response answer;
  if (!document.unusable.empty()) answer = JsonResponse(Unusable(document));
  answer.status = response.changed() > 0 ? 201 : 200;
  answer.headers.emplace_back("Location", Location(base_url, resource, document.resource_id));
  return answer;
}

Response RootDocument(std::string_view base_url) {
  const std::string base(base_url);
  const OrderedJson model = {{"name", "Ed-Fi"},
                             {"version", "5.0.0"},
                             {"informationalVersion", "The Ed-Fi Data Model 5.0"}};
  // Below 7.3 clients page by offset, and ask for no cursor.
  return JsonResponse({{"version", "7.2"},
                       {"informationalVersion", "Throughline, in the manner of ODS / API 7.2"},
                       {"suite", "3"},
                       {"build", "7.2.0.0"},
                       {"dataModels", OrderedJson::array({model})},
                       {"urls",
                        {{"dependencies", base + "/metadata/data/v3/dependencies"},
                         {"openApiMetadata", base + "/metadata/"},
                         {"oauth", base + "/oauth/token"},
                         {"dataManagementApi", base + "/data/v3/"}}}});
}

Response Dependencies() {
  const auto one = [](const char* resource, int order) {
    return OrderedJson{{"resource", std::string("/ed-fi/") + resource},
                       {"order", order},
                       {"operations", OrderedJson::array({"Create", "Update"})}};
  };
  return JsonResponse(OrderedJson::array(
      {one("assessments", 1), one("objectiveAssessments", 2), one("studentAssessments", 3)}));
}

Response OpenApiMetadata() { return JsonResponse(OrderedJson::array()); }

}  // namespace throughline::gateway::edfi
