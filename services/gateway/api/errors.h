// Every refusal of the JSON API, by name. INVALID_ARGUMENT with the field as the caller wrote it,
// unless said otherwise.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::gateway {

// The method cannot be called over HTTP as its option says; an error at the start.
core::Error RouteBroken(std::string_view method, std::string_view why);

core::Error PathUnknown();  // NOT_FOUND
core::Error MethodNotAllowed(std::string_view method, std::string_view allowed);
core::Error PathInvalid();
// The body says another value for a field that stands in the path.
core::Error PathContradicted(std::string field);
core::Error QueryUnknown(std::string_view name);
core::Error QueryRepeated(std::string_view name);
core::Error BodyUnexpected();
core::Error BodyNotJson(std::string_view content_type);
core::Error RequestTooLarge(size_t bytes_at_most);  // RESOURCE_EXHAUSTED; 413
core::Error FieldUnknown(std::string field);
core::Error FieldRepeated(std::string field);
// `wanted` says what the value has to be, such as "a string".
core::Error FieldInvalid(std::string field, std::string_view wanted);
core::Error OneOfSeveral(std::string field, std::string_view other);
core::Error DistrictNotYours(std::string field);  // PERMISSION_DENIED
core::Error IdempotencyKeyContradicted(std::string field);
core::Error IdempotencyKeyInvalid();
core::Error NotAStream();
core::Error ResponseInvalid(std::string_view type);  // INTERNAL

}  // namespace throughline::gateway
