// The way of a batch of results to the schools they belong to: students become pseudonyms, what is
// known of their places is filled in (result_places.h), then each school gets its part.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "evidence/pseudonyms.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// One school's part of a batch; `indexes` are the places of its results in the batch.
struct Part {
  v1::IngestResultsRequest request;
  std::vector<int> indexes;
  std::vector<bool> aside;  // whether it takes back what was set aside, in the order of `indexes`
};

// Splits a batch whose students are pseudonyms already. What no school can be told for is in the
// part of the empty school; what is taken back and not known anywhere is in none. INVALID_ARGUMENT
// for an empty batch or more than 500 results; UNAVAILABLE when the journal cannot be read.
core::Result<std::map<std::string, Part>> Route(v1::IngestResultsRequest batch,
                                                const runtime::Rows& rows);

using IngestCallback = std::function<void(core::Result<v1::IngestResultsResponse>)>;

// Pseudonymizes, routes and submits; `done` is called once, after every school has answered, with
// the outcomes in the order of the batch, or the first refusal. What a school has taken in by then
// stays; the same request id again answers for it as before.
void Ingest(const v1::IngestResultsRequest& batch, const Pseudonyms& pseudonyms,
            const runtime::Rows& rows, runtime::Commands& commands, IngestCallback done);
// The same for a batch whose students are pseudonyms already.
void IngestRouted(v1::IngestResultsRequest batch, const runtime::Rows& rows,
                  runtime::Commands& commands, IngestCallback done);

}  // namespace throughline::evidence
