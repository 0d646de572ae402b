#include "evidence/result_routing.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "evidence/domain/concealment.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/elsewhere.h"
#include "evidence/request_claim.h"
#include "evidence/result_places.h"
#include "runtime/guarded.h"

namespace throughline::evidence {

using core::Result;
using runtime::Guarded;
using runtime::Unexpected;

namespace {

constexpr char kAnswer[] = "evidence: the answer to a batch";

// One school's part of a batch; `indexes` are the places of its results in the batch.
struct Part {
  v1::IngestResultsRequest request;  // without a request id
  std::vector<int> indexes;
  std::vector<bool> aside;  // whether it takes back what was set aside, in the order of `indexes`
};

struct Routed {
  std::map<std::string, Part> parts;
  std::map<int, std::string> aside;  // entries of no school, by index: let go once a school has it
};

// Gathers the answers of the schools into the answer to the batch. Before anybody hears of it, what
// was set aside is sealed, and what was set aside before, and is recorded now, is let go.
class Gathering : public std::enable_shared_from_this<Gathering> {
 public:
  Gathering(const v1::IngestResultsRequest& batch, const runtime::Rows& rows,
            runtime::Commands& commands, Originals originals, IngestCallback done)
      : district_(batch.district()),
        source_(batch.source()),
        rows_(rows),
        commands_(commands),
        originals_(std::move(originals)),
        done_(std::move(done)) {
    // What is sent to no school is taken back and not known: it changes nothing.
    response_.mutable_outcomes()->Resize(batch.results_size(), v1::RESULT_OUTCOME_DUPLICATE);
  }
  // How many parts there are to be answered.
  void Await(size_t parts, std::map<int, std::string> aside) {
    waiting_ = parts;
    aside_before_ = std::move(aside);
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
    error_ ? Finish() : Settle();
  }

