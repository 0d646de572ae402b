// Refusals for Ed-Fi clients: problem details (RFC 9457) as the Ed-Fi ODS /
// API has them since its version 7.2. Values; each refusal is made by a named function. None of
// them repeats what a document says: it may be a student's.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/result.h"

namespace throughline::gateway::edfi {

struct Problem {
  int status = 400;
  std::string type;  // after urn:ed-fi:api:; empty where Ed-Fi has none (about:blank)
  std::string title;
  std::string detail;
  std::map<std::string, std::vector<std::string>> validation_errors = {};  // by JSON path
  std::vector<std::string> errors = {};
};

template <class T>
using Translated = tl::expected<T, Problem>;

// 400. Paths and what is wrong there are added to its validation_errors.
Problem DataValidationFailed();
// 400: a POST whose document brings its own id.
Problem IdAssignedByClient();
// 400: a PUT whose document has another key than what it is put to.
Problem KeyChangeNotSupported(std::string_view resource);
// 400: a request without a body.
Problem BodyEmpty();
// 403: what is there is not given back; `why` says why.
Problem ReadingNotOffered(std::string_view why);
// 404: no such thing under this id, or no such path.
Problem ResourceNotFound();
// 405
Problem MethodNotAllowed(std::string_view allowed);
// 415
Problem MediaTypeNotSupported();
// INVALID_ARGUMENT, at the start: a sentence for the person who configures it.
core::Error OptionWrong(std::string_view option, std::string_view why);

// What any part of the system refused.
Problem ProblemOf(const core::Error& error, std::string_view resource);

}  // namespace throughline::gateway::edfi
