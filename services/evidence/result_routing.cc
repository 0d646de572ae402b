#include "evidence/result_routing.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "evidence/batch_answer.h"
#include "evidence/batch_parts.h"
#include "evidence/domain/concealment.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/kept_scores.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"
#include "evidence/elsewhere.h"
#include "evidence/erased_results.h"
#include "evidence/request_claim.h"
#include "evidence/result_places.h"
#include "evidence/roster_privacy.h"
#include "runtime/guarded.h"

namespace throughline::evidence {

using core::Result;

namespace {

// Of what is kept besides scores only marks: what is sealed anew each time would make of a batch
// that is sent again another one.
class Marks final : public Concealment {
 public:
  explicit Marks(const SecretConcealment& concealment) : concealment_(concealment) {}
  std::string Hash(std::string_view district, std::string_view text) const override {
    return concealment_.Hash(district, text);
  }
  std::string Seal(std::string_view district, std::string_view about,
                   std::string_view text) const override {
    return concealment_.Mark(district, about, text);
  }

 private:
  const SecretConcealment& concealment_;
};

// Conceals a result, but for its student; returns what its source may name it by from now on,
// without its part: its own id, or in place of one that names a student a hash.
std::string Hide(const SecretConcealment& concealment, ResultConcealment& results,
                 v1::Result& result) {
  if (result.hide_source_id() && !result.source_id().empty()) {
    result.set_source_id(concealment.NameOf(result.source_id()));
  }
  result.clear_hide_source_id();
  std::string name = result.source_id();
  if (!result.part().empty()) {
    *result.mutable_source_id() += std::string(kPartMark) + result.part();
    result.clear_part();
  }
  results.Conceal(result);
  return name;
}

// Puts the text of a kept score, sealed, behind its mark.
Result<void> SealBehind(const std::string& district, identities::Vault& vault, v1::KeptScore text,
                        v1::KeptScore& marked) {
  text.clear_sealed();
  auto sealed = vault.Seal(district, kAboutKept, text.SerializeAsString());
  if (!sealed) return core::Refuse(sealed.error());
  marked.mutable_sealed()->resize(kSealMark);
  *marked.mutable_sealed() += *sealed;
  return {};
}

Result<void> SealKept(const std::string& district, identities::Vault& vault,
                      const v1::Result& result, v1::Result& hidden) {
  for (int i = 0; i < hidden.kept_size(); ++i) {
    auto done = SealBehind(district, vault, result.kept(i), *hidden.mutable_kept(i));
    if (!done) return done;
  }
  for (int i = 0; i < hidden.others_size(); ++i) {
    auto done = SealBehind(district, vault, result.others(i).as_kept(),
                           *hidden.mutable_others(i)->mutable_as_kept());
    if (!done) return done;
  }
  if (!hidden.has_as_kept()) return {};
  return SealBehind(district, vault, result.as_kept(), *hidden.mutable_as_kept());
}

// Pseudonyms, and what is kept besides scores. Returns the indexes of results of students who were
// erased.
Result<std::set<int>> HideStudents(const v1::IngestResultsRequest& batch,
                                   const identities::Vault::District& district,
                                   identities::Vault& vault, const runtime::Rows& rows,
                                   v1::IngestResultsRequest& hidden) {
  for (int i = 0; i < batch.results_size(); ++i) {
    v1::Result& result = *hidden.mutable_results(i);
    const std::string& student = batch.results(i).student();
    if (!student.empty()) result.set_student(district.Of(student));
    auto done = SealKept(batch.district(), vault, batch.results(i), result);
    if (!done) return core::Refuse(done.error());
  }
  return RestoreErased(district, rows, hidden);
}

// What a batch is kept sealed with.
struct Sealing {
  const v1::IngestResultsRequest& batch;  // as it came
  const std::string sender;
  const StudentPrivacy& privacy;
  const SecretConcealment concealment;
  const runtime::Rows& rows;
  const std::set<int> erased;  // indexes of results of students who were erased before
};

// Those of them whom rosters had under the pseudonym that was sent, and who are not on record any
// more: they were erased while the batch was on its way.
Result<std::set<std::string>> ErasedMeanwhile(const std::map<std::string, std::string>& sent,
                                              const Sealing& on) {
  std::set<std::string> erased;
  const std::string& district = on.batch.district();
  auto students = on.privacy.vault->In(district);
  if (!students) return core::Refuse(students.error());
  if (!(*students)->had_another_key()) return erased;
  std::vector<std::string> keys;
  keys.reserve(sent.size());
  for (const auto& [student, pseudonym] : sent) keys.push_back(JoinKey(district, pseudonym));
  auto places = on.rows.GetMany(kStudentPlaces, district, keys);
  if (!places) return core::Refuse(places.error());
  auto place = places->begin();
  for (const auto& [student, pseudonym] : sent) {
    if (*place++) erased.insert(student);
  }
  return erased;
}

// Pseudonyms of the students of these results, by the SIS's id; who is not on record is put there,
// but for those who were erased.
Result<std::map<std::string, std::string>> OnRecord(const std::vector<Unsealed>& results,
                                                    const Sealing& on) {
  std::map<std::string, std::string> pseudonyms, unknown;
  for (const Unsealed& one : results) {
    const std::string& student = on.batch.results(one.index).student();
    if (!IsStudentId(student) || on.erased.contains(one.index)) continue;
    auto known = on.privacy.vault->PseudonymOnRecord(on.batch.district(), student);
    if (!known) return core::Refuse(known.error());
    (*known ? pseudonyms : unknown).emplace(student, known->value_or(one.student));
  }
  if (unknown.empty()) return pseudonyms;
  auto erased = ErasedMeanwhile(unknown, on);
  if (!erased) return core::Refuse(erased.error());
  std::vector<identities::Named> named;
  for (const auto& [student, sent] : unknown) {
    if (!erased->contains(student)) named.push_back({student, ""});
  }
  if (named.empty()) return pseudonyms;
  auto entered = on.privacy.vault->Enter(on.batch.district(), named, on.privacy.Today());
  if (!entered) return core::Refuse(entered.error());
  for (size_t i = 0; i < named.size(); ++i) pseudonyms[named[i].student] = (*entered)[i];
  return pseudonyms;
}

Result<SetAside> SetAsideOf(int index, const Sealing& on) {
  const std::string& district = on.batch.district();
  v1::Original original;
  *original.mutable_result() = on.batch.results(index);
  original.mutable_result()->clear_hide_source_id();
  original.set_sender(on.sender);
  v1::Result hidden = on.batch.results(index);
  const Marks marks(on.concealment);
  ResultConcealment results(district, marks);
  Hide(on.concealment, results, hidden);
  SetAside aside;
  aside.original.set_entry(EntryOf(on.batch.source(), hidden.source_id()));
  auto sealed =
      on.privacy.vault->Seal(district, aside.original.entry(), original.SerializeAsString());
  if (!sealed) return core::Refuse(sealed.error());
  aside.original.set_sealed(*std::move(sealed));
  return aside;
}

Result<std::vector<std::optional<SetAside>>> SetAsideOf(const std::vector<Unsealed>& results,
                                                        const Sealing& on) {
  auto pseudonyms = OnRecord(results, on);
  if (!pseudonyms) return core::Refuse(pseudonyms.error());
  std::vector<std::optional<SetAside>> all;
  for (const Unsealed& one : results) {
    const std::string& student = on.batch.results(one.index).student();
    const auto known = pseudonyms->find(student);
    const bool is_known = known != pseudonyms->end() && !on.erased.contains(one.index);
    all.emplace_back();
    if (!is_known && IsStudentId(student)) continue;
    auto aside = SetAsideOf(one.index, on);
    if (!aside) return core::Refuse(aside.error());
    if (is_known) aside->student = known->second;
    all.back() = *std::move(aside);
  }
  return all;
}

std::vector<std::string> SchoolsOf(const Parts& parts) {
  std::vector<std::string> schools;
  for (const auto& [school, part] : parts) schools.push_back(school);
  return schools;
}

// Where it is recorded, or set aside; where nothing of it is known, it is remembered that it was
// taken back.
void AddTakenBack(const v1::Result& result, int index, const std::set<Known>& known,
                  const SharedBatch& batch, RoutedBatch& routed) {
  AddRetraction(result, index, known, batch, routed.parts);
  if (!known.empty()) return;
  AddResult(v1::Result(result), index, false, batch, routed.parts);
  routed.unknown_retractions.emplace(index, result);
}

// Its results go to the parts.
Result<RoutedBatch> Route(const SharedBatch& of, const runtime::Rows& rows) {
  v1::IngestResultsRequest& batch = *of;
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
      AddTakenBack(result, i, (*known)[result.source_id()], of, routed);
    } else if (too_late != without_school->too_late.end()) {
      // Where it is remembered that it was taken back, it is a duplicate.
      result.clear_school();
      result.set_source_id(too_late->second.source_id);
      AddResult(std::move(result), i, false, of, routed.parts);
    } else {
      // What it contradicts has no school: there it is refused.
      if (without_school->contradicting.contains(i)) result.clear_school();
      if (!core::IsId(result.school())) routed.aside.erase(i);  // it is set aside there again
      AddResult(std::move(result), i, false, of, routed.parts);
    }
  }
  return routed;
}

}  // namespace

