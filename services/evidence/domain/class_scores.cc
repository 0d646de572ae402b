#include "evidence/domain/class_scores.h"

#include <algorithm>

#include "evidence/domain/moments_row.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

template <class Values>
void Insert(Values& values, int index, typename Values::value_type value) {
  values.Add(value);
  std::rotate(values.begin() + index, values.end() - 1, values.end());
}

int IndexOf(v1::ClassScoresRow& row, uint64_t student) {
  const auto& students = row.students();
  const auto at = std::lower_bound(students.begin(), students.end(), student);
  const int index = static_cast<int>(at - students.begin());
  if (at != students.end() && *at == student) return index;
  Insert(*row.mutable_students(), index, student);
  Insert(*row.mutable_results(), index, 0);
  Insert(*row.mutable_sums(), index, 0);
  Insert(*row.mutable_squares(), index, 0);
  Insert(*row.mutable_shown_results(), index, 0);
  Insert(*row.mutable_shown_sums(), index, 0);
  Insert(*row.mutable_shown_squares(), index, 0);
  return index;
}

void Forget(v1::ClassScoresRow& row, int index) {
  const auto erase = [&](auto& values) { values.erase(values.begin() + index); };
  erase(*row.mutable_students());
  erase(*row.mutable_results());
  erase(*row.mutable_sums());
  erase(*row.mutable_squares());
  erase(*row.mutable_shown_results());
  erase(*row.mutable_shown_sums());
  erase(*row.mutable_shown_squares());
}

}  // namespace

int32_t CountScore(v1::ClassScoresRow& row, std::string_view student, const v1::TrailPoint& result,
                   bool in) {
  core::Moments moments = MomentsOf(row.scores());
  in ? moments.Add(result.ppm()) : moments.Remove(result.ppm());
  Store(moments, *row.mutable_scores());
  const int index = IndexOf(row, ResultHash("", student));
  const int64_t score = result.ppm();
  const auto square = static_cast<uint64_t>(score * score);
  row.set_results(index, row.results(index) + (in ? 1 : -1));
  row.set_sums(index, in ? row.sums(index) + score : row.sums(index) - score);
  row.set_squares(index, in ? row.squares(index) + square : row.squares(index) - square);
  const int32_t results = row.results(index);
  if (results == 0 && row.shown_results(index) == 0) Forget(row, index);
  if (in) return results == 1 ? 1 : 0;
  return results == 0 ? -1 : 0;
}

StudentScores ScoresNow(const v1::ClassScoresRow& row, int student) {
  return {row.results(student), row.sums(student), row.squares(student)};
}

StudentScores ScoresShown(const v1::ClassScoresRow& row, int student) {
  return {row.shown_results(student), row.shown_sums(student), row.shown_squares(student)};
}

void Show(v1::ClassScoresRow& row, int student) {
  row.set_shown_results(student, row.results(student));
  row.set_shown_sums(student, row.sums(student));
  row.set_shown_squares(student, row.squares(student));
}

void ForgetNobodies(v1::ClassScoresRow& row) {
  for (int i = row.students_size() - 1; i >= 0; --i) {
    if (row.results(i) == 0 && row.shown_results(i) == 0) Forget(row, i);
  }
}

void SumShown(v1::ClassScoresRow& row) {
  int64_t results = 0, sum = 0;
  unsigned __int128 squares = 0;
  int32_t students = 0;
  for (int i = 0; i < row.students_size(); ++i) {
    if (row.shown_results(i) == 0) continue;
    ++students;
    results += row.shown_results(i);
    sum += row.shown_sums(i);
    squares += row.shown_squares(i);
  }
  Store(core::Moments(results, sum, core::WideSum::Of(squares)), *row.mutable_shown());
  row.set_shown_students(students);
  if (students == 0) row.clear_shown();
}

}  // namespace throughline::evidence
