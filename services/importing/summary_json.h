// What an import has come to, as JSON for scripts and clients. Pure.
#pragma once

#include <string>
#include <vector>

#include "importing/importer.h"

namespace throughline::importing {

// How many problems are told in full; the rest is counted.
inline constexpr size_t kProblemsReported = 20;

// {"schools": 80, …, "outcomes": {"accepted": 26796}, "reasons": {}, "problemCount": 1, "problems":
// [{"file", "line", "column", "reason", "message"}]}: the problems are the first ones.
std::string SummaryJson(const ImportCounts& counts,
                        const std::vector<oneroster::BundleProblem>& first_problems);

}  // namespace throughline::importing
