// What is known of where results belong, filled in before they are sent to their schools: line
// items say assessment and class, classes say the school, and without either the student's
// enrolment on the day does; the class is then told by the school itself (domain/placement.h). A
// result that its source takes back by nothing but its id is looked for. Reads committed rows only;
// thread-safe.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/result.h"
#include "evidence/domain/concealment.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// UNAVAILABLE when the journal cannot be read, here and below.
core::Result<void> ResolvePlacement(v1::IngestResultsRequest& batch, const runtime::Rows& rows);

// Whether a result is taken back, and its source says nothing of where it is.
bool IsRetractionById(const v1::Result& result);

// A result that is recorded in a school, or set aside there; of no known school when it is empty.
struct Known {
  std::string school;
  std::string source_id;
  bool aside = false;
  auto operator<=>(const Known&) const = default;
};

// By source id: the result, and its parts, unless they are taken back already; recorded before or
// somewhere in the batch itself.
using TakenBack = std::map<std::string, std::set<Known>, std::less<>>;

// For every result that is lost; empty places for what is not known anywhere. Costs a few reads for
// every school that has results: taking back is rare.
core::Result<TakenBack> FindTakenBack(const v1::IngestResultsRequest& batch,
                                      const runtime::Rows& rows);

}  // namespace throughline::evidence
