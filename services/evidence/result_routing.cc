#include "evidence/result_routing.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "core/ids.h"
#include "evidence/domain/concealment.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/request_claim.h"
#include "evidence/result_places.h"
#include "runtime/guarded.h"

namespace throughline::evidence {

using core::Result;
using runtime::Guarded;
using runtime::Unexpected;

namespace {

constexpr char kAnswer[] = "evidence: the answer to a batch";

// Gathers the answers of the schools into the answer to the batch, and sees to it that what was set
// aside is sealed before anybody hears of it.
class Gathering : public std::enable_shared_from_this<Gathering> {
 public:
  Gathering(std::string district, int results, size_t parts, runtime::Commands& commands,
            Originals originals, IngestCallback done)
      : district_(std::move(district)),
        commands_(commands),
        originals_(std::move(originals)),
        waiting_(parts),
        done_(std::move(done)) {
    // What is sent to no school is taken back and not known: it changes nothing.
    response_.mutable_outcomes()->Resize(results, v1::RESULT_OUTCOME_DUPLICATE);
  }
  // Before any school got its part.
  void Refuse(const core::Error& error) { done_(core::Refuse(error)); }
  // When there is nobody to wait for.
  void Finish() {
    if (error_) return done_(core::Refuse(some_taken_ ? PartlyTaken(*error_) : *error_));
    for (auto& [index, problem] : problems_) *response_.add_problems() = std::move(problem);
    done_(std::move(response_));
  }

  void Take(const std::string& school, const std::vector<int>& indexes,
            const std::vector<bool>& aside, const Result<std::string>& answer) {
    {
      std::lock_guard lock(mutex_);
      some_taken_ |= answer.has_value();
      if (!answer) {
        error_ = error_.value_or(answer.error());
      } else if (!Guarded(kAnswer, [&] { Note(school, indexes, aside, *answer); })) {
        error_ = Unexpected();
      }
      if (--waiting_ > 0) return;
    }
    error_ || set_aside_.empty() ? Finish() : Seal();
  }

 private:
  void Note(const std::string& school, const std::vector<int>& indexes,
            const std::vector<bool>& aside, const std::string& answer) {
    v1::IngestResultsResponse part;
    part.ParseFromString(answer);
    for (int i = 0; i < part.outcomes_size(); ++i) {
      const v1::ResultOutcome outcome = part.outcomes(i);
      if (outcome == v1::RESULT_OUTCOME_QUARANTINED) set_aside_[school].push_back(indexes[i]);
      // What has several parts, and was taken back, changed when any of them did.
      if (response_.outcomes(indexes[i]) == v1::RESULT_OUTCOME_CORRECTED) continue;
      // What was only set aside is not recorded, but is taken back by being let go.
      const bool let_go = aside[i] && outcome == v1::RESULT_OUTCOME_DUPLICATE;
      response_.set_outcomes(indexes[i], let_go ? v1::RESULT_OUTCOME_CORRECTED : outcome);
    }
    for (v1::ResultProblem& problem : *part.mutable_problems()) {
      problem.set_index(indexes[problem.index()]);
      problems_[problem.index()] = std::move(problem);
    }
  }

  void Seal() {
    waiting_ = set_aside_.size();
    // Whoever is answered last finishes, perhaps before this returns.
    const auto set_aside = std::move(set_aside_);
    for (const auto& [school, indexes] : set_aside) {
      const bool asked = Guarded(kAnswer, [&] {
        v1::SealOriginalsRequest request;
        request.set_district(district_);
        request.set_school(school);
        for (int index : indexes) *request.add_originals() = originals_(index);
        commands_.Submit(request, {},
                         [self = shared_from_this()](const Result<std::string>& answer) {
                           self->Sealed(answer ? std::nullopt : std::optional(answer.error()));
                         });
      });
      if (!asked) Sealed(Unexpected());
    }
  }

  void Sealed(const std::optional<core::Error>& error) {
    {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = error;
      if (--waiting_ > 0) return;
    }
    Finish();
  }

