#include "gateway/edfi/errors.h"

namespace throughline::gateway::edfi {

Problem DataValidationFailed() {
  return {400, "bad-request:data-validation-failed", "Data Validation Failed",
          "Data validation failed. See 'validationErrors' for details."};
}

Problem IdAssignedByClient() {
  return {.status = 400,
          .type = "bad-request:data-validation-failed",
          .title = "Data Validation Failed",
          .detail = "The request data was constructed incorrectly.",
          .errors = {"Resource identifiers cannot be assigned by the client. The 'id' property "
                     "should not be included in the request body."}};
}

Problem KeyChangeNotSupported(std::string_view resource) {
  return {400, "bad-request:data-validation-failed:key-change-not-supported",
          "Key Change Not Supported",
          "Identifying values for the " + std::string(resource) +
              " item cannot be changed. Delete and recreate the item instead."};
}

Problem BodyEmpty() {
  return {.status = 400,
          .type = "bad-request",
          .title = "Bad Request",
          .detail = "The request could not be processed. See 'errors' for details.",
          .errors = {"A non-empty request body is required."}};
}

Problem ReadingNotOffered(std::string_view why) {
  return {.status = 403,
          .type = "security:authorization:access-denied:action",
          .title = "Authorization Denied",
          .detail = "Access to the resource could not be authorized.",
          .errors = {std::string(why)}};
}

Problem ResourceNotFound() {
  return {404, "not-found", "Not Found", "The specified resource could not be found."};
}

Problem MethodNotAllowed(std::string_view allowed) {
  return {.status = 405,
          .type = "method-not-allowed",
          .title = "Method Not Allowed",
          .detail = "The request construction was invalid.",
          .errors = {"What can be done here: " + std::string(allowed) + "."}};
}

Problem MediaTypeNotSupported() {
  return {415, "unsupported-media-type", "Unsupported Media Type",
          "The value specified in the 'Content-Type' header is not supported by this host."};
}

namespace {

Problem OfInvalidArgument(const core::Error& error, std::string_view resource) {
  if (error.reason == "SOURCE_ID_OTHER") return KeyChangeNotSupported(resource);
  Problem problem = DataValidationFailed();
  problem.validation_errors[error.field.empty() ? "$." : "$." + error.field] = {error.message};
  return problem;
}

}  // namespace

core::Error OptionWrong(std::string_view option, std::string_view why) {
  return {core::Code::kInvalidArgument, "EDFI_OPTION_WRONG",
          "--" + std::string(option) + " " + std::string(why) + ".", std::string(option)};
}

Problem ProblemOf(const core::Error& error, std::string_view resource) {
  if (error.reason == "BODY_TOO_LARGE") return {413, "", "Payload Too Large", error.message};
  if (error.reason == "BODY_TOO_SLOW") return {408, "", "Request Timeout", error.message};
  if (error.reason.starts_with("CONTENT_TYPE_") || error.reason == "CONTENT_ENCODING_REFUSED") {
    return MediaTypeNotSupported();
  }
  Problem problem;
  switch (error.code) {
    case core::Code::kInvalidArgument:
      return OfInvalidArgument(error, resource);
    case core::Code::kUnauthenticated:
      problem = {401, "security:authentication", "Authentication Failed",
                 "The caller could not be authenticated."};
      break;
    case core::Code::kPermissionDenied:
      problem = {403, "security:authorization", "Authorization Denied",
                 "Access to the resource could not be authorized."};
      break;
    case core::Code::kNotFound:
      problem = ResourceNotFound();
      break;
    case core::Code::kAlreadyExists:
    case core::Code::kFailedPrecondition:
    case core::Code::kAborted:
      problem = {409, "data-conflict", "Data Conflict",
                 "The request conflicts with what is there. See 'errors' for details."};
      break;
    case core::Code::kResourceExhausted:
      problem = {429, "too-many-requests", "Too Many Requests",
                 "The number of allowed requests has been exceeded. Retry the request later."};
      break;
    case core::Code::kUnavailable:
      problem = {
          503, "service-unavailable", "Service Unavailable",
          "The service is temporarily unable to handle the request. Retry the request later."};
      break;
    default:
      return {500, "internal-server-error", "Internal Server Error",
              "An unexpected problem has occurred."};
  }
  problem.errors = {error.message};
  return problem;
}

}  // namespace throughline::gateway::edfi
