// What is answered to an Ed-Fi client, as an ODS / API of version 7 answers. Values; pure.
#pragma once

#include <string>
#include <string_view>

#include "gateway/edfi/assessment.h"
#include "gateway/edfi/errors.h"
#include "platform/http/message.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway::edfi {

// Where the resources are, below the address of the installation.
inline constexpr std::string_view kData = "/data/v3/ed-fi/";

// application/problem+json, with Retry-After where trying again will help and WWW-Authenticate
// where a credential is missing.
platform::http::Response ToResponse(const Problem& problem, std::string_view correlation_id);

// A POST of a document that is recorded: 201 with Location for a new one, 200 for one that was
// there. What evidence set aside is taken in all the same, so that is no failure (200): the body,
// which is otherwise empty, says which of its results and why. `response` is that to the document's
// results, the whole first.
platform::http::Response AnswerToPost(const evidence::v1::IngestResultsResponse& response,
                                      std::string_view base_url);
// A PUT: 204; a body as above, and then 200, when something was set aside.
platform::http::Response AnswerToPut(const evidence::v1::IngestResultsResponse& response);
// A DELETE: 204, or 404 when there is nothing under the id, or no more.
Translated<platform::http::Response> AnswerToDelete(
    const evidence::v1::IngestResultsResponse& response);
// A POST of what is measured: 201 when it changed what the district has, 200 otherwise; with a body
// that names the scores by which nothing can be counted, when there are any. Evidence does not say
// whether an assessment was there before.
platform::http::Response AnswerToDefinition(const evidence::v1::DefineAssessmentsResponse& response,
                                            std::string_view resource,
                                            const AssessmentDocument& document,
                                            std::string_view base_url);

// What a client reads first: versions, and where things are. `base_url` has no slash at its end.
platform::http::Response RootDocument(std::string_view base_url);
// In which order resources are to be sent.
platform::http::Response Dependencies();
// Which descriptions of the API there are in Ed-Fi's own place for them: none.
platform::http::Response OpenApiMetadata();

}  // namespace throughline::gateway::edfi
