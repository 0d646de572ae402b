#include "gateway/edfi/edfi_routes.h"

#include <uuid/uuid.h>

#include <array>
#include <memory>

#include "gateway/door/ask.h"
#include "gateway/door/errors.h"
#include "gateway/edfi/answers.h"
#include "gateway/edfi/assessment.h"
#include "gateway/edfi/keys.h"
#include "gateway/edfi/student_assessment.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway::edfi {

namespace v1 = evidence::v1;

namespace {

constexpr char kIngest[] = "throughline.evidence.v1.EvidenceService.IngestResults";
constexpr char kDefine[] = "throughline.evidence.v1.EvidenceService.DefineAssessments";
constexpr char kSource[] = "edfi";
constexpr char kItem[] = "StudentAssessment";
constexpr char kStudentAssessments[] = "/data/v3/ed-fi/studentAssessments";
constexpr char kStudentAssessment[] = "/data/v3/ed-fi/studentAssessments/{id}";
constexpr size_t kBodyAtMost = 4 << 20;
constexpr std::array<const char*, 4> kMethods = {"GET", "POST", "PUT", "DELETE"};

std::string CorrelationId() {
  uuid_t id;
  uuid_generate(id);
  char text[37];
  uuid_unparse_lower(id, text);
  return text;
}

http::Response Refused(const Problem& problem) { return ToResponse(problem, CorrelationId()); }
http::Response RefusedError(const core::Error& error) { return Refused(ProblemOf(error, kItem)); }

http::Response Refused405(const Problem& problem, const std::string& allowed) {
  http::Response response = Refused(problem);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

bool IsJson(const http::Request& request) {
  const std::string type = request.MediaType();
  // Profiles of a resource have types of their own: application/vnd.ed-fi.….writable+json.
  return type == "application/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

Translated<Json> Parse(const std::string& body, bool may_have_id) {
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
    return tl::make_unexpected(BodyEmpty());
  }
  auto read = ReadJson(body);
  if (!read) return tl::make_unexpected(ProblemOf(read.error(), kItem));
  if (!may_have_id && Member(*read, "id") != nullptr) {
    return tl::make_unexpected(IdAssignedByClient());
  }
  return std::move(*read);
}

// What every request for one document's results has.
v1::IngestResultsRequest Request(const Caller& caller, std::vector<v1::Result> results) {
  v1::IngestResultsRequest request;
  request.set_district(caller.district);
  request.set_source(kSource);
  for (v1::Result& result : results) *request.add_results() = std::move(result);
  return request;
}

v1::IngestResultsRequest ToWrite(const Caller& caller, StudentAssessment document,
                                 const std::string& expected) {
  v1::IngestResultsRequest request = Request(caller, std::move(document.results));
  for (v1::Result& result : *request.mutable_results()) result.set_hide_source_id(true);
  request.set_expected_source_id(expected);
  return request;
}

v1::IngestResultsRequest ToTakeBack(const Caller& caller, const std::string& hidden) {
  v1::Result result;
  result.set_source_id(hidden);
  result.set_retracted(true);
  return Request(caller, {std::move(result)});
}

v1::DefineAssessmentsRequest ToDefine(const Caller& caller, const AssessmentDocument& document) {
  v1::DefineAssessmentsRequest request;
  request.set_district(caller.district);
  request.set_keep_kind_and_indicators(true);
  request.set_keep_unsaid(true);
  for (const v1::Assessment& assessment : document.assessments) {
    *request.add_assessments() = assessment;
  }
  return request;
}

http::Response Deleted(const v1::IngestResultsResponse& response) {
  auto answer = AnswerToDelete(response);
  return answer ? std::move(*answer) : Refused(answer.error());
}

class EdFiResource {
 public:
  EdFiResource(UnaryCalls& calls, PublicAddress address)
      : calls_(calls), address_(std::move(address)) {}

  // A POST when `expected` is empty, else a PUT.
  http::Task<http::Response> Write(http::Exchange& exchange, const Caller& caller,
                                   std::string expected) const {
    const core::Result<std::string> base = address_.OfPath(exchange.request());
    if (!base) co_return RefusedError(base.error());
    const bool is_put = !expected.empty();
    const Translated<Json> json = co_await Document(exchange, caller, is_put);
    if (!json) co_return Refused(json.error());
    const Translated<StudentAssessment> read = ReadStudentAssessment(*json);
    if (!read) co_return Refused(read.error());
    const v1::IngestResultsRequest request = ToWrite(caller, *read, expected);
    const core::Result<v1::IngestResultsResponse> answer =
        co_await Ask<v1::IngestResultsResponse>(calls_, caller, kIngest, request);
    if (!answer) co_return RefusedError(answer.error());
    if (is_put) co_return AnswerToPut(*answer);
    co_return AnswerToPost(*answer, *base);
  }

  http::Task<http::Response> Put(http::Exchange& exchange, const Caller& caller) const {
    const auto hidden = HiddenOf(exchange.request().Captured("id"));
    if (!hidden) co_return Refused(ResourceNotFound());
    http::Response answer = co_await Write(exchange, caller, *hidden);
    co_return answer;
  }

  http::Task<http::Response> Delete(http::Exchange& exchange, const Caller& caller) const {
    const auto hidden = HiddenOf(exchange.request().Captured("id"));
    if (!hidden) co_return Refused(ResourceNotFound());
    if (caller.district.empty()) co_return RefusedError(DistrictMissing());
    const v1::IngestResultsRequest request = ToTakeBack(caller, *hidden);
    const core::Result<v1::IngestResultsResponse> answer =
        co_await Ask<v1::IngestResultsResponse>(calls_, caller, kIngest, request);
    if (!answer) co_return RefusedError(answer.error());
    co_return Deleted(*answer);
  }

  template <class Read>
  http::Task<http::Response> Define(http::Exchange& exchange, const Caller& caller,
                                    std::string resource, Read read) const {
    const core::Result<std::string> base = address_.OfPath(exchange.request());
    if (!base) co_return RefusedError(base.error());
    const Translated<Json> json = co_await Document(exchange, caller, false);
    if (!json) co_return Refused(json.error());
    const Translated<AssessmentDocument> document = read(*json);
    if (!document) co_return Refused(document.error());
    const v1::DefineAssessmentsRequest request = ToDefine(caller, *document);
    const core::Result<v1::DefineAssessmentsResponse> answer =
        co_await Ask<v1::DefineAssessmentsResponse>(calls_, caller, kDefine, request);
    if (!answer) co_return RefusedError(answer.error());
    co_return AnswerToDefinition(*answer, resource, *document, *base);
  }

 private:
  // The body as a document, or why there is none.
  static http::Task<Translated<Json>> Document(http::Exchange& exchange, const Caller& caller,
                                               bool may_have_id) {
    if (caller.district.empty()) {
      co_return tl::make_unexpected(ProblemOf(DistrictMissing(), kItem));
    }
    if (!IsJson(exchange.request())) co_return tl::make_unexpected(MediaTypeNotSupported());
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kBodyAtMost);
    if (!body) co_return tl::make_unexpected(ProblemOf(body.error(), kItem));
    co_return Parse(*body, may_have_id);
  }

  UnaryCalls& calls_;
  const PublicAddress address_;
};

using EdFiResourcePtr = std::shared_ptr<const EdFiResource>;

// Adds what answers the same to everybody.
void AddOpen(http::Routes& routes, const std::string& path,
             const std::function<http::Response(const http::Request&)>& answer) {
  routes.Add("GET", path, [answer](http::Exchange& exchange) -> http::Task<http::Response> {
    co_return answer(exchange.request());
  });
}

// Answers what is not offered at a path: reading, and every method that is not `allowed`.
void AddRefusals(http::Routes& routes, RequestGuard& guard, const std::string& path,
                 const std::string& allowed) {
  for (const char* method : kMethods) {
    if (allowed.find(method) != std::string::npos) continue;
    const bool reading = std::string_view(method) == "GET";
    const Problem problem =
        reading ? ReadingNotOffered(
                      "Results are kept under pseudonyms here, and nothing that has "
                      "come in through this endpoint is given back.")
                : MethodNotAllowed(allowed);
    routes.Add(method, path,
               guard.Protect(RefusedError,
                             [problem, reading, allowed](
                                 http::Exchange&, const Caller&) -> http::Task<http::Response> {
                               co_return reading ? Refused(problem) : Refused405(problem, allowed);
                             }));
  }
}

template <class Read>
void AddDefinitions(http::Routes& routes, RequestGuard& guard, const EdFiResourcePtr& handler,
                    const std::string& resource, Read read) {
  const std::string path = std::string(kData) + resource;
  routes.Add(
      "POST", path,
      guard.Protect(RefusedError,
                    [handler, resource, read](http::Exchange& exchange, const Caller& caller) {
                      return handler->Define(exchange, caller, resource, read);
                    },
                    {.method = kDefine}));
  AddRefusals(routes, guard, path, "POST");
  AddRefusals(routes, guard, path + "/{id}", "");
}

void AddStudentAssessments(http::Routes& routes, RequestGuard& guard,
                           const EdFiResourcePtr& handler) {
  routes.Add("POST", kStudentAssessments,
             guard.Protect(RefusedError,
                           [handler](http::Exchange& exchange, const Caller& caller) {
                             return handler->Write(exchange, caller, std::string());
                           },
                           {.method = kIngest}));
  routes.Add("PUT", kStudentAssessment,
             guard.Protect(RefusedError,
                           [handler](http::Exchange& exchange, const Caller& caller) {
                             return handler->Put(exchange, caller);
                           },
                           {.method = kIngest}));
  routes.Add("DELETE", kStudentAssessment,
             guard.Protect(RefusedError, [handler](http::Exchange& exchange, const Caller& caller) {
               return handler->Delete(exchange, caller);
             }));
  AddRefusals(routes, guard, kStudentAssessments, "POST");
  AddRefusals(routes, guard, kStudentAssessment, "PUT, DELETE");
}

}  // namespace

http::Handler RootHandler(const PublicAddress& address) {
  return [address](http::Exchange& exchange) -> http::Task<http::Response> {
    const core::Result<std::string> base = address.Of(exchange.request());
    if (!base) co_return RefusedError(base.error());
    co_return RootDocument(*base);
  };
}

void AddEdFiRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls,
                   const PublicAddress& address) {
  const auto handler = std::make_shared<const EdFiResource>(calls, address);
  AddOpen(routes, "/metadata", [](const http::Request&) { return OpenApiMetadata(); });
  AddOpen(routes, "/metadata/data/v3/dependencies",
          [](const http::Request&) { return Dependencies(); });
  AddDefinitions(routes, guard, handler, "assessments", ReadAssessment);
  AddDefinitions(routes, guard, handler, "objectiveAssessments", ReadObjectiveAssessment);
  AddStudentAssessments(routes, guard, handler);
  for (const char* method : kMethods) {
    routes.Add(method, "/data/v3/**",
               guard.Protect(RefusedError,
                             [](http::Exchange&, const Caller&) -> http::Task<http::Response> {
                               co_return Refused(ResourceNotFound());
                             }));
  }
}

}  // namespace throughline::gateway::edfi
