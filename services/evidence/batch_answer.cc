#include "evidence/batch_answer.h"

#include <set>
#include <utility>

#include "evidence/domain/concealment.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/kept_scores.h"
#include "evidence/domain/tables.h"
#include "evidence/elsewhere.h"
#include "evidence/late_retractions.h"
#include "evidence/request_claim.h"
#include "runtime/guarded.h"

namespace throughline::evidence {

using core::Result;
using runtime::Guarded;
using runtime::Unexpected;

namespace {

constexpr char kAnswer[] = "evidence: the answer to a batch";

// Without what is another when students are erased between two attempts: pseudonyms, and texts that
// are sealed anew.
std::string DigestOf(const Part& part) {
  v1::IngestResultsRequest same = *part.request;
  for (v1::Result& result : *same.mutable_results()) {
    result.clear_student();
    KeepMarks(result);
  }
  return runtime::DigestOf(same);
}

// The key of a school's part of a batch, which is divided when it is not all of it.
runtime::RequestKey KeyOf(const Part& part, const std::string& school, bool divided,
                          const runtime::RequestKey& batch) {
  if (batch.id.empty()) return {.trace = batch.trace};
  runtime::RequestKey key = KeyAt(school, batch);
  if (divided) key.digest.set_part(DigestOf(part));
  return key;
}

bool IsRecorded(v1::ResultOutcome outcome) {
  return outcome != v1::RESULT_OUTCOME_QUARANTINED && outcome != v1::RESULT_OUTCOME_REFUSED;
}

}  // namespace

BatchAnswer::BatchAnswer(std::string district, std::string source, int results, RoutedBatch routed,
                         const RoutingContext& on, Originals originals, IngestCallback done)
    : district_(std::move(district)),
      source_(std::move(source)),
      routed_(std::move(routed)),
      on_(on),
      originals_(std::move(originals)),
      waiting_(routed_.parts.size()),
      done_(std::move(done)) {
  response_.mutable_outcomes()->Resize(results, v1::RESULT_OUTCOME_UNSPECIFIED);
}

BatchAnswer::~BatchAnswer() {
  if (done_) Guarded(kAnswer, [&] { done_(core::Refuse(Unexpected())); });
}

void BatchAnswer::Refuse(const core::Error& error) {
  std::exchange(done_, nullptr)(core::Refuse(error));
}

void BatchAnswer::HandIn(const runtime::RequestKey& key) {
  // Whoever is answered last goes on with this, perhaps before the loop ends.
  const auto self = shared_from_this();
  for (const auto& [school, part] : routed_.parts) {
    const bool divided =
        routed_.parts.size() > 1 || part.request->results_size() < response_.outcomes_size();
    // Some may be handed in already: so what is thrown here ends this part only.
    const bool handed_in = Guarded(kAnswer, [&, &school = school, &part = part] {
      on_.commands.Submit(*InColumns(part), KeyOf(part, school, divided, key),
                          [self, &school, &part](const Result<std::string>& answer) {
                            self->Take(school, part, answer);
                          });
    });
    if (!handed_in) Take(school, part, core::Refuse(Unexpected()));
  }
}

void BatchAnswer::Take(const std::string& school, const Part& part,
                       const Result<std::string>& answer) {
  {
    std::lock_guard lock(mutex_);
    some_taken_ |= answer.has_value();
    if (!answer) {
      error_ = error_.value_or(answer.error());
    } else if (!Guarded(kAnswer, [&] { Note(school, part, *answer); })) {
      error_ = Unexpected();
    }
    if (--waiting_ > 0) return;
  }
  if (error_) return Finish();
  on_.later([self = shared_from_this()] { self->Settle(); });
}

void BatchAnswer::Note(const std::string& school, const Part& part, const std::string& answer) {
  v1::IngestResultsResponse of_part;
  of_part.ParseFromString(answer);
  for (int i = 0; i < of_part.outcomes_size(); ++i) {
    const int index = part.indexes[i];
    const v1::ResultOutcome outcome = of_part.outcomes(i);
    if (outcome == v1::RESULT_OUTCOME_QUARANTINED) set_aside_[school].push_back(index);
    const auto entry = routed_.aside.find(index);
    if (IsRecorded(outcome) && entry != routed_.aside.end()) released_.push_back(entry->second);
    // What has several parts, and was taken back, changed when any of them did.
    if (response_.outcomes(index) == v1::RESULT_OUTCOME_CORRECTED) continue;
    // What was only set aside is not recorded, but is taken back by being let go.
    const bool let_go = part.aside[i] && outcome == v1::RESULT_OUTCOME_DUPLICATE;
    response_.set_outcomes(index, let_go ? v1::RESULT_OUTCOME_CORRECTED : outcome);
  }
  NoteProblems(part, of_part);
}

void BatchAnswer::NoteProblems(const Part& part, v1::IngestResultsResponse& answer) {
  for (v1::ResultProblem& problem : *answer.mutable_problems()) {
    problem.set_index(part.indexes[problem.index()]);
    problems_[problem.index()] = std::move(problem);
  }
  for (v1::NewToSchool& found : *answer.mutable_new_to_school()) {
    found.set_index(part.indexes[found.index()]);
    new_to_school_.push_back(std::move(found));
  }
}

Result<void> BatchAnswer::CorrectOutcomes() {
  for (const v1::NewToSchool& found : new_to_school_) {
    const auto outcome =
        OutcomeElsewhere(district_, source_, found, response_.outcomes(found.index()), on_.rows);
    if (!outcome) return core::Refuse(outcome.error());
    response_.set_outcomes(found.index(), *outcome);
  }
  return {};
}

// Of what the answer says is set aside in a school, that which is, and is not sealed yet. An answer
// of before says it, too, of what was sealed then, released or discarded since.
Result<std::vector<Unsealed>> BatchAnswer::UnsealedOf(const std::string& school,
                                                      const std::vector<int>& indexes) const {
  const Part& part = routed_.parts.at(school);
  const std::set<int> aside(indexes.begin(), indexes.end());
  std::vector<Unsealed> all;
  std::vector<std::string> keys;
  for (int i = 0; i < part.request->results_size(); ++i) {
    if (!aside.contains(part.indexes[i])) continue;
    const v1::Result& result = part.request->results(i);
    all.push_back({part.indexes[i], result.student()});
    keys.push_back(JoinKey(district_, school, EntryOf(source_, result.source_id())));
  }
  auto entries = on_.rows.GetMany(kQuarantine, core::Key{district_, school}.Text(), keys);
  if (!entries) return core::Refuse(entries.error());
  std::vector<Unsealed> unsealed;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto& entry = (*entries)[i];
    if (entry && entry->sealed().empty()) unsealed.push_back(std::move(all[i]));
  }
  return unsealed;
}

