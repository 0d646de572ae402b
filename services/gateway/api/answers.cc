#include "gateway/api/answers.h"

#include <array>
#include <nlohmann/json.hpp>

namespace throughline::gateway {

namespace {

struct Meaning {
  int http_status;
  std::string_view name;
  std::string_view sentence;  // instead of gRPC's own words
};

constexpr std::string_view kFailed = "The call failed.";
constexpr std::array<Meaning, 17> kMeanings = {{
    {200, "OK", ""},
    {499, "CANCELLED", "The call was given up."},
    {500, "UNKNOWN", kFailed},
    {400, "INVALID_ARGUMENT", "The request is not understood."},
    {504, "DEADLINE_EXCEEDED", "The answer took too long; what was asked for may still happen."},
    {404, "NOT_FOUND", "There is no such thing."},
    {409, "ALREADY_EXISTS", "It is there already."},
    {403, "PERMISSION_DENIED", "The credential does not allow this."},
    {429, "RESOURCE_EXHAUSTED", "Too much is asked for at once; try again later."},
    {400, "FAILED_PRECONDITION", "Something else has to happen first."},
    {409, "ABORTED", "Something else happened meanwhile; look, and try again."},
    {400, "OUT_OF_RANGE", "There is no more of it."},
    {501, "UNIMPLEMENTED", "This installation does not have that."},
    {500, "INTERNAL", kFailed},
    {503, "UNAVAILABLE", "The service cannot be reached; try again soon."},
    {500, "DATA_LOSS", kFailed},
    {401, "UNAUTHENTICATED", "There is no credential that counts."},
}};

// Seconds. Nobody who may try again says when: what is full or away is so for moments.
constexpr char kRetryAfter[] = "1";
// What runtime/grpc/calls.h calls an error that no service of ours gave a reason for.
constexpr std::string_view kOfGrpcItself = "RPC_FAILED";

const Meaning& MeaningOf(core::Code code) {
  const auto number = static_cast<size_t>(code);
  return kMeanings[number < kMeanings.size() ? number : 2];
}

}  // namespace

int HttpStatusOf(core::Code code) { return MeaningOf(code).http_status; }

int HttpStatusOf(const core::Error& error) {
  if (error.reason == "BODY_TOO_LARGE") return 413;
  if (error.reason == "BODY_TOO_SLOW") return 408;
  if (error.reason == "CONTENT_TYPE_MISSING" || error.reason == "CONTENT_TYPE_REFUSED") return 415;
  return HttpStatusOf(error.code);
}

std::string_view NameOf(core::Code code) { return MeaningOf(code).name; }

runtime::http::Response JsonAnswer(std::string body) {
  return {200, {{"Content-Type", "application/json"}}, std::move(body)};
}

runtime::http::Response ErrorAnswer(const core::Error& error) {
  return ErrorAnswer(error, HttpStatusOf(error));
}

runtime::http::Response ErrorAnswer(const core::Error& error, int http_status) {
  const Meaning& meaning = MeaningOf(error.code);
  const bool of_grpc = error.reason.empty() || error.reason == kOfGrpcItself;
  nlohmann::ordered_json detail = {{"reason", of_grpc ? meaning.name : error.reason}};
  if (!error.field.empty()) detail["field"] = error.field;
  nlohmann::ordered_json body;
  body["error"] = {{"code", http_status},
                   {"status", meaning.name},
                   {"message", of_grpc ? meaning.sentence : error.message},
                   {"details", nlohmann::ordered_json::array({detail})}};
  runtime::http::Response answer =
      JsonAnswer(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  answer.status = http_status;
  if (http_status == 429 || http_status == 503) {
    answer.headers.emplace_back("Retry-After", kRetryAfter);
  }
  if (http_status == 401) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

}  // namespace throughline::gateway
