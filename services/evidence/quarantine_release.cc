#include "evidence/quarantine_release.h"

#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"
#include "evidence/result_routing.h"
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
};

Result<Round> Prepare(const v1::ReleaseQuarantineRequest& request, runtime::RequestKey key,
                      const runtime::Rows& rows) {
  if (request.entries_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("entries", kResultsAtMost));
  }
  std::vector<std::string> keys;
  for (const std::string& entry : request.entries()) {
    keys.push_back(Key(request.district(), std::string_view(), entry));
  }
  auto found = rows.GetMany(kQuarantine, request.district(), keys);
  if (!found) return tl::make_unexpected(found.error());
  Round round{request, std::move(key), {}, {}, {}};
  round.batch.set_district(request.district());
  round.batch.set_hidden(true);  // as everything is that the state has
  for (int i = 0; i < request.entries_size(); ++i) {
    const auto& entry = (*found)[i];
    if (!entry) continue;
    if (round.batch.source().empty()) round.batch.set_source(entry->source());
    if (entry->source() != round.batch.source()) continue;
    round.indexes.push_back(i);
    *round.batch.add_results() = entry->result();
    round.sealed.push_back(entry->sealed());
  }
  return round;
}

// Lets go of what a school has taken in; what is still set aside on the district's key stays.
void LetGo(const Round& round, const v1::IngestResultsResponse& taken, runtime::Commands& commands,
           ReleaseCallback done) {
  v1::ReleaseQuarantineResponse response;
  response.mutable_outcomes()->Resize(round.request.entries_size(), v1::RESULT_OUTCOME_UNSPECIFIED);
  v1::ReleaseQuarantineRequest release = round.request;
  release.clear_entries();
  for (int i = 0; i < taken.outcomes_size(); ++i) {
    response.set_outcomes(round.indexes[i], taken.outcomes(i));
  }
  std::vector<bool> still(round.indexes.size(), false);
  for (v1::ResultProblem problem : taken.problems()) {
    still[problem.index()] = problem.reason() == "SCHOOL_UNKNOWN";
    problem.set_index(round.indexes[problem.index()]);
    *response.add_problems() = problem;
  }
  for (size_t i = 0; i < round.indexes.size(); ++i) {
    if (!still[i]) release.add_entries(round.request.entries(round.indexes[i]));
  }
  if (release.entries().empty()) return done(std::move(response));
  // What is left to let go of may be less another time.
  runtime::RequestKey key = round.key;
  if (!key.id.empty()) key.digest.set_part(runtime::DigestOf(release));
  commands.Submit(release, key, [done, response](const Result<std::string>& answer) {
    if (!answer) return done(tl::make_unexpected(answer.error()));
    done(response);
  });
}

}  // namespace

void ReleaseWithoutSchool(v1::ReleaseQuarantineRequest request, runtime::RequestKey key,
                          const runtime::Rows& rows, runtime::Commands& commands,
                          ReleaseCallback done) {
  request.clear_request_id();
  if (!key.id.empty()) key.digest.set_request(runtime::DigestOf(request));
  auto round = Prepare(request, std::move(key), rows);
  if (!round) return done(core::Refuse(round.error()));
  if (round->batch.results().empty()) return LetGo(*round, {}, commands, std::move(done));
  // In a school an entry has the same id, and is opened under it.
  const Originals originals = [round = *round](int index) {
    v1::SealedOriginal original;
    original.set_entry(round.request.entries(round.indexes[index]));
    original.set_sealed(round.sealed[index]);
    return original;
  };
  runtime::RequestKey routed = round->key;
  if (!routed.id.empty()) routed.id += "/routed";
  IngestRouted(round->batch, routed, rows, commands, originals,
               [round = *round, &commands, done](const Result<v1::IngestResultsResponse>& taken) {
                 if (!taken) return done(tl::make_unexpected(taken.error()));
                 const bool asked = runtime::Guarded("evidence: a release",
                                                     [&] { LetGo(round, *taken, commands, done); });
                 if (!asked) done(core::Refuse(runtime::Unexpected()));
               });
}

}  // namespace throughline::evidence
