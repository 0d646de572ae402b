// The results of one turn: each is evaluated seeing those before it, and what they come to is
// gathered into one event. A school keeps a result under its id for itself; that the same result is
// not kept, and counted, in two schools is seen to here:
//
// A result that is new to a school, of a student whom other schools have or had, is claimed from
// them: each that has it, too, lets it move, or, when its own is the later one, claims it back.
// Which of two is the later one depends on nothing but the two, so that both schools see it alike.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <google/protobuf/arena.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/date.h"
#include "decider/decider.h"
#include "evidence/domain/evaluation.h"
#include "evidence/domain/team_evidence.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// An entry was counted when it was set aside, and no more than once released: when the count is
// none, there is none.
bool AnySetAside(const decider::State& state, std::string_view district, std::string_view school);

class ResultIntake {
 public:
  ResultIntake(std::string_view district, std::string_view school, bool hidden,
               decider::Turn& turn);

  // `aside` is the entry as which it was set aside before, when it is released; else null.
  v1::ResultOutcome Take(const std::string& source, const v1::Result& result, int index,
                         google::protobuf::RepeatedPtrField<v1::ResultProblem>& problems,
                         const v1::QuarantinedResult* aside = nullptr);
  // The entry is one of the quarantine no more; false: it was none, or is let go already.
  bool LetGo(const std::string& entry);
  // Another school recorded it, too.
  void Weigh(const v1::ResultsClaimed& claimed, const v1::ClaimedResult& result);

  // All of this was recorded before, and is again as it was.
  void Repeat(const v1::ResultsRecorded& recorded);

  // Whether anything is recorded, or let go.
  bool AnyRecorded() const;
  // Those taken that are new to the school, and that other schools may have.
  std::vector<v1::NewToSchool> NewToSchool() const { return new_to_school_; }
  // Emits what the results came to.
  void Finish();
  // Emits the claims alone, where nothing is recorded.
  void FinishClaims();
  // What is taken was counted by another batch.
  void CountNothing() { recorded_.set_counted_before(true); }
  // What is recorded is recorded in the form in which it came.
  void RecordInColumns() { in_columns_ = true; }

 private:
  // As the results before this one leave it; null when the school has nothing under the key.
  const v1::ResultRow* Before(const std::string& key);
  // The same version of it as it was set aside, in this batch or before; null when it was not.
  const v1::Result* AsideOf(const std::string& source, const v1::Result& result) const;
  const v1::Assessment* AssessmentOf(const v1::RecordedResult& recorded) const;
  // `now` is in the arena.
  void Note(std::string key, const v1::ResultRow* before, v1::RecordedResult& now);
  // Of a result as it was, or as it is now.
  void Count(const v1::RecordedResult& result,
             const google::protobuf::RepeatedPtrField<std::string>& on, int change);
  void Claim(const v1::StudentRow& student, int64_t taken_in_at_ms, int index, bool is_new,
             v1::RecordedResult& recorded);
  void SetAside(const std::string& source, const v1::Result& result,
                const v1::ResultProblem& problem, const std::string& sealed);
  std::set<EvidenceKey> Touched() const;
  void EmitScoresCounted();

  decider::Turn& turn_;
  std::string district_;
  std::string school_;
  core::Date today_;
  google::protobuf::Arena arena_;
  v1::ResultsRecorded& recorded_;  // in the arena, with all that it holds
  bool any_aside_ = false;
  bool in_columns_ = false;
  // Where in recorded_ the latest of a key is.
  absl::flat_hash_map<std::string, int> pending_;
  v1::ResultRow before_;
  std::set<std::string> released_;
  std::map<std::string, v1::ResultsClaimed> claims_;  // by other school
  std::vector<v1::NewToSchool> new_to_school_;
  std::map<std::pair<std::string, std::string>, std::set<int32_t>> days_;  // by team and indicator
  std::map<std::string, std::map<int32_t, int32_t>> bins_;                 // by indicator
  std::set<std::string> assessments_;                                      // of counted results
};

void Decide(const v1::ResultsClaimed& claimed, decider::Turn& turn);

}  // namespace throughline::evidence
