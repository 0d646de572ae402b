#include "gateway/api/api.h"

#include <algorithm>

#include "gateway/api/errors.h"
#include "throughline/audit/v1/audit_service.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/cycles/v1/offers_service.pb.h"
#include "throughline/cycles/v1/practices_service.pb.h"
#include "throughline/cycles/v1/questions_service.pb.h"
#include "throughline/cycles/v1/visits_service.pb.h"
#include "throughline/cycles/v1/waves_service.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"
#include "throughline/plans/v1/rubrics_service.pb.h"
#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::gateway {

using google::protobuf::Message;
using Done = core::Result<void>;

namespace {

constexpr size_t kKeyAtMost = 128;  // characters of an idempotency key
constexpr int kMethodNotAllowed = 405;
constexpr int kUnsupportedMediaType = 415;

std::unique_ptr<Message> EmptyRequest(const google::protobuf::MethodDescriptor& method) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory->GetPrototype(method.input_type())->New());
}

// application/json, whatever follows it.
bool IsJson(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type.empty() || type == "application/json";
}

Done ReadBody(std::string_view body, Message& request) {
  if (body.empty()) return {};  // says nothing; so may a request without a field of its own
  const auto json = ReadJson(body);
  if (!json) return core::Refuse(json.error());
  return ReadMessage(*json, request);
}

Done ReadQuery(const Asked& asked, const Route& route, Message& request) {
  for (auto one = asked.query.begin(); one != asked.query.end(); ++one) {
    const FieldPath path = PathTo(*request.GetDescriptor(), one->first);
    const bool in_path =
        std::find(route.variables.begin(), route.variables.end(), path) != route.variables.end();
    if (route.has_body || path.empty() || in_path) return core::Refuse(QueryUnknown(one->first));
    const bool repeated = std::any_of(asked.query.begin(), one, [&](const auto& earlier) {
      return PathTo(*request.GetDescriptor(), earlier.first) == path;
    });
    if (repeated && !path.back()->is_repeated()) return core::Refuse(QueryRepeated(one->first));
    if (!SetFromText(one->second, *path.back(), OwnerOf(path, request))) {
      return core::Refuse(FieldInvalid(one->first, Wanted(*path.back())));
    }
  }
  return {};
}

// Sets a string to what is said of it elsewhere; false when it says another thing itself.
bool Complete(const FieldPath& path, std::string_view text, Message& request) {
  const std::string said = TextAt(path, request);
  if (!said.empty()) return said == text;
  return SetFromText(text, *path.back(), OwnerOf(path, request));
}

Done CompleteFromPath(const Route& route, const std::vector<std::string>& values,
                      Message& request) {
  for (size_t i = 0; i < route.variables.size(); ++i) {
    if (!Complete(route.variables[i], values[i], request)) {
      return core::Refuse(PathContradicted(NameOf(route.variables[i])));
    }
  }
  return {};
}

Done CompleteFromKey(std::string_view key, Message& request) {
  const FieldPath path = PathTo(*request.GetDescriptor(), "request_id");
  if (key.empty() || path.empty()) return {};
  // The header's own draft has it as a string in quotes; most clients send it bare.
  if (key.size() > 1 && key.starts_with('"') && key.ends_with('"')) {
    key = key.substr(1, key.size() - 2);
  }
  const bool printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || key.empty() || key.size() > kKeyAtMost) {
    return core::Refuse(IdempotencyKeyInvalid());
  }
  if (Complete(path, key, request)) return {};
  return core::Refuse(IdempotencyKeyContradicted(NameOf(path)));
}

Done ReadRequest(const Asked& asked, const AtPath& at, Message& request) {
  const Route& route = *at.route;
  if (!route.has_body && !asked.body.empty()) return core::Refuse(BodyUnexpected());
  if (auto read = ReadBody(asked.body, request); !read) return read;
  if (auto read = ReadQuery(asked, route, request); !read) return read;
  if (auto read = CompleteFromPath(route, at.values, request); !read) return read;
  if (auto read = CompleteFromKey(asked.idempotency_key, request); !read) return read;
  if (asked.district.empty() || route.district.empty()) return {};
  if (Complete(route.district, asked.district, request)) return {};
  return core::Refuse(DistrictNotYours(NameOf(route.district)));
}

}  // namespace

core::Result<Api> Api::Of(std::span<const google::protobuf::ServiceDescriptor* const> services) {
  auto routes = RouteTable::Of(services);
  if (!routes) return core::Refuse(routes.error());
  return Api(*std::move(routes));
}

tl::expected<MethodCall, platform::http::Response> Api::Read(const Asked& asked) const {
  const auto refuse = [](const platform::http::Response& answer) {
    return tl::make_unexpected(answer);
  };
  const auto at = routes_.Find(asked.verb, asked.path);
  if (!at) return refuse(ErrorAnswer(at.error()));
  if (at->route == nullptr && at->allow.empty()) return refuse(ErrorAnswer(PathUnknown()));
  if (at->route == nullptr) {
    platform::http::Response answer =
        ErrorAnswer(MethodNotAllowed(asked.verb, at->allow), kMethodNotAllowed);
    answer.headers.emplace_back("Allow", at->allow);
    return refuse(answer);
  }
  if (!asked.body.empty() && !IsJson(asked.content_type)) {
    return refuse(ErrorAnswer(BodyNotJson(asked.content_type), kUnsupportedMediaType));
  }
  MethodCall call{at->route->method, EmptyRequest(*at->route->method)};
  if (auto read = ReadRequest(asked, *at, *call.request); !read) {
    return refuse(ErrorAnswer(read.error()));
  }
  return call;
}

platform::http::Response Api::Answer(const google::protobuf::MethodDescriptor& method,
                                     const std::string& response) const {
  auto json = writer_.Write(*method.output_type(), response);
  return json ? JsonAnswer(*std::move(json)) : ErrorAnswer(json.error());
}

std::vector<const google::protobuf::ServiceDescriptor*> PublicServices() {
  // Through a message of each file, so that the linker keeps it.
  return {audit::v1::ListAuditTrailRequest::descriptor()->file()->service(0),
          plans::v1::GetDistrictRequest::descriptor()->file()->service(0),
          plans::v1::GetRubricRequest::descriptor()->file()->service(0),
          plans::v1::GetSurveyRoundRequest::descriptor()->file()->service(0),
          evidence::v1::IngestResultsRequest::descriptor()->file()->service(0),
          cycles::v1::GetCycleRequest::descriptor()->file()->service(0),
          cycles::v1::GetVisitRequest::descriptor()->file()->service(0),
          cycles::v1::GetPracticeRequest::descriptor()->file()->service(0),
          cycles::v1::ListOffersRequest::descriptor()->file()->service(0),
          cycles::v1::GetWaveRequest::descriptor()->file()->service(0),
          cycles::v1::GetQuestionsRequest::descriptor()->file()->service(0),
          notifications::v1::GetAlertRequest::descriptor()->file()->service(0)};
}

}  // namespace throughline::gateway
