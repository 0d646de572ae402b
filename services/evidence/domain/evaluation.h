// What becomes of one result, given what is recorded under its id.
#pragma once

#include <google/protobuf/arena.h>

#include <string>
#include <string_view>

#include "decider/state.h"
#include "evidence/domain/batch.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

struct Evaluation {
  v1::ResultOutcome outcome = v1::RESULT_OUTCOME_UNSPECIFIED;
  // What to record, in the arena; null for a duplicate that changes nothing, and when it is set
  // aside.
  v1::RecordedResult* recorded = nullptr;
  // Whose it is, when the school knows; of the state, and null when nothing is recorded anew.
  const v1::StudentRow* student = nullptr;
  v1::ResultProblem problem;  // when it is set aside or refused
};

// `before` is what is recorded under the same source and source id; null when nothing is.
Evaluation Evaluate(const v1::Result& result, const Batch& batch, const v1::ResultRow* before,
                    const decider::State& state, google::protobuf::Arena& arena);

// Whether a source may call a result so: 1 to 256 printable characters.
bool IsSourceId(std::string_view id);
// Whether so much may be kept besides a score.
bool IsKeepable(const v1::Result& result);

// It contradicts what its source has said of the same version before: nothing of it is kept.
Evaluation Conflict();
// Whether a result that was set aside says something else than this one, which claims to be the
// same version of it.
bool Contradicts(const v1::Result& aside, const v1::Result& result);

// Whether a result comes too late: the source took it back, as the same version of it or a later
// one.
bool IsTakenBack(const v1::Result& result, const v1::ResultRow& taken_back);

// Whether a result is part of the running numbers.
bool IsCounted(const v1::RecordedResult& result);

// Remembers that the source has named this version of the result, unless it is remembered already.
void NameVersion(const std::string& version, v1::ResultRow& row);

// The row of a result as it stands after `recorded`, but for the versions that were named.
void FillRow(const v1::RecordedResult& recorded, const v1::Assessment* assessment,
             v1::ResultRow& row);

}  // namespace throughline::evidence
