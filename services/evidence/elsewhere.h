// What the district has of a batch's results outside of the schools that they go to: taken back
// before they came, set aside as no school could be told, or recorded in another school. Reads
// committed rows only; thread-safe. UNAVAILABLE when the journal cannot be read.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// What the district remembers of a result that was taken back before it came.
struct Remembered {
  std::string source_id;  // the result's, or that of the whole of which it is a part
  v1::ResultRow row;
};

// By index in the batch.
struct WithoutSchool {
  std::map<int, Remembered> too_late;  // the source took it back, as this version or a later one
  int64_t retractions_remembered = 0;  // of the district; see CountsRow
  std::map<int, std::string> aside;    // the entry as which it was set aside
  std::set<int> contradicting;  // those that say otherwise than that, under the same version of it
};

// One read for a batch, as long as nothing is kept without a school.
core::Result<WithoutSchool> FindWithoutSchool(const v1::IngestResultsRequest& batch,
                                              const runtime::Rows& rows);

// How often the district has remembered a retraction of what it did not know; it only grows.
core::Result<int64_t> RetractionsRemembered(const std::string& district, const runtime::Rows& rows);
// The results of a batch that come too late for what is remembered, by index.
core::Result<std::map<int, Remembered>> FindRemembered(const v1::IngestResultsRequest& batch,
                                                       const runtime::Rows& rows);

// Sends what is taken back, and is not in the school that its source names, to the one that has it:
// the student's others are asked.
core::Result<void> FindWhereToTakeBack(v1::IngestResultsRequest& batch, const runtime::Rows& rows);

// What becomes of a result that its school took as a new one: when another school had it before, it
// is a correction, or changes nothing because that one is later.
core::Result<v1::ResultOutcome> OutcomeElsewhere(const std::string& district,
                                                 const std::string& source,
                                                 const v1::NewToSchool& result,
                                                 v1::ResultOutcome outcome,
                                                 const runtime::Rows& rows);

}  // namespace throughline::evidence
