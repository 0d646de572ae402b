// The way of a batch of results to the schools they belong to: students become pseudonyms and what
// else may name one is concealed (domain/concealment.h), what is known of their places is filled in
// (result_places.h), then each school gets its part; what no school can be told for is the part of
// the empty school. The sender is answered with its own ids, which are nowhere but in the call.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "evidence/batch_parts.h"
#include "evidence/student_privacy.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

using IngestCallback = std::function<void(core::Result<v1::IngestResultsResponse>)>;

// What batches are routed with. It, and all that it refers to, outlives the calls.
struct RoutingContext {
  const runtime::Rows& rows;
  runtime::Commands& commands;
  // Runs what reads once a batch is recorded, on another thread than the one that answers:
  // partitions wait for that one.
  std::function<void(std::function<void()> work)> later;
};

// A result of a batch that was set aside, and the pseudonym that it was sent under.
struct Unsealed {
  int index = 0;
  std::string student;
};
// What it looked like, sealed, and the pseudonym of its student.
struct SetAside {
  v1::SealedOriginal original;
  std::string student;  // empty: it names none, or is to stay as it is
};
// Of results that were set aside, in order. Students that nobody knows are put on record, so that
// they are found under the same pseudonym when a roster comes. nullopt: the student was erased, and
// nothing is kept of how it came.
using Originals =
    std::function<core::Result<std::vector<std::optional<SetAside>>>(const std::vector<Unsealed>&)>;

// Pseudonymizes, conceals, routes and submits. INVALID_ARGUMENT for an empty batch or more than 500
// results; UNAVAILABLE when the journal cannot be read. `done` is called once, after every school
// has answered, with the outcomes in the order of the batch, or the first refusal. Under an id that
// another batch has, it is refused before any school gets a part of it (request_claim.h). When a
// school cannot answer, what others have taken in stays; the same request again under the same key
// answers for it as before. What is set aside is sealed by a command of its own before the answer:
// that costs those few a little, and the many nothing. `key` is that of the batch, without a
// digest; `sender` is who calls. `batch` and `privacy` live until `done` is called.
void Ingest(const v1::IngestResultsRequest& batch, runtime::RequestKey key,
            const std::string& sender, const StudentPrivacy& privacy, const RoutingContext& on,
            IngestCallback done);
// The same for a batch that is concealed already, and a key with a digest: of what was asked, not
// of where it goes, which another time may be elsewhere.
void IngestRouted(const SharedBatch& batch, const runtime::RequestKey& key,
                  const RoutingContext& on, Originals originals, IngestCallback done);

}  // namespace throughline::evidence
