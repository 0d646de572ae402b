// A batch of results divided among the schools they belong to.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "evidence/result_places.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// A batch in an arena, which lives as long: its results go to the parts of it without being copied.
using SharedBatch = std::shared_ptr<v1::IngestResultsRequest>;
SharedBatch NewBatch();
// In the arena of another one.
SharedBatch NewBeside(const SharedBatch& batch);

// One school's part of a batch; `indexes` are the places of its results in the batch.
struct Part {
  SharedBatch request;  // without a request id
  std::vector<int> indexes;
  std::vector<bool> aside;  // whether it takes back what was set aside, in the order of `indexes`
};

// By school; what belongs to no known school is the part of the empty one.
using Parts = std::map<std::string, Part>;

// Adds a result to the part of the school that it names. `batch` says of which district and source.
void AddResult(v1::Result&& result, int index, bool aside, const SharedBatch& batch, Parts& parts);

// Adds a retraction by id alone to the parts of all that have the result, or a part of it.
void AddRetraction(const v1::Result& retraction, int index, const std::set<Known>& known,
                   const SharedBatch& batch, Parts& parts);

// What a school is sent: its part, column by column where that takes less space.
SharedBatch InColumns(const Part& part);

// What is sent to the schools, and what was known when it was.
struct RoutedBatch {
  Parts parts;
  std::map<int, std::string> aside;  // entries of no school, by index: let go once a school has it
  // Retractions by id alone of what was not known anywhere, by index.
  std::map<int, v1::Result> unknown_retractions;
  int64_t retractions_remembered = 0;  // of the district; see CountsRow
};

}  // namespace throughline::evidence
