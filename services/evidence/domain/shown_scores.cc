#include "evidence/domain/shown_scores.h"

#include <algorithm>
#include <vector>

#include "core/statistics/moments.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/sorted_rows.h"

namespace throughline::evidence {

namespace {

using disclosure::Place;
using PendingScore = v1::ShownScoresRow::Pending;

Place PlaceOfScore(bool is_there, int32_t ppm) {
  if (!is_there) return {};
  return {Place::Part::kMatched, 1, static_cast<uint64_t>(ppm)};
}

}  // namespace

void NoteScore(const std::string& student, const LatestScore& before, const LatestScore& now,
               v1::ShownScoresRow& row) {
  const auto known = TakenOut(*row.mutable_pending(), student);
  PendingScore one;
  one.set_student(student);
  if (known ? known->has_shown_ppm() : before.has_value()) {
    one.set_shown_ppm(known ? known->shown_ppm() : before->ppm());
  }
  if (now) {
    one.set_now_ppm(now->ppm());
    one.set_now_day(now->day());
  }
  // The same score on another day is no change: who repeats a score hides nobody who does not.
  const bool same = one.has_shown_ppm() == one.has_now_ppm() && one.shown_ppm() == one.now_ppm();
  if (!same) PlacedByStudent(*row.mutable_pending(), one);
}

disclosure::Release PlanOf(const v1::ShownScoresRow& row, int64_t smallest) {
  std::vector<disclosure::Difference> differences;
  differences.reserve(row.pending_size());
  for (const PendingScore& one : row.pending()) {
    differences.push_back({PlaceOfScore(one.has_shown_ppm(), one.shown_ppm()),
                           PlaceOfScore(one.has_now_ppm(), one.now_ppm()),
                           {}});
  }
  disclosure::ShownCell cell;
  cell.covered = cell.matched = row.scores().n();
  cell.moves = row.moves();
  cell.uniform = row.uniform() || row.moves() == 0;
  return disclosure::PlanRelease(differences, cell, {}, 0, smallest);
}

v1::ShownScoresRow RowAfter(const v1::ShownScoresRow& before, const disclosure::Release& plan) {
  v1::ShownScoresRow row = before;
  row.clear_pending();
  core::Moments scores = MomentsOf(before.scores());
  for (int i = 0; i < before.pending_size(); ++i) {
    const PendingScore& one = before.pending(i);
    if (!plan.moves[i]) {
      *row.add_pending() = one;
      continue;
    }
    if (one.has_shown_ppm()) scores.Remove(one.shown_ppm());
    if (one.has_now_ppm()) scores.Add(one.now_ppm());
    row.set_latest_day(std::max(row.latest_day(), one.now_day()));
  }
  Store(scores, *row.mutable_scores());
  if (scores.n() == 0) row.clear_latest_day();
  row.set_moves(plan.cell.moves);
  row.set_uniform(plan.cell.uniform);
  return row;
}

}  // namespace throughline::evidence
