// Answers of the JSON API: statuses of HTTP for those of gRPC, and errors as google.rpc.Status in
// the JSON that Google's own APIs answer with. Values; pure.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "platform/http/message.h"

namespace throughline::gateway {

// By google.rpc.Code, whose numbers are gRPC's; core::Code names those that we answer with
// ourselves, but any of them may come from a service.
int HttpStatusOf(core::Code code);
// The same, but for what HTTP has a status of its own for: a body that is too large, too slow or of
// the wrong type.
int HttpStatusOf(const core::Error& error);
// INVALID_ARGUMENT ...
std::string_view NameOf(core::Code code);

platform::http::Response JsonAnswer(std::string body);
// {"error": {"code": the HTTP status, "status": its name, "message": a sentence,
//            "details": [{"reason": UPPER_SNAKE, "field": where, if anywhere}]}}
// Fields are named as JSON names them, dueDate and not due_date. An error of several findings,
// whose message has a line `field: sentence` for each, has a detail for each, with its "message".
// with Retry-After where trying again will help, and WWW-Authenticate where a credential is
// missing. gRPC's own message for a failed call is not passed on: it names internal addresses.
platform::http::Response ErrorAnswer(const core::Error& error);
platform::http::Response ErrorAnswer(const core::Error& error, int http_status);

}  // namespace throughline::gateway
