#include "evidence/domain/released_scores.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <vector>

#include "disclosure/release.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"
#include "evidence/domain/class_scores.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

using disclosure::Place;

using Windows = std::chrono::duration<int64_t, std::ratio<5>>;

// Of a student of the school, over all classes.
struct Student {
  int32_t shown = 0;  // results
  int32_t now = 0;
  bool differs = false;  // in a sum
};

struct Plan {
  std::vector<uint64_t> students;
  disclosure::Release release;
};

Plan PlanOf(const v1::ScoresReleased& of, const decider::State& state) {
  std::map<uint64_t, Student> students;
  state.ForEach(kClassScores, JoinKey(of.district(), of.assessment(), of.school(), ""),
                [&](const std::string&, const v1::ClassScoresRow& row) {
                  for (int i = 0; i < row.students_size(); ++i) {
                    const StudentScores shown = ScoresShown(row, i), now = ScoresNow(row, i);
                    Student& student = students[row.students(i)];
                    student.shown += shown.results;
                    student.now += now.results;
                    // Another class is another sum, even when the scores are the same.
                    student.differs |= shown.sum != now.sum || shown.squares != now.squares ||
                                       (shown.results == 0) != (now.results == 0);
                  }
                });
  const auto* school =
      state.Find(kSchoolScores, JoinKey(of.district(), of.assessment(), of.school()));
  disclosure::ShownCell cell;
  if (school != nullptr) {
    cell.moves = school->moves();
    cell.uniform = school->uniform() || school->moves() == 0;
  }
  Plan plan;
  std::vector<disclosure::Difference> differences;
  for (const auto& [digest, student] : students) {
    const auto place = [](int32_t results, bool differs) {
      if (results == 0) return Place();
      return Place{Place::Part::kMatched, static_cast<uint64_t>(results), differs ? 1U : 0U};
    };
    plan.students.push_back(digest);
    differences.push_back({place(student.shown, false), place(student.now, student.differs), {}});
    if (student.shown > 0) ++cell.covered;
  }
  cell.matched = cell.covered;
  plan.release = disclosure::PlanRelease(differences, cell, {}, 0,
                                         disclosure::SmallestCell(PolicyOf(state, of.district())));
  return plan;
}

}  // namespace

void SetReleaseTimer(std::string_view prefix, std::string_view key, core::Instant time,
                     decider::State& state) {
  const auto window = std::chrono::floor<Windows>(time);
  const char parity = window.time_since_epoch().count() % 2 == 0 ? '0' : '1';
  state.SetTimer(JoinKey(std::string(prefix) + parity, key), window + Windows(2));
}

void DecideRelease(std::string_view timer, decider::Turn& turn) {
  const auto [district, assessment, school] =
      core::SplitKey<3>(timer.substr(kScoresDue.size() + 2));
  v1::ScoresReleased released;
  released.set_district(std::string(district));
  released.set_assessment(std::string(assessment));
  released.set_school(std::string(school));
  if (!PlanOf(released, turn.state()).release.any) return;
  turn.Emit(released, core::Key{district, school}.Text());
}

void Apply(const v1::ScoresReleased& released, core::Instant time, decider::State& state) {
  const Plan plan = PlanOf(released, state);
  if (!plan.release.any) return;
  std::unordered_set<uint64_t> moving;
  for (size_t i = 0; i < plan.students.size(); ++i) {
    if (plan.release.moves[i]) moving.insert(plan.students[i]);
  }
  std::vector<std::string> classes;  // in which somebody moves
  const std::string school = JoinKey(released.district(), released.assessment(), released.school());
  state.ForEach(kClassScores, JoinKey(school, ""),
                [&](const std::string& key, const v1::ClassScoresRow& row) {
                  const auto& students = row.students();
                  if (std::any_of(students.begin(), students.end(),
                                  [&](uint64_t student) { return moving.contains(student); })) {
                    classes.push_back(key);
                  }
                });
  for (const std::string& key : classes) {
    v1::ClassScoresRow& row = state.Edit(kClassScores, key);
    for (int i = 0; i < row.students_size(); ++i) {
      if (moving.contains(row.students(i))) Show(row, i);
    }
    ForgetNobodies(row);
    SumShown(row);
  }
  v1::SchoolScoresRow& row = state.Edit(kSchoolScores, school);
  row.set_moves(plan.release.cell.moves);
  row.set_uniform(plan.release.cell.uniform);
  row.set_as_of_ms(core::ToMillis(time));
}

}  // namespace throughline::evidence
