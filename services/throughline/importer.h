// Brings a OneRoster bundle into a district through the services' own calls. Everything that is
// sent has a request id made from it, so that importing the same bundle again changes nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/result.h"
#include "oneroster/bundle_problem.h"
#include "oneroster/bundle_reader.h"
#include "throughline/connection.h"

namespace throughline {

struct ImportOptions {
  std::string district;
  std::string name;                           // empty: what the bundle says
  std::string time_zone = "America/Chicago";  // of a district that is new
  std::string source = "oneroster";
};

struct ImportCounts {
  int64_t schools = 0, teams = 0, classes = 0, students = 0, assessments = 0, line_items = 0;
  int64_t results = 0;
  std::map<std::string, int64_t> outcomes;  // "accepted", "duplicate", …
  std::map<std::string, int64_t> reasons;   // of what was set aside, by the services
  int64_t problems = 0;                     // rows of the bundle that were none
};

// Told of progress every so many things; on the calling thread.
using Progress = std::function<void(const ImportCounts&)>;

// Everything but the results: the district when it is new, schools, teams, rosters, assessments.
core::Result<void> ImportReferences(oneroster::BundleReader& bundle, const ImportOptions& options,
                                    Connection& connection, const oneroster::ProblemSink& problems,
                                    ImportCounts& counts);

// The results of a bundle or of a file alone, in batches of 500, several under way at a time;
// memory does not grow with the file.
core::Result<void> ImportResults(oneroster::ResultsFile results, const ImportOptions& options,
                                 Connection& connection, const Progress& progress,
                                 ImportCounts& counts);

// A result as a SIS's row says it.
evidence::v1::Result ResultOf(const oneroster::ResultRow& row);

// "accepted" for RESULT_OUTCOME_ACCEPTED.
std::string NameOf(evidence::v1::ResultOutcome outcome);

}  // namespace throughline
