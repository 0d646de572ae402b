#include "evidence/result_routing.h"

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "evidence/batch_answer.h"
#include "evidence/batch_parts.h"
#include "evidence/domain/concealment.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/elsewhere.h"
#include "evidence/request_claim.h"
#include "evidence/result_places.h"
#include "runtime/guarded.h"

namespace throughline::evidence {

using core::Result;

namespace {

// Conceals a result; returns what its source may name it by from now on, without its part: its own
// id, or in place of one that names a student a hash.
std::string Hide(const std::string& district, const Pseudonyms::District& pseudonyms,
                 const SecretConcealment& concealment, v1::Result& result) {
  if (!result.student().empty()) result.set_student(pseudonyms.Of(result.student()));
  if (result.hide_source_id() && !result.source_id().empty()) {
    result.set_source_id(pseudonyms.Of("source id: " + result.source_id()));
  }
  result.clear_hide_source_id();
  std::string name = result.source_id();
  if (!result.part().empty()) {
    *result.mutable_source_id() += std::string(kPartMark) + result.part();
    result.clear_part();
  }
  Conceal(district, concealment, result);
  return name;
}

v1::SealedOriginal SealedOf(const v1::IngestResultsRequest& batch, int index,
                            const std::string& sender, const Pseudonyms& pseudonyms) {
  const std::string& district = batch.district();
  v1::Original original;
  *original.mutable_result() = batch.results(index);
  original.mutable_result()->clear_hide_source_id();
  original.set_sender(sender);
  v1::Result hidden = batch.results(index);
  Hide(district, pseudonyms.In(district), *pseudonyms.concealment(), hidden);
  v1::SealedOriginal sealed;
  sealed.set_entry(EntryOf(batch.source(), hidden.source_id()));
  sealed.set_sealed(SealOriginal(district, sealed.entry(), original, *pseudonyms.concealment()));
  return sealed;
}

std::vector<std::string> SchoolsOf(const Parts& parts) {
  std::vector<std::string> schools;
  for (const auto& [school, part] : parts) schools.push_back(school);
  return schools;
}

// Where it is recorded, or set aside; where nothing of it is known, it is remembered that it was
// taken back.
void AddTakenBack(const v1::Result& result, int index, const std::set<Known>& known,
                  const v1::IngestResultsRequest& batch, RoutedBatch& routed) {
  AddRetraction(result, index, known, batch, routed.parts);
  if (!known.empty()) return;
  AddResult(result, index, false, batch, routed.parts);
  routed.unknown_retractions.emplace(index, result);
}

Result<RoutedBatch> Route(v1::IngestResultsRequest batch, const runtime::Rows& rows) {
  if (!core::IsId(batch.district())) return core::Refuse(IdInvalid("district"));
  if (!core::IsId(batch.source())) return core::Refuse(IdInvalid("source"));
  if (batch.results().empty()) return core::Refuse(BatchEmpty("results"));
  if (batch.results_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("results", kResultsAtMost));
  }
  if (auto done = ResolvePlacement(batch, rows); !done) return core::Refuse(done.error());
  if (auto done = FindWhereToTakeBack(batch, rows); !done) {
    return core::Refuse(done.error());
  }
  auto without_school = FindWithoutSchool(batch, rows);
  if (!without_school) return core::Refuse(without_school.error());
  // What is in the batch itself is where it goes.
  auto known = FindTakenBack(batch, rows);
  if (!known) return core::Refuse(known.error());
  RoutedBatch routed;
  routed.aside = std::move(without_school->aside);
  routed.retractions_remembered = without_school->retractions_remembered;
  for (int i = 0; i < batch.results_size(); ++i) {
    v1::Result& result = *batch.mutable_results(i);
    const auto too_late = without_school->too_late.find(i);
    if (IsRetractionById(result)) {
      AddTakenBack(result, i, (*known)[result.source_id()], batch, routed);
    } else if (too_late != without_school->too_late.end()) {
      // Where it is remembered that it was taken back, it is a duplicate.
      result.clear_school();
      result.set_source_id(too_late->second.source_id);
      AddResult(std::move(result), i, false, batch, routed.parts);
    } else {
      // What it contradicts has no school: there it is refused.
      if (without_school->contradicting.contains(i)) result.clear_school();
      if (!core::IsId(result.school())) routed.aside.erase(i);  // it is set aside there again
      AddResult(std::move(result), i, false, batch, routed.parts);
    }
  }
  return routed;
}

}  // namespace

void IngestRouted(v1::IngestResultsRequest batch, const runtime::RequestKey& key,
                  const RoutingContext& on, Originals originals, IngestCallback done) {
  std::string district = batch.district();
  std::string source = batch.source();
  const int results = batch.results_size();
  auto routed = Route(std::move(batch), on.rows);
  if (!routed) return done(core::Refuse(routed.error()));
  auto answer =
      std::make_shared<BatchAnswer>(district, std::move(source), results, std::move(*routed), on,
                                    std::move(originals), std::move(done));
  if (answer->parts().size() == 1 || key.id.empty()) return answer->HandIn(key);
  // What is thrown from here on is answered by the answer itself.
  runtime::Guarded("evidence: a claim to a request id", [&] {
    ClaimRequestId(std::move(district), SchoolsOf(answer->parts()), key, on.commands,
                   [answer, key](const Result<void>& claimed) {
                     claimed ? answer->HandIn(key) : answer->Refuse(claimed.error());
                   });
  });
}

void Ingest(const v1::IngestResultsRequest& batch, runtime::RequestKey key,
            const std::string& sender, const Pseudonyms& pseudonyms, const RoutingContext& on,
            IngestCallback done) {
  v1::IngestResultsRequest hidden = batch;
  hidden.clear_request_id();
  const Pseudonyms::District district = pseudonyms.In(batch.district());
  const SecretConcealment& concealment = *pseudonyms.concealment();
  // May name a student, too.
  if (!key.id.empty()) key.id = concealment.Hash(batch.district(), "request: " + key.id);
  hidden.clear_expected_source_id();
  hidden.clear_counted_before();
  hidden.set_hidden(true);
  std::vector<std::string> named_as;
  for (int i = 0; i < hidden.results_size(); ++i) {
    v1::Result& result = *hidden.mutable_results(i);
    const std::string name = Hide(batch.district(), district, concealment, result);
    const bool is_named = batch.results(i).hide_source_id();
    if (!batch.expected_source_id().empty() && name != batch.expected_source_id()) {
      return done(core::Refuse(SourceIdOther()));
    }
    if (!is_named || name.empty()) continue;
    named_as.resize(hidden.results_size());
    named_as[i] = name;
  }
  Originals originals = [&batch, &pseudonyms, sender](int index) {
    return SealedOf(batch, index, sender, pseudonyms);
  };
  // Of what is hidden: nobody who reads a digest finds out which student it was about.
  if (!key.id.empty()) key.digest.set_request(runtime::DigestOf(hidden));
  if (named_as.empty()) {
    return IngestRouted(std::move(hidden), key, on, std::move(originals), std::move(done));
  }
  IngestRouted(std::move(hidden), key, on, std::move(originals),
               [done = std::move(done),
                named_as = std::move(named_as)](Result<v1::IngestResultsResponse> answer) {
                 if (answer) {
                   answer->mutable_source_ids()->Assign(named_as.begin(), named_as.end());
                 }
                 done(std::move(answer));
               });
}

}  // namespace throughline::evidence
