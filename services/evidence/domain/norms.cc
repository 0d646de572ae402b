#include "evidence/domain/norms.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "district/district_notes.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/policy_numbers.h"
#include "evidence/domain/pooled_changes.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trigger_rules.h"

namespace throughline::evidence {

namespace {

// A first norm is waited for; others come on the minute. A stream of changes puts off neither.
core::Instant NextLook(const v1::Norm* known, core::Instant time) {
  using std::chrono::floor, std::chrono::minutes, std::chrono::seconds;
  if (known == nullptr) return floor<seconds>(time) + seconds(1);
  return floor<minutes>(time) + minutes(1);
}

void Add(const v1::ScoreChange& change, v1::ScoresRow& row) {
  core::Moments scores = MomentsOf(row.scores());
  // Modulo 2^128, as what is taken off is: the sum of squares never is below 0.
  const auto squares = static_cast<unsigned __int128>(static_cast<__int128>(change.squares()));
  scores += core::Moments(change.n(), change.sum(), core::WideSum::Of(squares));
  Store(scores, *row.mutable_scores());
  row.set_students(row.students() + change.students());
}

bool IsNothing(const v1::ScoreChange& change) {
  return change.students() == 0 && change.n() == 0 && change.sum() == 0 && change.squares() == 0;
}

// Whether a change between one of the assessments and another is among the sums.
bool Concerns(const v1::EvidenceRow& sums, const std::set<std::string>& assessments) {
  return std::any_of(sums.pairs().begin(), sums.pairs().end(), [&](const v1::PairRow& pair) {
    return pair.baseline() != pair.current() &&
           (assessments.contains(pair.baseline()) || assessments.contains(pair.current()));
  });
}

bool IsDue(const v1::DistrictScoresRow& row, const v1::Norm* known,
           const common::v1::Policy& policy) {
  if (row.scores().students() < NormStudents(policy) || row.schools() < NormSchools(policy)) {
    return false;
  }
  return known == nullptr || 10 * row.scores().scores().n() >= 11 * known->n();
}

}  // namespace

void CountInSchool(v1::SchoolScoresRow& school, int32_t ppm, int32_t students, bool in) {
  v1::ScoresRow& now = *school.mutable_now();
  core::Moments scores = MomentsOf(now.scores());
  in ? scores.Add(ppm) : scores.Remove(ppm);
  Store(scores, *now.mutable_scores());
  now.set_students(now.students() + students);
}

void AddChange(const SchoolAssessment& of, const decider::State& state,
               v1::ScoresCounted& counted) {
  const auto* row = state.Find(kSchoolScores, JoinKey(of.district, of.assessment, of.school));
  if (row == nullptr) return;
  const core::Moments now = MomentsOf(row->now().scores()), told = MomentsOf(row->told().scores());
  v1::ScoreChange change;
  change.set_students(static_cast<int32_t>(row->now().students() - row->told().students()));
  change.set_n(static_cast<int32_t>(now.n() - told.n()));
  change.set_sum(now.sum() - told.sum());
  change.set_squares(static_cast<int64_t>(now.squares().Value() - told.squares().Value()));
  if (IsNothing(change)) return;
  change.set_assessment(of.assessment);
  *counted.add_scores() = std::move(change);
}

void Apply(const v1::ScoresCounted& counted, decider::State& state) {
  for (const v1::ScoreChange& change : counted.scores()) {
    const std::string key = JoinKey(counted.district(), change.assessment(), counted.school());
    Add(change, *state.Edit(kSchoolScores, key).mutable_told());
  }
}

void CountInDistrict(const v1::DistrictScoresCounted& counted, core::Instant time,
                     decider::State& state) {
  for (const v1::ScoreChange& change : counted.scores()) {
    const std::string key = JoinKey(counted.district(), change.assessment());
    v1::DistrictScoresRow& district = state.Edit(kDistrictScores, key);
    v1::ScoresRow& school = state.Edit(kScoresOfSchools, JoinKey(key, counted.school()));
    const bool before = school.students() > 0;
    Add(change, school);
    Add(change, *district.mutable_scores());
    const bool now = school.students() > 0;
    if (now != before) district.set_schools(district.schools() + (now ? 1 : -1));
    state.SetTimer(std::string(kNormDue) + key, NextLook(state.Find(kNorms, key), time));
  }
}

void DecideNorm(std::string_view timer, decider::Turn& turn) {
  const auto [district, assessment] = core::SplitKey<2>(timer.substr(kNormDue.size()));
  const std::string key = JoinKey(district, assessment);
  const auto* row = turn.state().Find(kDistrictScores, key);
  if (row == nullptr) return;
  const auto* known = turn.state().Find(kNorms, key);
  if (!IsDue(*row, known, PolicyOf(turn.state(), district))) return;
  const core::Moments scores = MomentsOf(row->scores().scores());
  const double variance = scores.Variance().value_or(0);
  if (!(variance > 0)) return;
  v1::NormsPublished published;
  published.set_district(std::string(district));
  v1::Norm& norm = *published.add_norms();
  norm.set_assessment(std::string(assessment));
  norm.set_n(scores.n());
  norm.set_mean(scores.Mean());
  norm.set_sd(std::sqrt(variance));
  turn.Emit(published, district, decider::Delivery::ToEveryPartition());
}

void Decide(const v1::NormsPublished& published, decider::Turn& turn) {
  v1::NormsAdopted adopted;
  adopted.set_district(published.district());
  *adopted.mutable_norms() = published.norms();
  turn.Emit(adopted, published.district());
}

void Apply(const v1::NormsAdopted& adopted, core::Instant time, decider::State& state) {
  std::set<std::string> assessments;
  for (const v1::Norm& norm : adopted.norms()) {
    state.Edit(kNorms, JoinKey(adopted.district(), norm.assessment())) = norm;
    assessments.insert(norm.assessment());
  }
  CompareAnew(adopted.district(), assessments, time, state);
}

void CompareAnew(const std::string& district, const std::set<std::string>& assessments,
                 core::Instant time, decider::State& state) {
  if (assessments.empty()) return;
  for (const EvidenceKey& evidence : OpenUnder(JoinKey(district, ""), state)) {
    const auto* row = state.Find(kEvidence, RowKeyOf(evidence));
    if (row == nullptr) continue;
    if (Concerns(row->shown().sums(), assessments)) ShowAnew(state, evidence, time);
    if (!Concerns(*row, assessments)) continue;
    NoteMoved(evidence.team, evidence.indicator, time, state);
    EvaluateSoon(district, evidence.team.school, time, state);
  }
}

}  // namespace throughline::evidence
