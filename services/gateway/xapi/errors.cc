#include "gateway/xapi/errors.h"

#include <string>

namespace throughline::gateway::xapi {

namespace {

core::Error Refused(std::string reason, std::string message, std::string_view field = "") {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::string(field)};
}

}  // namespace

core::Error VersionMissing() {
  return Refused("XAPI_VERSION_MISSING", "The header X-Experience-API-Version is missing.");
}

core::Error VersionNotSupported() {
  return Refused("XAPI_VERSION_NOT_SUPPORTED",
                 "X-Experience-API-Version must be 1.0, 1.0.x, 2.0 or 2.0.x.");
}

core::Error MediaTypeNotSupported() {
  return Refused("MEDIA_TYPE_NOT_SUPPORTED",
                 "The content type must be application/json: attachments are not taken.");
}

core::Error ParameterUnknown(std::string_view name) {
  return Refused("PARAMETER_UNKNOWN", "This request has no such parameter.", name.substr(0, 100));
}

core::Error StatementIdMissing() {
  return Refused("STATEMENT_ID_MISSING", "The parameter statementId must be a UUID.",
                 "statementId");
}

core::Error StatementIdDiffers() {
  return Refused("STATEMENT_ID_DIFFERS",
                 "The id of the statement differs from the parameter statementId.", "id");
}

core::Error StatementIdRepeated() {
  return Refused("STATEMENT_ID_REPEATED", "A statement before it in the batch has the same id.",
                 "id");
}

core::Error NotOneStatement() {
  return Refused("NOT_ONE_STATEMENT", "The body must be one statement.");
}

core::Error NoStatements() {
  return Refused("NO_STATEMENTS", "The body must be a statement or a list of statements.");
}

core::Error NullNotAllowed(std::string_view name) {
  return Refused("NULL_NOT_ALLOWED", "Null is allowed in extensions only.", name.substr(0, 100));
}

core::Error NotIdentifiedOnce(std::string_view field) {
  return Refused("ACTOR_NOT_IDENTIFIED",
                 "An agent must have exactly one of mbox, mbox_sha1sum, openid and account.",
                 field);
}

core::Error ScoreOutOfRange(std::string_view field, std::string_view must) {
  return Refused("SCORE_OUT_OF_RANGE", "This number must be " + std::string(must) + ".", field);
}

}  // namespace throughline::gateway::xapi
