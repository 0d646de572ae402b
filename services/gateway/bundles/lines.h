// The lines of JSON that an upload is answered with: some of progress, then a summary or an error.
// Each ends with its line end. Pure.
#pragma once

#include <string>

#include "core/result.h"
#include "importing/importer.h"

namespace throughline::gateway::bundles {

// {"progress": {"schools": 80, …, "results": 12000, "problemCount": 1}}
std::string ProgressLine(const importing::ImportCounts& counts);
// {"summary": <as importing::SummaryJson says it>}
std::string SummaryLine(const std::string& summary_json);
// {"error": {"reason", "message", "field"}}
std::string ErrorLine(const core::Error& error);

}  // namespace throughline::gateway::bundles
