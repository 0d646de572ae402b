// Every refusal of the xAPI endpoint, by name: INVALID_ARGUMENT, each of them; the fields that are
// missing or wrong are refused as at any endpoint.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway::xapi {

core::Error VersionMissing();                           // XAPI_VERSION_MISSING
core::Error VersionNotSupported();                      // XAPI_VERSION_NOT_SUPPORTED
core::Error MediaTypeNotSupported();                    // MEDIA_TYPE_NOT_SUPPORTED
core::Error ParameterUnknown(std::string_view name);    // PARAMETER_UNKNOWN
core::Error StatementIdMissing();                       // STATEMENT_ID_MISSING
core::Error StatementIdDiffers();                       // STATEMENT_ID_DIFFERS
core::Error StatementIdRepeated();                      // STATEMENT_ID_REPEATED
core::Error NotOneStatement();                          // NOT_ONE_STATEMENT
core::Error NoStatements();                             // NO_STATEMENTS
core::Error NullNotAllowed(std::string_view name);      // NULL_NOT_ALLOWED
core::Error NotIdentifiedOnce(std::string_view field);  // ACTOR_NOT_IDENTIFIED
core::Error ScoreOutOfRange(std::string_view field, std::string_view must);  // SCORE_OUT_OF_RANGE

}  // namespace throughline::gateway::xapi
