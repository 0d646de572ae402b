#include "evidence/domain/result_intake.h"

#include "columns/result_columns.h"
#include "core/time_zone.h"
#include "evidence/domain/concealment.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/norms.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trigger_rules.h"

namespace throughline::evidence {

namespace {

// Whether a school's result is later than the one that another school claims, and stays: by what
// the source says when it says it of both, else by when they were taken in.
bool IsLater(const v1::RecordedResult& ours, std::string_view school,
             const v1::ClaimedResult& claimed, std::string_view claimant) {
  const int64_t changed = ours.modified_at_ms(), theirs = claimed.modified_at_ms();
  if (changed != 0 && theirs != 0 && changed != theirs) return changed > theirs;
  if (ours.taken_in_at_ms() != claimed.taken_in_at_ms()) {
    return ours.taken_in_at_ms() > claimed.taken_in_at_ms();
  }
  return school > claimant;
}

void AddTo(v1::ResultsClaimed& claims, const std::string& source_id,
           const v1::RecordedResult& recorded) {
  v1::ClaimedResult& claim = *claims.add_results();
  claim.set_source_id(source_id);
  claim.set_modified_at_ms(recorded.modified_at_ms());
  claim.set_taken_in_at_ms(recorded.taken_in_at_ms());
}

void MoveTo(const std::string& school, const std::string& source_id, const v1::ResultRow& row,
            v1::RecordedResult& moved) {
  moved = row.recorded();
  moved.clear_score();
  moved.clear_ppm();
  moved.clear_kept();
  moved.clear_retracted();
  moved.clear_taken_back_at_ms();
  moved.set_source_id(source_id);
  moved.set_moved_to(school);
  const bool was_taken_in = !moved.student().empty();  // and not taken back before it came
  moved.set_outcome(!was_taken_in   ? v1::RESULT_OUTCOME_DUPLICATE
                    : row.counted() ? v1::RESULT_OUTCOME_ACCEPTED
                                    : v1::RESULT_OUTCOME_UNSCORED);
}

}  // namespace

bool AnySetAside(const decider::State& state, std::string_view district, std::string_view school) {
  const auto* counts = state.Find(kCounts, JoinKey(district, school));
  return counts != nullptr && counts->quarantined() > 0;
}

ResultIntake::ResultIntake(std::string_view district, std::string_view school, bool hidden,
                           decider::Turn& turn)
    : turn_(turn),
      district_(district),
      school_(school),
      recorded_(*google::protobuf::Arena::CreateMessage<v1::ResultsRecorded>(&arena_)) {
  recorded_.set_hidden(hidden);
  recorded_.set_district(district_);
  recorded_.set_school(school_);
  recorded_.set_duplicates(0);
  any_aside_ = AnySetAside(turn.state(), district, school);
  today_ = core::LocalDate(turn.now(), ZoneOf(turn.state(), district));
}

v1::ResultOutcome ResultIntake::Take(
    const std::string& source, const v1::Result& result, int index,
    google::protobuf::RepeatedPtrField<v1::ResultProblem>& problems,
    const v1::QuarantinedResult* entry) {
  const v1::Result* aside = AsideOf(source, result);
  if (result.day_of_arrival() && result.date().empty()) {
    v1::Result dated = result;  // it came first when it was set aside
    dated.set_date(aside == nullptr ? core::FormatDate(today_) : aside->date());
    return Take(source, dated, index, problems, entry);
  }
  const int64_t now_ms = core::ToMillis(turn_.now());
  const Batch batch{district_, school_, source, today_, now_ms};
  std::string key = ResultKey(district_, school_, source, result.source_id());
  const v1::ResultRow* before = Before(key);
  Evaluation evaluation = aside != nullptr && Contradicts(*aside, result)
                              ? Conflict()
                              : Evaluate(result, batch, before, turn_.state(), arena_);
  const bool is_aside = evaluation.outcome == v1::RESULT_OUTCOME_QUARANTINED;
  const bool is_refused = evaluation.outcome == v1::RESULT_OUTCOME_REFUSED;
  if (is_aside || is_refused) {
    evaluation.problem.set_index(index);
    *problems.Add() = evaluation.problem;
  }
  if (is_aside) SetAside(source, result, evaluation.problem, entry ? entry->sealed() : "");
  const bool let_go =
      !is_aside && !is_refused && any_aside_ && LetGo(EntryOf(source, result.source_id()));
  // What was counted before, as set aside, is not so any more.
  const bool counts = let_go || !recorded_.counted_before();
  if (evaluation.outcome == v1::RESULT_OUTCOME_DUPLICATE && counts) {
    recorded_.set_duplicates(recorded_.duplicates() + 1);
  }
  if (evaluation.student != nullptr && !evaluation.student->other_schools().empty()) {
    Claim(*evaluation.student, entry ? entry->quarantined_at_ms() : now_ms, index,
          before == nullptr, *evaluation.recorded);
  }
  recorded_.set_source(source);
  if (evaluation.recorded != nullptr) Note(std::move(key), before, *evaluation.recorded);
  return evaluation.outcome;
}

void ResultIntake::Claim(const v1::StudentRow& student, int64_t taken_in_at_ms, int index,
                         bool is_new, v1::RecordedResult& recorded) {
  recorded.set_taken_in_at_ms(taken_in_at_ms);
  if (!is_new) return;
  v1::NewToSchool& found = new_to_school_.emplace_back();
  found.set_index(index);
  *found.mutable_other_schools() = student.other_schools();
  found.set_source_id(recorded.source_id());
  found.set_modified_at_ms(recorded.modified_at_ms());
  for (const std::string& other : student.other_schools()) {
    AddTo(claims_[other], recorded.source_id(), recorded);
  }
}

void ResultIntake::Weigh(const v1::ResultsClaimed& claimed, const v1::ClaimedResult& result) {
  const std::string& id = result.source_id();
  recorded_.set_source(claimed.source());
  if (any_aside_) LetGo(EntryOf(claimed.source(), id));
  std::string key = ResultKey(district_, school_, claimed.source(), id);
  const v1::ResultRow* row = Before(key);
  if (row == nullptr) return;
  if (IsLater(row->recorded(), school_, result, claimed.school())) {
    return AddTo(claims_[claimed.school()], id, row->recorded());
  }
  auto& moved = *google::protobuf::Arena::CreateMessage<v1::RecordedResult>(&arena_);
  MoveTo(claimed.school(), id, *row, moved);
  Note(std::move(key), row, moved);
}

void ResultIntake::Repeat(const v1::ResultsRecorded& recorded) {
  const auto results = columns::RowsOf(recorded);
  for (const v1::RecordedResult& result : results) {
    std::string key = ResultKey(district_, school_, recorded.source(), result.source_id());
    const v1::ResultRow* before = Before(key);
    auto& same = *google::protobuf::Arena::CreateMessage<v1::RecordedResult>(&arena_);
    same = result;
    Note(std::move(key), before, same);
  }
  recorded_ = recorded;
  if (!recorded.has_columns()) return;
  in_columns_ = true;
  recorded_.clear_columns();
  *recorded_.mutable_results() = results.all();
}

bool ResultIntake::AnyRecorded() const {
  return !recorded_.results().empty() || !recorded_.released().empty();
}

bool ResultIntake::LetGo(const std::string& entry) {
  const std::string key = JoinKey(district_, school_, entry);
  if (turn_.state().Find(kQuarantine, key) == nullptr) return false;
  if (!released_.insert(entry).second) return false;
  recorded_.add_released(entry);
  return true;
}

std::set<EvidenceKey> ResultIntake::Touched() const {
  std::set<EvidenceKey> touched;
  for (const auto& [where, days] : days_) {
    const auto& [team, indicator] = where;
    for (int32_t day : days) {
      for (EvidenceKey& evidence :
           TouchedBy(turn_.state(), {district_, school_, team}, indicator, day)) {
        touched.insert(std::move(evidence));
      }
    }
  }
  return touched;
}

void ResultIntake::Finish() {
  const std::set<EvidenceKey> touched = Touched();
  if (in_columns_) columns::PutInColumns(recorded_);
  turn_.Emit(recorded_, core::Key{district_, school_}.Text());
  EmitScoresCounted();
  FinishClaims();
  for (const EvidenceKey& evidence : touched) EvaluateTriggers(evidence, turn_);
}

void ResultIntake::EmitScoresCounted() {
  v1::ScoresCounted counted;
  counted.set_district(district_);
  counted.set_school(school_);
  for (const auto& [indicator, bins] : bins_) {
    for (const auto& [bin, change] : bins) {
      if (change == 0) continue;
      v1::ScoresCounted::BinChange& one = *counted.add_changes();
      one.set_indicator(indicator);
      one.set_bin(bin);
      one.set_change(change);
    }
  }
  for (const std::string& assessment : assessments_) {
    AddChange({district_, school_, assessment}, turn_.state(), counted);
  }
  if (counted.changes().empty() && counted.scores().empty()) return;
  turn_.Emit(counted, core::Key{district_, school_}.Text(), decider::Delivery::ToKey(district_));
}

void ResultIntake::FinishClaims() {
  for (auto& [other, claims] : claims_) {
    claims.set_district(district_);
    claims.set_school(school_);
    claims.set_other_school(other);
    claims.set_source(recorded_.source());
    turn_.Emit(claims, core::Key{district_, school_}.Text(),
               decider::Delivery::ToKey(core::Key{district_, other}.Text()));
  }
}

const v1::ResultRow* ResultIntake::Before(const std::string& key) {
  const auto pending = pending_.find(key);
  if (pending == pending_.end()) {
    const auto* row = turn_.state().Find(kResults, key);
    return row == nullptr || row->recorded().moved_to().empty() ? row : nullptr;
  }
  const v1::RecordedResult& recorded = recorded_.results(pending->second);
  before_.Clear();
  FillRow(recorded, AssessmentOf(recorded), before_);
  if (const auto* row = turn_.state().Find(kResults, key)) {
    *before_.mutable_versions() = row->versions();
  }
  for (const v1::RecordedResult& earlier : recorded_.results()) {
    if (earlier.source_id() == recorded.source_id()) {
      NameVersion(earlier.source_version(), before_);
    }
  }
  return &before_;
}

const v1::Result* ResultIntake::AsideOf(const std::string& source, const v1::Result& result) const {
  const bool any = any_aside_ || !recorded_.quarantined().empty();
  if (!any || result.source_version().empty() || result.retracted()) return nullptr;
  const std::string entry = EntryOf(source, result.source_id());
  const v1::Result* aside = nullptr;
  if (any_aside_) {
    const auto* known = turn_.state().Find(kQuarantine, JoinKey(district_, school_, entry));
    if (known != nullptr) aside = &known->result();
  }
  for (const v1::QuarantinedResult& one : recorded_.quarantined()) {
    if (one.entry() == entry) aside = &one.result();
  }
  const bool same = aside != nullptr && aside->source_version() == result.source_version();
  return same ? aside : nullptr;
}

const v1::Assessment* ResultIntake::AssessmentOf(const v1::RecordedResult& recorded) const {
  return turn_.state().Find(kAssessments, JoinKey(district_, recorded.assessment()));
}

void ResultIntake::Note(std::string key, const v1::ResultRow* before, v1::RecordedResult& now) {
  if (now.outcome() != v1::RESULT_OUTCOME_DUPLICATE) {
    if (before != nullptr && before->counted()) Count(before->recorded(), before->indicators(), -1);
    const v1::Assessment* assessment = IsCounted(now) ? AssessmentOf(now) : nullptr;
    if (assessment != nullptr) Count(now, assessment->indicators(), 1);
  }
  pending_.insert_or_assign(std::move(key), recorded_.results_size());
  recorded_.mutable_results()->AddAllocated(&now);
}

void ResultIntake::Count(const v1::RecordedResult& result,
                         const google::protobuf::RepeatedPtrField<std::string>& on, int change) {
  assessments_.insert(result.assessment());
  for (const std::string& indicator : on) {
    bins_[indicator][BinOf(result.ppm())] += change;
    days_[{result.team(), indicator}].insert(result.day());
  }
}

void ResultIntake::SetAside(const std::string& source, const v1::Result& result,
                            const v1::ResultProblem& problem, const std::string& sealed) {
  v1::QuarantinedResult& aside = *recorded_.add_quarantined();
  aside.set_entry(EntryOf(source, result.source_id()));
  aside.set_district(district_);
  aside.set_school(school_);
  aside.set_source(source);
  *aside.mutable_result() = result;
  *aside.mutable_problem() = problem;
  aside.mutable_problem()->clear_index();
  aside.set_quarantined_at_ms(core::ToMillis(turn_.now()));
  aside.set_sealed(sealed);
}

void Decide(const v1::ResultsClaimed& claimed, decider::Turn& turn) {
  ResultIntake intake(claimed.district(), claimed.other_school(), true, turn);
  for (const v1::ClaimedResult& result : claimed.results()) intake.Weigh(claimed, result);
  intake.AnyRecorded() ? intake.Finish() : intake.FinishClaims();
}

}  // namespace throughline::evidence
