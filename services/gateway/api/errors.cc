#include "gateway/api/errors.h"

namespace throughline::gateway {

namespace {

// Names that callers make up are cut, so that an answer is never as long as its request.
constexpr size_t kNameAtMost = 200;

core::Error Refused(std::string reason, std::string message, std::string_view field = "") {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message),
          std::string(field.substr(0, kNameAtMost))};
}

}  // namespace

core::Error RouteBroken(std::string_view method, std::string_view why) {
  return {core::Code::kInternal, "ROUTE_BROKEN",
          "The route of " + std::string(method) + " makes no sense: " + std::string(why) + ".", ""};
}

core::Error PathUnknown() {
  return {core::Code::kNotFound, "PATH_UNKNOWN",
          "There is nothing at this path: see /v1/openapi.json.", ""};
}

core::Error MethodNotAllowed(std::string_view method, std::string_view allowed) {
  return Refused("METHOD_NOT_ALLOWED", "This path takes " + std::string(allowed) + ", and not " +
                                           std::string(method.substr(0, 20)) + ".");
}

core::Error PathInvalid() {
  return Refused("PATH_INVALID", "The path is not valid percent-encoded UTF-8.");
}

core::Error PathContradicted(std::string field) {
  return Refused("PATH_CONTRADICTED", "The body contradicts the path.", field);
}

core::Error QueryUnknown(std::string_view name) {
  return Refused("QUERY_UNKNOWN", "There is no query parameter of this name.", name);
}

core::Error QueryRepeated(std::string_view name) {
  return Refused("QUERY_REPEATED", "The query parameter may be given only once.", name);
}

core::Error BodyUnexpected() { return Refused("BODY_UNEXPECTED", "This call takes no body."); }

core::Error BodyNotJson(std::string_view content_type) {
  return Refused("BODY_NOT_JSON", "The body has to be application/json, and not " +
                                      std::string(content_type.substr(0, 100)) + ".");
}

core::Error RequestTooLarge(size_t bytes_at_most) {
  return {core::Code::kResourceExhausted, "REQUEST_TOO_LARGE",
          "The request may have " + std::to_string(bytes_at_most) +
              " bytes at most as a message; send it in parts.",
          ""};
}

core::Error FieldUnknown(std::string field) {
  return Refused("FIELD_UNKNOWN", "There is no field of this name.", field);
}

core::Error FieldRepeated(std::string field) {
  return Refused("FIELD_REPEATED", "The field is given twice, under both of its names.", field);
}

core::Error FieldInvalid(std::string field, std::string_view wanted) {
  return Refused("FIELD_INVALID", "The value has to be " + std::string(wanted) + ".", field);
}

core::Error OneOfSeveral(std::string field, std::string_view other) {
  return Refused("ONE_OF_SEVERAL", "Either this or " + std::string(other) + ", not both.", field);
}

core::Error DistrictNotYours(std::string field) {
  return {core::Code::kPermissionDenied, "DISTRICT_NOT_YOURS",
          "The credential is for another district.", std::move(field)};
}

core::Error IdempotencyKeyContradicted(std::string field) {
  return Refused("IDEMPOTENCY_KEY_CONTRADICTED", "The header Idempotency-Key contradicts the body.",
                 field);
}

core::Error IdempotencyKeyInvalid() {
  return Refused("IDEMPOTENCY_KEY_INVALID",
                 "The header Idempotency-Key has to be 1 to 128 printable ASCII characters.");
}

core::Error NotAStream() {
  return Refused("NOT_A_STREAM", "This is a stream of events and cannot be called here.");
}

core::Error ResponseInvalid(std::string_view type) {
  return {core::Code::kInternal, "RESPONSE_INVALID",
          "The service's answer is no " + std::string(type) + ".", ""};
}

}  // namespace throughline::gateway
