#include "evidence/domain/shown_scores.h"

#include <algorithm>
#include <map>
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

bool IsDropped(const v1::ShownScoresRow& row, const std::string& class_id) {
  const auto& dropped = row.dropped_classes();
  return std::binary_search(dropped.begin(), dropped.end(), class_id);
}

void DropClass(const std::string& class_id, v1::ShownScoresRow& row) {
  if (class_id.empty() || IsDropped(row, class_id)) return;
  Placed(*row.mutable_dropped_classes(), class_id);
  auto& classes = *row.mutable_classes();
  for (int i = classes.size() - 1; i >= 0; --i) {
    if (classes[i].class_id() == class_id) classes.DeleteSubrange(i, 1);
  }
}

// Classes that may be shown so far, the largest first.
std::vector<std::string> ClassesToShow(const v1::ShownScoresRow& row) {
  std::map<std::string, int64_t> counts;
  for (const v1::ClassMoments& one : row.classes()) counts[one.class_id()] += one.scores().n();
  for (const PendingScore& one : row.pending()) {
    if (!one.now_class().empty() && !IsDropped(row, one.now_class())) ++counts[one.now_class()];
  }
  std::vector<std::string> classes;
  classes.reserve(counts.size());
  for (const auto& [class_id, count] : counts) classes.push_back(class_id);
  std::stable_sort(classes.begin(), classes.end(),
                   [&](const auto& a, const auto& b) { return counts[a] > counts[b]; });
  return classes;
}

std::vector<std::string> GroupsOfPending(const PendingScore& one) {
  const std::string& class_id = one.has_now_ppm() ? one.now_class() : one.shown_class();
  return class_id.empty() ? std::vector<std::string>() : std::vector<std::string>{class_id};
}

void CountInClass(const std::string& class_id, int32_t ppm, bool in, v1::ShownScoresRow& row) {
  if (class_id.empty() || IsDropped(row, class_id)) return;
  v1::ClassMoments of_class;
  of_class.set_class_id(class_id);
  v1::ClassMoments& at =
      Placed(*row.mutable_classes(), of_class,
             [](const auto& one, const auto& other) { return one.class_id() < other.class_id(); });
  core::Moments scores = MomentsOf(at.scores());
  in ? scores.Add(ppm) : scores.Remove(ppm);
  Store(scores, *at.mutable_scores());
}

}  // namespace

void NoteScore(const std::string& student, const LatestScore& before, const LatestScore& now,
               v1::ShownScoresRow& row, const ScoreClasses& classes) {
  PendingScore one;
  if (auto known = TakenOut(*row.mutable_pending(), student)) {
    one = *std::move(known);
    one.clear_now_ppm();
    one.clear_now_day();
    one.clear_now_class();
  } else {
    one.set_student(student);
    if (before) one.set_shown_ppm(before->ppm());
    if (before && !classes.before.empty()) one.set_shown_class(std::string(classes.before));
  }
  if (now) {
    one.set_now_ppm(now->ppm());
    one.set_now_day(now->day());
    if (!classes.now.empty()) one.set_now_class(std::string(classes.now));
  }
  if (one.has_shown_ppm() && now && one.shown_class() != one.now_class()) {
    DropClass(one.shown_class(), row);
    DropClass(one.now_class(), row);
  }
  // The same score on another day is no change: who repeats a score hides nobody who does not.
  const bool same = one.has_shown_ppm() == one.has_now_ppm() && one.shown_ppm() == one.now_ppm();
  if (!same) PlacedByStudent(*row.mutable_pending(), std::move(one));
}

disclosure::Release PlanOf(const v1::ShownScoresRow& row, int64_t smallest) {
  std::vector<disclosure::Difference> differences;
  differences.reserve(row.pending_size());
  for (const PendingScore& one : row.pending()) {
    differences.push_back({PlaceOfScore(one.has_shown_ppm(), one.shown_ppm()),
                           PlaceOfScore(one.has_now_ppm(), one.now_ppm()), GroupsOfPending(one)});
  }
  disclosure::ShownCell cell;
  cell.covered = cell.matched = row.scores().n();
  cell.moves = row.moves();
  cell.uniform = row.uniform() || row.moves() == 0;
  return disclosure::PlanRelease(differences, cell, ClassesToShow(row), 0, smallest);
}

v1::ShownScoresRow RowAfter(v1::ShownScoresRow row, const disclosure::Release& plan) {
  const std::vector<std::string> classes = ClassesToShow(row);
  google::protobuf::RepeatedPtrField<PendingScore> pending;
  pending.Swap(row.mutable_pending());
  for (const std::string& class_id : classes) {
    const auto& kept = plan.kept_groups;
    if (std::find(kept.begin(), kept.end(), class_id) == kept.end()) DropClass(class_id, row);
  }
  core::Moments scores = MomentsOf(row.scores());
  for (int i = 0; i < pending.size(); ++i) {
    PendingScore& one = pending[i];
    if (!plan.moves[i]) {
      *row.add_pending() = std::move(one);
      continue;
    }
    if (one.has_shown_ppm()) {
      scores.Remove(one.shown_ppm());
      CountInClass(one.shown_class(), one.shown_ppm(), false, row);
    }
    if (one.has_now_ppm()) {
      scores.Add(one.now_ppm());
      CountInClass(one.now_class(), one.now_ppm(), true, row);
    }
    row.set_latest_day(std::max(row.latest_day(), one.now_day()));
  }
  Store(scores, *row.mutable_scores());
  if (scores.n() == 0) row.clear_latest_day();
  row.set_moves(plan.cell.moves);
  row.set_uniform(plan.cell.uniform);
  return row;
}

}  // namespace throughline::evidence