  const std::string district_;
  runtime::Commands& commands_;
  const Originals originals_;
  std::mutex mutex_;
  size_t waiting_;
  bool some_taken_ = false;
  IngestCallback done_;
  v1::IngestResultsResponse response_;
  std::map<int, v1::ResultProblem> problems_;
  std::map<std::string, std::vector<int>> set_aside_;  // indexes in the batch, by school
  std::optional<core::Error> error_;
};

void Add(v1::Result result, int index, bool aside, const v1::IngestResultsRequest& batch,
         std::map<std::string, Part>& parts) {
  if (!core::IsId(result.school())) result.clear_school();
  Part& part = parts[result.school()];
  if (part.indexes.empty()) {
    part.request.set_district(batch.district());
    part.request.set_source(batch.source());
    part.request.set_hidden(batch.hidden());
  }
  part.indexes.push_back(index);
  part.aside.push_back(aside);
  *part.request.add_results() = std::move(result);
}

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

// The key of a school's part of a batch, which is divided when it is not all of it.
runtime::RequestKey KeyOf(const Part& part, const std::string& school, bool divided,
                          const runtime::RequestKey& batch) {
  if (batch.id.empty()) return {};
  runtime::RequestKey key = KeyAt(school, batch);
  if (divided) key.digest.set_part(runtime::DigestOf(part.request));
  return key;
}

void HandIn(const std::map<std::string, Part>& parts, int results, const runtime::RequestKey& key,
            runtime::Commands& commands, const std::shared_ptr<Gathering>& gathering) {
  for (const auto& [school, part] : parts) {
    const bool divided = parts.size() > 1 || part.request.results_size() < results;
    // Some may be handed in already: so what is thrown here ends this part only.
    const bool handed_in = Guarded(kAnswer, [&, &school = school, &part = part] {
      commands.Submit(part.request, KeyOf(part, school, divided, key),
                      [gathering, school, indexes = part.indexes,
                       aside = part.aside](const Result<std::string>& answer) {
                        gathering->Take(school, indexes, aside, answer);
                      });
    });
    if (!handed_in) gathering->Take(school, part.indexes, part.aside, core::Refuse(Unexpected()));
  }
}

std::vector<std::string> SchoolsOf(const std::map<std::string, Part>& parts) {
  std::vector<std::string> schools;
  for (const auto& [school, part] : parts) schools.push_back(school);
  return schools;
}

}  // namespace

Result<std::map<std::string, Part>> Route(v1::IngestResultsRequest batch,
                                          const runtime::Rows& rows) {
  if (!core::IsId(batch.district())) return core::Refuse(IdInvalid("district"));
  if (!core::IsId(batch.source())) return core::Refuse(IdInvalid("source"));
  if (batch.results().empty()) return core::Refuse(BatchEmpty("results"));
  if (batch.results_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("results", kResultsAtMost));
  }
  if (auto told = TellPlaces(batch, rows); !told) return tl::make_unexpected(told.error());
  // What is in the batch itself is where it goes.
  auto known = FindTakenBack(batch, rows);
  if (!known) return tl::make_unexpected(known.error());
  std::map<std::string, Part> parts;
  for (int i = 0; i < batch.results_size(); ++i) {
    v1::Result& result = *batch.mutable_results(i);
    if (!IsLost(result)) {
      Add(std::move(result), i, false, batch, parts);
      continue;
    }
    for (const Known& one : (*known)[result.source_id()]) {
      v1::Result taken_back = result;
      taken_back.set_school(one.school);
      taken_back.set_source_id(one.source_id);
      Add(std::move(taken_back), i, one.aside, batch, parts);
    }
  }
  return parts;
}

void IngestRouted(v1::IngestResultsRequest batch, const runtime::RequestKey& key,
                  const runtime::Rows& rows, runtime::Commands& commands, Originals originals,
                  IngestCallback done) {
  const std::string district = batch.district();
  const int results = batch.results_size();
  auto parts = Route(std::move(batch), rows);
  if (!parts) return done(core::Refuse(parts.error()));
  auto gathering = std::make_shared<Gathering>(district, results, parts->size(), commands,
                                               std::move(originals), std::move(done));
  if (parts->empty()) return gathering->Finish();
  if (parts->size() == 1 || key.id.empty()) {
    return HandIn(*parts, results, key, commands, gathering);
  }
  auto divided = std::make_shared<const std::map<std::string, Part>>(std::move(*parts));
  ClaimRequestId(district, SchoolsOf(*divided), key, commands,
                 [=, &commands](const Result<bool>& claimed) {
                   claimed ? HandIn(*divided, results, key, commands, gathering)
                           : gathering->Refuse(claimed.error());
                 });
}

void Ingest(const v1::IngestResultsRequest& batch, runtime::RequestKey key,
            const std::string& sender, const Pseudonyms& pseudonyms, const runtime::Rows& rows,
            runtime::Commands& commands, IngestCallback done) {
  v1::IngestResultsRequest hidden = batch;
  hidden.clear_request_id();
  const Pseudonyms::District district = pseudonyms.In(batch.district());
  const SecretConcealment& concealment = *pseudonyms.concealment();
  // May name a student, too.
  if (!key.id.empty()) key.id = concealment.Hash(batch.district(), "request: " + key.id);
  hidden.clear_expected_source_id();
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
    return IngestRouted(std::move(hidden), key, rows, commands, std::move(originals),
                        std::move(done));
  }
  IngestRouted(std::move(hidden), key, rows, commands, std::move(originals),
               [done = std::move(done),
                named_as = std::move(named_as)](Result<v1::IngestResultsResponse> answer) {
                 if (answer) {
                   answer->mutable_source_ids()->Assign(named_as.begin(), named_as.end());
                 }
                 done(std::move(answer));
               });
}

}  // namespace throughline::evidence
