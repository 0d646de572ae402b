// Keeps the numbers of a team's watched cycles: which contributions a change touches, and their
// sums.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/keys_under.h"
#include "decider/decider.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The indicators of open cycles of the teams under the prefix of their keys, school years among
// them.
std::vector<EvidenceKey> OpenUnder(const std::string& prefix, const decider::State& state);
// The cycles that work on the indicator and whose days include `day`, baseline days among them.
std::vector<EvidenceKey> TouchedBy(const decider::State& state, const TeamKey& team,
                                   std::string_view indicator, int32_t day);

// For Apply: brings what students add to a watched cycle up to date, and the sums with it, and says
// of whom that changed. A closed cycle keeps the students and groups that it had; an open one has
// those of the roster. What its students have in common is looked up once: valid as long as teams
// and cuts stay as they are.
class CycleStudents {
 public:
  // nullopt when the cycle is not watched (any more).
  static std::optional<CycleStudents> Of(EvidenceKey evidence, decider::State& state,
                                         TouchedStudents& touched);

  const EvidenceKey& evidence() const { return evidence_; }

  // After a point was added to the student's trail.
  void Add(const std::string& student, const v1::TrailPoint& point);
  // After anything else about the student: looks through the trail.
  void Refresh(const std::string& student);
  // After the cycle began to be watched.
  void RefreshAll();
  // After the district's cut moved from `before`, a bin, 0 when there was none: of an open cycle.
  // False when nobody struggles otherwise.
  bool RefreshStruggling(int32_t before);

 private:
  CycleStudents(EvidenceKey evidence, const v1::TeamRow& team, const v1::Watch& watch,
                decider::State& state, TouchedStudents& touched);
  // What the student adds from now on, given the points of `now_` that count; null: added nothing.
  void Replace(const std::string& student, const v1::ContributionRow* before);
  bool IsStruggling(std::string_view student, const v1::ContributionRow& contribution);
  void Touch(const std::string& student);
  // Offers `now_`, empty before, the points of the student's trail; false without any.
  bool OfferTrail(const std::string& student);
  // Students of the team, and those who added something so far.
  std::set<std::string> WhoMayAdd() const;
  // Keys of the rows that the days of the cycle lie in.
  std::vector<core::KeysUnder>& Trails();

  EvidenceKey evidence_;
  const v1::Watch* watch_;
  decider::State* state_;
  TouchedStudents* touched_;
  std::set<std::string>* touched_here_ = nullptr;
  std::string row_;
  core::KeysUnder students_, contributions_;
  std::vector<core::KeysUnder> trails_;      // see Trails
  std::optional<core::KeysUnder> previous_;  // of the cycle before that works on the indicator
  const v1::PercentileCut* cut_ = nullptr;   // under which students of it struggle
  v1::ContributionRow now_;                  // memory that is used again
};

// Rows that are read after a point of that day was added to the trail of a student, and the keys of
// those that each student has.
void AddTouchedRows(const decider::State& state, const TeamKey& team, std::string_view indicator,
                    int32_t day, std::vector<decider::RowKey>& rows, StudentKeys& of_students);

}  // namespace throughline::evidence