// A student who nobody knew, and who was put on record meanwhile under another pseudonym than the
// one that was sent - the district had got a new key - is set aside again under that one: a roster
// that comes later finds what is kept under it.
Result<std::map<std::string, v1::SealOriginalsRequest>> BatchAnswer::SealOriginals(
    const SharedBatch& batch, Parts& renamed) const {
  std::map<std::string, v1::SealOriginalsRequest> seals;
  for (const auto& [school, indexes] : set_aside_) {
    const auto unsealed = UnsealedOf(school, indexes);
    if (!unsealed) return core::Refuse(unsealed.error());
    if (unsealed->empty()) continue;
    auto aside = originals_(*unsealed);
    if (!aside) return core::Refuse(aside.error());
    v1::SealOriginalsRequest seal;
    seal.set_district(district_);
    seal.set_school(school);
    std::map<int, std::string> students;
    for (size_t i = 0; i < unsealed->size(); ++i) {
      if (!(*aside)[i]) continue;
      *seal.add_originals() = std::move((*aside)[i]->original);
      students[(*unsealed)[i].index] = std::move((*aside)[i]->student);
    }
    if (!seal.originals().empty()) seals[school] = std::move(seal);
    const Part& part = routed_.parts.at(school);
    for (int i = 0; i < part.request->results_size(); ++i) {
      const auto student = students.find(part.indexes[i]);
      if (student == students.end() || student->second.empty()) continue;
      v1::Result result = part.request->results(i);
      if (result.student() == student->second) continue;
      result.set_student(student->second);
      AddResult(std::move(result), part.indexes[i], false, batch, renamed);
    }
  }
  return seals;
}

void BatchAnswer::Settle() {
  const SharedBatch batch = NewBatch();  // its district and source, of what is sent after it
  batch->set_district(district_);
  batch->set_source(source_);
  batch->set_hidden(true);
  batch->set_counted_before(true);
  auto late = FindLateRetractions(batch, routed_, response_, on_.rows);
  auto corrected = CorrectOutcomes();
  if (!late || !corrected) {
    error_ = late ? corrected.error() : late.error();
    return Finish();
  }
  for (int index : late->too_late) {
    response_.set_outcomes(index, v1::RESULT_OUTCOME_DUPLICATE);
    problems_.erase(index);
  }
  Parts renamed;
  auto seals = SealOriginals(batch, renamed);
  if (!seals) {
    error_ = seals.error();
    return Finish();
  }
  v1::ReleaseQuarantineRequest release;
  release.set_district(district_);
  release.mutable_entries()->Assign(released_.begin(), released_.end());
  // What is answered from here on is noted on other threads: nothing that they note is read below.
  // One for this itself, so that nobody finishes before everything is submitted.
  waiting_ = 1 + late->of_the_batch.size() + late->of_its_results.size() + renamed.size() +
             seals->size() + (release.entries().empty() ? 0 : 1);
  for (auto& [school, part] : late->of_the_batch) {
    auto sent = std::make_shared<const Part>(std::move(part));
    Submit(school, *sent->request, sent);
  }
  for (const auto& [school, part] : late->of_its_results) Submit(school, *part.request, nullptr);
  for (const auto& [school, part] : renamed) Submit(school, *part.request, nullptr);
  for (const auto& [school, seal] : *seals) Submit(school, seal, nullptr);
  if (!release.entries().empty()) Submit("", release, nullptr);
  Settled(nullptr);
}

void BatchAnswer::Submit(const std::string& school, const google::protobuf::Message& command,
                         std::shared_ptr<const Part> part) {
  const core::Error unexpected = Unexpected();
  const bool asked = Guarded(kAnswer, [&] {
    on_.commands.Submit(command, {},
                        [self = shared_from_this(), school,
                         part = std::move(part)](const Result<std::string>& answer) {
                          if (answer && part) {
                            std::lock_guard lock(self->mutex_);
                            self->Note(school, *part, *answer);
                          }
                          self->Settled(answer ? nullptr : &answer.error());
                        });
  });
  if (!asked) Settled(&unexpected);
}

void BatchAnswer::Settled(const core::Error* error) {
  {
    std::lock_guard lock(mutex_);
    if (error != nullptr && !error_) error_ = *error;
    if (--waiting_ > 0) return;
  }
  Finish();
}

void BatchAnswer::Finish() {
  const auto done = std::exchange(done_, nullptr);
  if (error_) return done(core::Refuse(some_taken_ ? PartlyTaken(*error_) : *error_));
  for (auto& [index, problem] : problems_) *response_.add_problems() = std::move(problem);
  done(std::move(response_));
}

}  // namespace throughline::evidence