 private:
  void Note(const std::string& school, const std::vector<int>& indexes,
            const std::vector<bool>& aside, const std::string& answer) {
    v1::IngestResultsResponse part;
    part.ParseFromString(answer);
    for (int i = 0; i < part.outcomes_size(); ++i) {
      const v1::ResultOutcome outcome = part.outcomes(i);
      if (outcome == v1::RESULT_OUTCOME_QUARANTINED) set_aside_[school].push_back(indexes[i]);
      if (IsRecorded(outcome)) LetGo(indexes[i]);
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
    for (v1::NewToSchool& found : *part.mutable_new_to_school()) {
      found.set_index(indexes[found.index()]);
      new_to_school_.push_back(std::move(found));
    }
  }

  static bool IsRecorded(v1::ResultOutcome outcome) {
    return outcome != v1::RESULT_OUTCOME_QUARANTINED && outcome != v1::RESULT_OUTCOME_REFUSED;
  }

  void LetGo(int index) {
    const auto entry = aside_before_.find(index);
    if (entry != aside_before_.end()) let_go_.push_back(entry->second);
  }

  // Everybody has answered: nobody else looks at this any more.
  void Settle() {
    for (const v1::NewToSchool& found : new_to_school_) {
      const auto outcome =
          OutcomeElsewhere(district_, source_, found, response_.outcomes(found.index()), rows_);
      if (outcome) response_.set_outcomes(found.index(), *outcome);
    }
    std::vector<std::unique_ptr<google::protobuf::Message>> commands;
    if (!Guarded(kAnswer, [&] { commands = LastCommands(); })) error_ = Unexpected();
    waiting_ = commands.size();
    if (error_ || commands.empty()) return Finish();
    // Whoever is answered last finishes, perhaps before this returns.
    for (const auto& command : commands) {
      const bool asked = Guarded(kAnswer, [&] {
        commands_.Submit(*command, {},
                         [self = shared_from_this()](const Result<std::string>& answer) {
                           self->Settled(answer ? std::nullopt : std::optional(answer.error()));
                         });
      });
      if (!asked) Settled(Unexpected());
    }
  }

  std::vector<std::unique_ptr<google::protobuf::Message>> LastCommands() const {
    std::vector<std::unique_ptr<google::protobuf::Message>> commands;
    for (const auto& [school, indexes] : set_aside_) {
      auto seal = std::make_unique<v1::SealOriginalsRequest>();
      seal->set_district(district_);
      seal->set_school(school);
      for (int index : indexes) *seal->add_originals() = originals_(index);
      commands.push_back(std::move(seal));
    }
    if (let_go_.empty()) return commands;
    auto release = std::make_unique<v1::ReleaseQuarantineRequest>();
    release->set_district(district_);
    release->mutable_entries()->Assign(let_go_.begin(), let_go_.end());
    commands.push_back(std::move(release));
    return commands;
  }

  void Settled(const std::optional<core::Error>& error) {
    {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = error;
      if (--waiting_ > 0) return;
    }
    Finish();
  }

  const std::string district_;
  const std::string source_;
  const runtime::Rows& rows_;
  runtime::Commands& commands_;
  const Originals originals_;
  std::mutex mutex_;
  size_t waiting_ = 0;
  bool some_taken_ = false;
  IngestCallback done_;
  v1::IngestResultsResponse response_;
  std::map<int, v1::ResultProblem> problems_;
  std::map<std::string, std::vector<int>> set_aside_;  // indexes in the batch, by school
  std::map<int, std::string> aside_before_;            // entries of no school, by index
  std::vector<std::string> let_go_;                    // of those
  std::vector<v1::NewToSchool> new_to_school_;         // by index in the batch
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

// Where it is recorded, or set aside; where nothing of it is known, it is remembered that it was
// taken back.
void AddTakenBack(const v1::Result& result, int index, const std::set<Known>& known,
                  const v1::IngestResultsRequest& batch, std::map<std::string, Part>& parts) {
  for (const Known& one : known) {
    v1::Result taken_back = result;
    taken_back.set_school(one.school);
    taken_back.set_source_id(one.source_id);
    Add(std::move(taken_back), index, one.aside, batch, parts);
  }
  if (known.empty()) Add(result, index, false, batch, parts);
}

Result<Routed> Route(v1::IngestResultsRequest batch, const runtime::Rows& rows) {
  if (!core::IsId(batch.district())) return core::Refuse(IdInvalid("district"));
  if (!core::IsId(batch.source())) return core::Refuse(IdInvalid("source"));
  if (batch.results().empty()) return core::Refuse(BatchEmpty("results"));
  if (batch.results_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("results", kResultsAtMost));
  }
  if (auto told = TellPlaces(batch, rows); !told) return tl::make_unexpected(told.error());
  if (auto done = FindWhereToTakeBack(batch, rows); !done) {
    return tl::make_unexpected(done.error());
  }
  auto without_school = FindWithoutSchool(batch, rows);
  if (!without_school) return tl::make_unexpected(without_school.error());
  // What is in the batch itself is where it goes.
  auto known = FindTakenBack(batch, rows);
  if (!known) return tl::make_unexpected(known.error());
  Routed routed{.parts = {}, .aside = std::move(without_school->aside)};
  const std::vector<bool>& too_late = without_school->taken_back;
  for (int i = 0; i < batch.results_size(); ++i) {
    v1::Result& result = *batch.mutable_results(i);
    if (!too_late.empty() && too_late[i]) continue;
    if (IsLost(result)) {
      AddTakenBack(result, i, (*known)[result.source_id()], batch, routed.parts);
    } else {
      // What it contradicts has no school: there it is refused.
      if (without_school->contradicting.contains(i)) result.clear_school();
      if (!core::IsId(result.school())) routed.aside.erase(i);  // it is set aside there again
      Add(std::move(result), i, false, batch, routed.parts);
    }
  }
  return routed;
}

}  // namespace

void IngestRouted(v1::IngestResultsRequest batch, const runtime::RequestKey& key,
                  const runtime::Rows& rows, runtime::Commands& commands, Originals originals,
                  IngestCallback done) {
  auto gathering =
      std::make_shared<Gathering>(batch, rows, commands, std::move(originals), std::move(done));
  const std::string district = batch.district();
  const int results = batch.results_size();
  auto routed = Route(std::move(batch), rows);
  if (!routed) return gathering->Refuse(routed.error());
  const std::map<std::string, Part>& parts = routed->parts;
  gathering->Await(parts.size(), std::move(routed->aside));
  if (parts.empty()) return gathering->Finish();
  if (parts.size() == 1 || key.id.empty()) {
    return HandIn(parts, results, key, commands, gathering);
  }
  auto divided = std::make_shared<const std::map<std::string, Part>>(std::move(routed->parts));
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
