#include "evidence/domain/results.h"

#include <google/protobuf/util/message_differencer.h>

#include <set>

#include "columns/result_columns.h"
#include "core/ids.h"
#include "evidence/domain/concealment.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/evaluation.h"
#include "evidence/domain/kept_scores.h"
#include "evidence/domain/placement.h"
#include "evidence/domain/result_fold.h"
#include "evidence/domain/result_intake.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

std::optional<core::Error> Check(const v1::IngestResultsRequest& request, int results,
                                 const decider::State& state) {
  if (state.Find(kDistricts, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  if (!core::IsId(request.source())) return IdInvalid("source");
  if (results == 0) return BatchEmpty("results");
  if (results > kResultsAtMost) return BatchTooLarge("results", kResultsAtMost);
  if (!columns::AreOfOneSchool(request)) return SchoolMixed();
  return std::nullopt;
}

// Whether results may be set aside there; the empty school is where no school could be told.
template <class Request>
std::optional<core::Error> CheckQuarantine(const Request& request, const decider::State& state) {
  const std::string& district = request.district();
  const std::string& school = request.school();
  if (state.Find(kDistricts, district) == nullptr) return DistrictUnknown(district);
  if (request.entries_size() > kResultsAtMost) return BatchTooLarge("entries", kResultsAtMost);
  if (school.empty()) return std::nullopt;
  if (!core::IsId(school)) return IdInvalid("school");
  const bool is_known = state.Find(kSchools, JoinKey(district, school)) != nullptr ||
                        state.Find(kCounts, JoinKey(district, school)) != nullptr;
  if (!is_known) return core::SchoolUnknown(school);
  return std::nullopt;
}

void Count(v1::CountsRow& counts, v1::ResultOutcome outcome, int64_t change) {
  switch (outcome) {
    case v1::RESULT_OUTCOME_ACCEPTED:
      return counts.set_accepted(counts.accepted() + change);
    case v1::RESULT_OUTCOME_CORRECTED:
      return counts.set_corrected(counts.corrected() + change);
    case v1::RESULT_OUTCOME_UNSCORED:
      return counts.set_unscored(counts.unscored() + change);
    default:
      return;  // duplicates are counted as a number of the batch
  }
}

// One that another school has now is recorded there, and was only corrected here.
void Count(v1::CountsRow& counts, const v1::RecordedResult& result) {
  if (result.moved_to().empty()) return Count(counts, result.outcome(), 1);
  if (result.outcome() == v1::RESULT_OUTCOME_DUPLICATE) return;
  Count(counts, result.outcome(), -1);
  Count(counts, v1::RESULT_OUTCOME_CORRECTED, 1);
}

struct School {
  const std::string& district;
  const std::string& school;
};

// Under its own name, and under the one that it had before ids were hashed.
void EraseEntry(const School& at, const std::string& entry, decider::State& state) {
  const std::string key = JoinKey(at.district, at.school, entry);
  state.Erase(kQuarantine, key);
  const auto* now = state.Find(kFormerEntries, key);
  if (now == nullptr) return;
  state.Erase(kQuarantine, JoinKey(at.district, at.school, now->entry()));
  state.Erase(kFormerEntries, key);
}

// How many entries were replaced by another push of the same result, with and without a difference.
struct Replaced {
  int64_t same = 0;
  int64_t other = 0;
};

bool SaysTheSame(v1::Result one, v1::Result other) {
  KeepMarks(one);
  KeepMarks(other);
  return google::protobuf::util::MessageDifferencer::Equals(one, other);
}

Replaced ApplyQuarantine(const School& at, const v1::ResultsRecorded& recorded,
                         decider::State& state) {
  Replaced replaced;
  for (const std::string& entry : recorded.released()) EraseEntry(at, entry, state);
  for (const v1::QuarantinedResult& aside : recorded.quarantined()) {
    const std::string key = JoinKey(at.district, at.school, aside.entry());
    if (const auto* before = state.Find(kQuarantine, key)) {
      ++(SaysTheSame(before->result(), aside.result()) ? replaced.same : replaced.other);
    }
    state.Edit(kQuarantine, key) = aside;
    if (aside.former_entry().empty()) continue;
    state.Edit(kFormerEntries, JoinKey(at.district, at.school, aside.former_entry()))
        .set_entry(aside.entry());
  }
  return replaced;
}

}  // namespace

void Decide(const v1::IngestResultsRequest& request, decider::Turn& turn) {
  const int results = columns::CountOf(request);
  if (auto error = Check(request, results, turn.state())) return turn.Refuse(*error);
  const std::string school = columns::SchoolOf(request);
  ResultIntake intake(request.district(), school, request.hidden(), turn);
  if (request.counted_before()) intake.CountNothing();
  if (request.has_columns()) intake.RecordInColumns();
  v1::IngestResultsResponse response;
  response.mutable_outcomes()->Reserve(results);
  columns::ForEachRow(request, [&](const v1::Result& result) {
    response.add_outcomes(intake.Take(request.source(), result, response.outcomes_size(),
                                      *response.mutable_problems()));
  });
  for (v1::NewToSchool& found : intake.NewToSchool()) {
    *response.add_new_to_school() = std::move(found);
  }
  intake.Finish();
  turn.Answer(response);
}

void RecordAgain(const v1::ResultsRecorded& recorded, decider::Turn& turn) {
  ResultIntake intake(recorded.district(), recorded.school(), recorded.hidden(), turn);
  intake.Repeat(recorded);
  intake.Finish();
}

void Decide(const v1::ReleaseQuarantineRequest& request, bool hidden, decider::Turn& turn) {
  if (auto error = CheckQuarantine(request, turn.state())) return turn.Refuse(*error);
  ResultIntake intake(request.district(), request.school(), hidden, turn);
  v1::ReleaseQuarantineResponse response;
  bool any = false;
  for (int i = 0; i < request.entries_size(); ++i) {
    const auto* found = turn.state().Find(
        kQuarantine, JoinKey(request.district(), request.school(), request.entries(i)));
    if (found == nullptr) {
      response.add_outcomes(v1::RESULT_OUTCOME_UNSPECIFIED);
      continue;
    }
    any = true;
    intake.LetGo(request.entries(i));  // if it is still no good it comes right back
    if (request.school().empty()) {
      response.add_outcomes(v1::RESULT_OUTCOME_ACCEPTED);
      continue;
    }
    const v1::QuarantinedResult entry = *found;
    response.add_outcomes(
        intake.Take(entry.source(), entry.result(), i, *response.mutable_problems(), &entry));
  }
  if (any) intake.Finish();
  turn.Answer(response);
}

void Decide(const v1::SealOriginalsRequest& request, decider::Turn& turn) {
  v1::OriginalsSealed sealed;
  sealed.set_district(request.district());
  sealed.set_school(request.school());
  for (const v1::SealedOriginal& original : request.originals()) {
    const auto* entry = turn.state().Find(
        kQuarantine, JoinKey(request.district(), request.school(), original.entry()));
    if (entry != nullptr && entry->sealed() != original.sealed()) {
      *sealed.add_originals() = original;
    }
  }
  if (!sealed.originals().empty()) {
    turn.Emit(sealed, core::Key{request.district(), request.school()}.Text());
  }
  turn.Answer(v1::SealOriginalsResponse());
}

void Decide(const v1::DiscardQuarantineRequest& request, decider::Turn& turn) {
  if (auto error = CheckQuarantine(request, turn.state())) return turn.Refuse(*error);
  v1::QuarantineDiscarded discarded;
  discarded.set_district(request.district());
  discarded.set_school(request.school());
  const std::set<std::string> entries(request.entries().begin(), request.entries().end());
  for (const std::string& entry : entries) {
    const std::string key = JoinKey(request.district(), request.school(), entry);
    if (turn.state().Find(kQuarantine, key) != nullptr) discarded.add_entries(entry);
  }
  if (!discarded.entries().empty()) {
    turn.Emit(discarded, core::Key{request.district(), request.school()}.Text());
  }
  v1::DiscardQuarantineResponse response;
  response.set_discarded(discarded.entries_size());
  turn.Answer(response);
}

void Apply(const v1::ResultsRecorded& recorded, core::Instant time, decider::State& state) {
  const School at{recorded.district(), recorded.school()};
  const Replaced replaced = ApplyQuarantine(at, recorded, state);
  v1::CountsRow& counts = state.Edit(kCounts, JoinKey(at.district, at.school));
  // What is released was counted when it was set aside: it changes its outcome.
  counts.set_quarantined(counts.quarantined() - recorded.released_size() +
                         recorded.quarantined_size() - replaced.same - replaced.other);
  counts.set_duplicate(counts.duplicate() + recorded.duplicates() + replaced.same);
  counts.set_corrected(counts.corrected() + replaced.other);
  ResultFold fold(recorded, state);
  columns::ForEachRow(recorded, [&](const v1::RecordedResult& result) {
    if (!recorded.counted_before()) Count(counts, result);
    fold.Apply(result);
  });
  counts.set_pushed(counts.accepted() + counts.duplicate() + counts.corrected() +
                    counts.quarantined() + counts.unscored());
  fold.Finish(time);
}

void Apply(const v1::OriginalsSealed& sealed, decider::State& state) {
  for (const v1::SealedOriginal& original : sealed.originals()) {
    const std::string key = JoinKey(sealed.district(), sealed.school(), original.entry());
    if (state.Find(kQuarantine, key) == nullptr) continue;
    state.Edit(kQuarantine, key).set_sealed(original.sealed());
  }
}

void Apply(const v1::QuarantineDiscarded& discarded, decider::State& state) {
  for (const std::string& entry : discarded.entries()) {
    EraseEntry({discarded.district(), discarded.school()}, entry, state);
  }
}

std::vector<decider::RowKey> Touches(const v1::IngestResultsRequest& request,
                                     const decider::State& state) {
  std::vector<decider::RowKey> rows;
  const std::string& district = request.district();
  const int results = columns::CountOf(request);
  if (results == 0) return rows;
  const std::string school = columns::SchoolOf(request);
  const bool any_aside = AnySetAside(state, district, school);
  rows.reserve(static_cast<size_t>(results) * 6);
  core::KeysUnder classes(district, school);
  SummedRows summed(district, school, state, rows);
  columns::ForEachRow(request, [&](const v1::Result& result) {
    rows.push_back({std::string(kResults.name),
                    ResultKey(district, school, request.source(), result.source_id())});
    rows.push_back({std::string(kStudents.name), JoinKey(district, school, result.student())});
    if (any_aside) {
      rows.push_back({std::string(kQuarantine.name),
                      JoinKey(district, school, EntryOf(request.source(), result.source_id()))});
    }
    const std::string class_id =
        result.class_id().empty()
            ? ClassOf(result, {district, school, request.source(), {}}, nullptr, state)
            : result.class_id();
    const auto* known = state.Find(kClasses, classes.Of(class_id));
    auto date = core::ParseDate(result.date());
    if (known == nullptr || !date) return;
    summed.Add(result.assessment(), class_id, known->team(), core::ToDays(*date), result.student());
  });
  return rows;
}

std::vector<decider::RowKey> Touches(const v1::ResultsRecorded& recorded,
                                     const decider::State& state) {
  std::vector<decider::RowKey> rows;
  const School at{recorded.district(), recorded.school()};
  SummedRows summed(at.district, at.school, state, rows);
  columns::ForEachRow(recorded, [&](const v1::RecordedResult& result) {
    rows.push_back({std::string(kResults.name),
                    ResultKey(at.district, at.school, recorded.source(), result.source_id())});
    if (!IsCounted(result)) return;
    rows.push_back(
        {std::string(kStudents.name), JoinKey(at.district, at.school, result.student())});
    summed.Add(result.assessment(), result.class_id(), result.team(), result.day(),
               result.student());
  });
  return rows;
}

}  // namespace throughline::evidence
