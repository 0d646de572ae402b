#include "evidence/quarantine_release.h"

#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"
#include "evidence/result_places.h"
#include "runtime/guarded.h"

namespace throughline::evidence {

using core::Result;

namespace {

// One round: the entries of one source go to their schools, then are let go.
struct Round {
  v1::ReleaseQuarantineRequest request;
  runtime::RequestKey key;
  v1::IngestResultsRequest batch;
  std::vector<int> indexes;         // of the batch's results among the request's entries
  std::vector<std::string> sealed;  // what they looked like
  // Of entries whose school still cannot be told: they stay as they are. Indexes of the request's.
  std::vector<v1::ResultProblem> still_aside;
};

Result<Round> Prepare(const v1::ReleaseQuarantineRequest& request, runtime::RequestKey key,
                      const runtime::Rows& rows) {
  auto known = rows.Get(kDistricts, request.district(), request.district());
  if (!known) return core::Refuse(known.error());
  if (!*known) return core::Refuse(DistrictUnknown(request.district()));
  if (request.entries_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("entries", kResultsAtMost));
  }
  std::vector<std::string> keys;
  for (const std::string& entry : request.entries()) {
    keys.push_back(JoinKey(request.district(), std::string_view(), entry));
  }
  auto found = rows.GetMany(kQuarantine, request.district(), keys);
  if (!found) return core::Refuse(found.error());
  Round round{request, std::move(key), {}, {}, {}, {}};
  v1::IngestResultsRequest batch;
  batch.set_district(request.district());
  std::vector<int> indexes;
  for (int i = 0; i < request.entries_size(); ++i) {
    const auto& entry = (*found)[i];
    if (!entry) continue;
    if (batch.source().empty()) batch.set_source(entry->source());
    if (entry->source() != batch.source()) continue;
    indexes.push_back(i);
    *batch.add_results() = entry->result();
  }
  if (auto told = ResolvePlacement(batch, rows); !told) return core::Refuse(told.error());
  round.batch.set_district(batch.district());
  round.batch.set_source(batch.source());
  round.batch.set_hidden(true);  // as everything is that the state has
  for (int i = 0; i < batch.results_size(); ++i) {
    const v1::QuarantinedResult& entry = *(*found)[indexes[i]];
    if (!core::IsId(batch.results(i).school())) {
      round.still_aside.push_back(entry.problem());
      round.still_aside.back().set_index(indexes[i]);
      continue;
    }
    round.indexes.push_back(indexes[i]);
    round.sealed.push_back(entry.sealed());
    *round.batch.add_results() = std::move(*batch.mutable_results(i));
  }
  return round;
}

// Lets go of what a school has taken in; what is still set aside on the district's key stays.
void LetGo(const Round& round, const v1::IngestResultsResponse& taken, runtime::Commands& commands,
           const ReleaseCallback& done) {
  v1::ReleaseQuarantineResponse response;
  response.mutable_outcomes()->Resize(round.request.entries_size(), v1::RESULT_OUTCOME_UNSPECIFIED);
  v1::ReleaseQuarantineRequest release = round.request;
  release.clear_entries();
  for (int i = 0; i < taken.outcomes_size(); ++i) {
    response.set_outcomes(round.indexes[i], taken.outcomes(i));
    release.add_entries(round.request.entries(round.indexes[i]));
  }
  for (v1::ResultProblem problem : taken.problems()) {
    problem.set_index(round.indexes[problem.index()]);
    *response.add_problems() = problem;
  }
  for (const v1::ResultProblem& problem : round.still_aside) {
    response.set_outcomes(problem.index(), v1::RESULT_OUTCOME_QUARANTINED);
    *response.add_problems() = problem;
  }
  if (release.entries().empty()) return done(std::move(response));
  // What is left to let go of may be less another time.
  runtime::RequestKey key = round.key;
  if (!key.id.empty()) key.digest.set_part(runtime::DigestOf(release));
  commands.Submit(release, key, [done, response](const Result<std::string>& answer) {
    if (!answer) return done(core::Refuse(answer.error()));
    done(response);
  });
}

}  // namespace

void ReleaseWithoutSchool(v1::ReleaseQuarantineRequest request, runtime::RequestKey key,
                          const RoutingContext& on, ReleaseCallback done) {
  request.clear_request_id();
  if (!key.id.empty()) key.digest.set_request(runtime::DigestOf(request));
  auto round = Prepare(request, std::move(key), on.rows);
  if (!round) return done(core::Refuse(round.error()));
  if (round->batch.results().empty()) return LetGo(*round, {}, on.commands, done);
  // In a school an entry has the same id, and is opened under it.
  const Originals originals = [round = *round](const std::vector<Unsealed>& results) {
    std::vector<std::optional<SetAside>> all;
    for (const Unsealed& one : results) {
      v1::SealedOriginal& original = all.emplace_back(SetAside())->original;
      original.set_entry(round.request.entries(round.indexes[one.index]));
      original.set_sealed(round.sealed[one.index]);
    }
    return all;
  };
  runtime::RequestKey routed = round->key;
  if (!routed.id.empty()) routed.id += "/routed";
  const SharedBatch batch = NewBatch();
  *batch = round->batch;
  IngestRouted(batch, routed, on, originals,
               [round = *round, &on,
                done = std::move(done)](const Result<v1::IngestResultsResponse>& taken) {
                 if (!taken) return done(core::Refuse(taken.error()));
                 const bool asked = runtime::Guarded(
                     "evidence: a release", [&] { LetGo(round, *taken, on.commands, done); });
                 if (!asked) done(core::Refuse(runtime::Unexpected()));
               });
}

}  // namespace throughline::evidence