void IngestRouted(const SharedBatch& batch, const runtime::RequestKey& key,
                  const RoutingContext& on, Originals originals, IngestCallback done) {
  std::string district = batch->district();
  std::string source = batch->source();
  const int results = batch->results_size();
  auto routed = Route(batch, on.rows);
  if (!routed) return done(core::Refuse(routed.error()));
  auto answer =
      std::make_shared<BatchAnswer>(district, std::move(source), results, std::move(*routed), on,
                                    std::move(originals), std::move(done));
  if (answer->parts().size() == 1 || key.id.empty()) return answer->HandIn(key);
  // What is thrown from here on is answered by the answer itself.
  runtime::Guarded("evidence: a claim to a request id", [&] {
    ClaimRequestId(std::move(district), SchoolsOf(answer->parts()), key,
                   *v1::IngestResultsRequest::descriptor(), on.commands,
                   [answer, key](const Result<void>& claimed) {
                     claimed ? answer->HandIn(key) : answer->Refuse(claimed.error());
                   });
  });
}

void Ingest(const v1::IngestResultsRequest& batch, runtime::RequestKey key,
            const std::string& sender, const StudentPrivacy& privacy, const RoutingContext& on,
            IngestCallback done) {
  if (!core::IsId(batch.district())) return done(core::Refuse(IdInvalid("district")));
  const auto district = privacy.vault->In(batch.district());
  if (!district) return done(core::Refuse(district.error()));
  const SecretConcealment concealment((*district)->naming());
  const SharedBatch copy = NewBatch();
  v1::IngestResultsRequest& hidden = *copy;
  hidden = batch;
  hidden.DiscardUnknownFields();  // of which nobody knows what they hold
  hidden.clear_request_id();
  // May name a student, too.
  if (!key.id.empty()) key.id = concealment.Hash(batch.district(), "request: " + key.id);
  hidden.clear_expected_source_id();
  hidden.clear_counted_before();
  hidden.clear_columns();
  hidden.set_hidden(true);
  std::vector<std::string> named_as;
  const Marks marks(concealment);
  ResultConcealment results(batch.district(), marks);
  for (int i = 0; i < hidden.results_size(); ++i) {
    v1::Result& result = *hidden.mutable_results(i);
    result.clear_student();
    const std::string name = Hide(concealment, results, result);
    const bool is_named = batch.results(i).hide_source_id();
    if (!batch.expected_source_id().empty() && name != batch.expected_source_id()) {
      return done(core::Refuse(SourceIdOther()));
    }
    if (!is_named || name.empty()) continue;
    named_as.resize(hidden.results_size());
    named_as[i] = name;
  }
  // Of what is hidden, and without who it is of: nobody who reads a digest finds out which student
  // it was about, and a student who is erased between two attempts makes no other batch of it.
  if (!key.id.empty()) key.digest.set_request(runtime::DigestOf(hidden));
  auto erased = HideStudents(batch, **district, *privacy.vault, on.rows, hidden);
  if (!erased) return done(core::Refuse(erased.error()));
  Originals originals =
      [sealing = Sealing{batch, sender, privacy, concealment, on.rows, *std::move(erased)}](
          const std::vector<Unsealed>& results) { return SetAsideOf(results, sealing); };
  if (named_as.empty()) {
    return IngestRouted(copy, key, on, std::move(originals), std::move(done));
  }
  IngestRouted(copy, key, on, std::move(originals),
               [done = std::move(done),
                named_as = std::move(named_as)](Result<v1::IngestResultsResponse> answer) {
                 if (answer) {
                   answer->mutable_source_ids()->Assign(named_as.begin(), named_as.end());
                 }
                 done(std::move(answer));
               });
}

}  // namespace throughline::evidence
