// The objects of OneRoster 1.2's gradebook service (REST/JSON binding) as results and assessments,
// and the answers in its words. Pure.
//
// Source: 1EdTech OneRoster Gradebook Service REST/JSON Binding 1.2.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/intake/pushed.h"
#include "gateway/json/json_reader.h"
#include "platform/http/message.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway::oneroster {

// What results have been pushed as; with a result's sourcedId its identity.
inline constexpr char kSource[] = "oneroster";

// The object in its wrapper: {"result": {…}}. BODY_UNWRAPPED when there is none.
core::Result<Json> Unwrap(std::string_view body, std::string_view name);

// A result or assessmentResult. `sourced_id` is that of the path; one in the object has to be the
// same. FIELD_MISSING and FIELD_INVALID name the field.
core::Result<evidence::v1::Result> ReadResult(const Json& object, std::string_view sourced_id);
// Of a POST to a line item: a result without a sourcedId gets one, derived from line item and
// student; one without a lineItem is of that one, and of another is refused.
core::Result<evidence::v1::Result> ReadResultOf(const Json& object, std::string_view line_item);

// A lineItem, which is a gradebook column of one class; or an assessmentLineItem, which is none's.
// SCALE_INVALID when resultValueMax is not above resultValueMin. What it does not say of an
// assessment that is there - indicators, cut, kind - stays.
core::Result<evidence::v1::DefineAssessmentsRequest> ReadLineItem(const Json& object,
                                                                  std::string_view sourced_id);
core::Result<evidence::v1::DefineAssessmentsRequest> ReadAssessmentLineItem(
    const Json& object, std::string_view sourced_id);

// Whether it says which assessment it is. A line item that is there and does not stays with its
// own.
bool SaysAssessment(const Json& object);
void StayWith(const std::string& assessment, evidence::v1::DefineAssessmentsRequest& request);

// An assessment as an assessmentLineItem.
Json ToJson(const evidence::v1::Assessment& assessment);
// A line item; `assessment` is what it is, null when it was removed.
Json ToJson(const evidence::v1::LineItem& line_item, const evidence::v1::Assessment* assessment);

// Whether a credential of this scope may make a request by this method of HTTP, as far as its scope
// goes: whether it may call what is called for it (platform/access/scopes.h).
bool IsInScope(std::string_view scope, std::string_view method);

// An error as imsx_StatusInfo, with the status that the binding has for it.
platform::http::Response ToResponse(const core::Error& error);
// What became of a result that was put.
platform::http::Response ToResponse(const ItemOutcome& outcome);

}  // namespace throughline::gateway::oneroster
